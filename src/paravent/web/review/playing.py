"""What can be asked of the server for playing a film: frames with their coverings, pieces of its sound, the whole copy."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import Response

from paravent.model.geometry import Region
from paravent.web.connections import trust
from paravent.web.review import responses
from paravent.web.review.asking import ServerContext, Work, body, found, whole
from paravent.web.review.payloads import CoveredShape, Payload, Reel, Watching
from paravent.web.review.watching import Watched

LONGEST_VIDEO = 999_999_999  # milliseconds
_LONGEST_SOUND = 20  # seconds
_WATCH = "/watch/"


def regions(places: tuple[CoveredShape, ...]) -> tuple[Region, ...]:
    """What the page wants covered."""
    return tuple(Region(one.shape.shape(), one.kind, style=one.style or "") for one in places)


async def _reel(context: ServerContext, request: Request) -> Response:
    session, picture = found(context, request)
    wanted = await body(request, Reel)
    frames = tuple((one.at / 1000, regions(one.items)) for one in wanted.frames)
    view = await session.views.reel(picture, wanted.longest, frames)
    return Response(view.data, media_type="application/octet-stream")


async def _sound(context: ServerContext, request: Request) -> Response:
    session, picture = found(context, request)
    at, seconds = whole(request, "at", LONGEST_VIDEO), whole(request, "seconds", _LONGEST_SOUND)
    disguise = request.query_params.get("how") == "disguise"
    return Response(await session.views.sound(picture, at, seconds, disguise=disguise), media_type="audio/wav")


async def _watch(context: ServerContext, request: Request) -> Response:
    session, picture = found(context, request)
    await body(request, Payload)
    context.watched = Watched.of(await session.copy_to_watch(picture))
    return responses.answer(Watching(_WATCH + context.watched.ticket))


async def _watched(context: ServerContext, request: Request) -> Response:
    """What a player asks for without our key: the ticket of this one copy is in its place."""
    cookie, ticket = request.cookies.get(context.access.cookie_name, ""), request.path_params["ticket"]
    watched = context.watched
    if (
        not context.access.knows_cookie(cookie)
        or watched is None
        or not hmac.compare_digest(ticket.encode(), watched.ticket.encode())
    ):
        return responses.problem(401)
    context.heard()
    trust(request.scope)
    return watched.response() or responses.problem(404)


ROUTES: tuple[tuple[str, str, Work], ...] = (
    ("POST", "/api/pictures/{number:int}/reel", _reel),
    ("GET", "/api/pictures/{number:int}/sound", _sound),
    ("POST", "/api/pictures/{number:int}/watch", _watch),
    ("GET", _WATCH + "{ticket}", _watched),
)
