"""Looks at the frames of a film, one after the other."""

from __future__ import annotations

import numpy as np
from PIL import Image

from paravent.formats.shared.sample_source import DecodedPage
from paravent.pipeline.tools import Tools
from paravent.video.animation import PagePicture
from paravent.video.looking import Looker, Schedule
from paravent.video.tracking.small import Small


def test_frames_that_show_the_same_are_not_looked_at_and_what_is_in_them_is_seen_on(
    tools: Tools, portrait: Image.Image
) -> None:
    """Somebody who stops dead in a film in which nothing else moves does not get lost."""
    schedule = Schedule()
    shown = PagePicture(DecodedPage(np.asarray(portrait.resize((600, 350))), 1))
    empty = PagePicture(DecodedPage(np.full((350, 600, 3), 90, np.uint8), 1))
    network, looks = tools.needed().face_network, 0
    looker = Looker(network, schedule)
    look = network.candidates

    def counted(*arguments: object, **options: object) -> object:
        nonlocal looks
        looks += 1
        return look(*arguments, **options)

    network.candidates = counted  # type: ignore[assignment]
    try:
        first, closest = looker.look(0, shown, Small.of(shown), [], scene_start=True)
        assert len(first) == 2
        looker.look(schedule.glimpse_every, shown, Small.of(shown), [], scene_start=False)  # the first glimpse
        spent = looks
        for index in range(schedule.large_every, 5 * schedule.large_every, schedule.large_every):
            seen, finest = looker.look(index, shown, Small.of(shown), [], scene_start=False)
            assert sorted(one.row.tolist() for one in seen) == sorted(one.row.tolist() for one in first)
            assert finest == closest
        assert looks == spent
        assert looker.look(5 * schedule.large_every, empty, Small.of(empty), [], scene_start=False)[0] == []
        assert looks > spent
    finally:
        del network.candidates
