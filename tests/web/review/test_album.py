"""How it stands with the pictures of a folder."""

from __future__ import annotations

from paravent.engine.reviewing import Facts
from paravent.model.report import FileReport, Status
from paravent.model.review import Review
from paravent.stores.listing import Item, What
from paravent.web.review.album import Album, PictureProposal, State


def test_where_a_decision_was_lost_somebody_must_look() -> None:
    album = Album([Item("/pictures/a.jpg", "a.jpg", What.FILE)])
    (picture,) = album.pictures
    picture.proposal = PictureProposal(FileReport("a.jpg", Status.SCANNED), (), "r", Facts("k"))
    assert picture.state is State.OPEN, "it would be accepted with the rest"
    picture.lost = True
    album.changed(picture)
    assert picture.state is State.ASKS
    assert album.doubts == [0]
    picture.review = Review(1, "no-post", True, "r")
    assert picture.state is State.NOT_POSTED
