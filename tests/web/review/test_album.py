"""How it stands with the pictures of a folder."""

from __future__ import annotations

from paravent.engine.reviewing import Facts
from paravent.model.report import FileReport, Status
from paravent.model.review import Review
from paravent.stores.listing import Item, What
from paravent.web.review.album import Album, PictureProposal, RestCounts, State


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


def _album(count: int) -> Album:
    album = Album(Item(f"/pictures/{n}.jpg", f"{n}.jpg", What.FILE) for n in range(count))
    for picture in album.pictures:
        report = FileReport(picture.found.relative, Status.SCANNED)
        picture.proposal, picture.source_key = PictureProposal(report, (), "r", Facts("k")), "k"
        album.changed(picture)
    return album


def test_what_nobody_has_looked_at_is_counted_apart() -> None:
    album = _album(3)
    album.pictures[1].seen = True
    album.changed(album.pictures[1])
    album.pictures[2].review = Review(1, "publish", True, "r")
    album.changed(album.pictures[2])
    assert album.rest == RestCounts(ready=1, nobody=1, decided=1, unopened=1, unopened_nobody=1)


def test_looking_at_each_goes_round_and_leaves_out_what_cannot_be_looked_at() -> None:
    album = _album(4)
    unread, not_posted = album.pictures[1], album.pictures[2]
    unread.held, unread.source_key = ("unknown-format", {}), ""
    not_posted.review = Review(1, "no-post", True, "r")
    for picture in (unread, not_posted):
        album.changed(picture)
    assert album.to_look_at == (2, 0)
    assert [album.next_unseen(after) for after in (-1, 0, 3)] == [0, 3, 0]
    for picture in (album.pictures[0], album.pictures[3]):
        picture.seen = True
        album.changed(picture)
    assert album.next_unseen(-1) is None
    assert album.to_look_at == (2, 2)
