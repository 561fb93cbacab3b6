"""What can be asked about many pictures at once: which there are in which order, and one outcome for some of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from paravent.web.review import ordering, responses
from paravent.web.review.album import Picture, State
from paravent.web.review.asking import ServerContext, Work, body, open_session
from paravent.web.review.payloads import DecidedMany, DecidingMany, Order
from paravent.web.review.session import may_be_decided


async def _order(context: ServerContext, request: Request) -> Response:
    session, asked = open_session(context), request.query_params
    shown, kind = ordering.Shown(asked.get("show", "all")), ordering.FileKind(asked.get("kind", "all"))
    sort = ordering.Sort(asked.get("sort", "folder"))
    if sort is ordering.Sort.TIME:  # asks the disk
        await asyncio.to_thread(lambda: [session.time(picture) for picture in session.album.pictures])
    return responses.answer(Order(tuple(ordering.ordered(session.album.pictures, shown, kind, sort, session.time))))


async def _decide(context: ServerContext, request: Request) -> Response:
    session, told = open_session(context), await body(request, DecidingMany)
    if not told.outcome:
        raise ValueError("outcome")
    numbers = dict.fromkeys(told.numbers)
    counted = _counted((one for one in map(session.album.find, numbers) if one), told.outcome)
    if told.go:
        await session.decide(numbers, told.outcome)
    return responses.answer(counted)


def _counted(pictures: Iterable[Picture], outcome: str) -> DecidedMany:
    count = nobody = unopened = unopened_nobody = others = 0
    for picture in pictures:
        if may_be_decided(picture, outcome):
            count += 1
            nobody += picture.shows_nobody
        elif not picture.seen and picture.state in (State.WAITING, State.OPEN):
            unopened += 1
            unopened_nobody += picture.shows_nobody
        else:
            others += 1
    return DecidedMany(count, nobody, unopened, unopened_nobody, others)


ROUTES: tuple[tuple[str, str, Work], ...] = (("GET", "/api/order", _order), ("POST", "/api/decide", _decide))
