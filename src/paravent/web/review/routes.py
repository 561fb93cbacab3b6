"""What can be asked of the server."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import TypeAlias, TypeVar

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from paravent.engine import installing, permissions
from paravent.engine.resident import Displaced
from paravent.errors import ExtraMissing, Held, ParaventError
from paravent.i18n.texts import speak
from paravent.model.policy import PRESETS, preset
from paravent.model.review import Review, end_of_school_year
from paravent.model.review_body import ReviewBody
from paravent.state.bodies import ChoicesBody
from paravent.state.reviews import Conflict, Recent
from paravent.version import VERSION
from paravent.web.review import deciding, dropped, folders, helping, playing, responses, starting, taking, words
from paravent.web.review.asking import NotThere, ServerContext
from paravent.web.review.asking import body as _body
from paravent.web.review.asking import found as _found
from paravent.web.review.asking import open_session as _open_session
from paravent.web.review.asking import whole as _whole
from paravent.web.review.guard import SESSION, WORDS
from paravent.web.review.payloads import (
    AcceptedCount,
    CoveredView,
    Entering,
    LastChanges,
    Opening,
    Payload,
    Preset,
    RecentFolder,
    ServerState,
    SessionKey,
    Withdrawing,
    Words,
)
from paravent.web.review.playing import LONGEST_VIDEO, regions
from paravent.web.review.rendering import View
from paravent.web.review.session import MORE, ReviewRequest

T = TypeVar("T")
Answering: TypeAlias = Callable[[Request], Awaitable[Response]]
_STATIC = Path(__file__).parent / "static"
_FILES = {
    "/": ("index.html", "text/html"),
    "/app.js": ("app.js", "text/javascript"),
    "/app.css": ("app.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
_MOST_ITEMS = 500
_LARGEST_VIEW = 20_000  # pixels, longest side


def application(context: ServerContext) -> Starlette:
    """Everything behind the guard."""
    routes = [Route(path, _file(name, kind)) for path, (name, kind) in _FILES.items()]
    asked: list[tuple[str, str, Callable[[ServerContext, Request], Awaitable[Response]]]] = [
        ("GET", "/api/state", _state),
        *starting.ROUTES,
        ("POST", "/api/open", _open),
        ("GET", "/api/wall", _wall),
        ("GET", "/api/changes", _changes),
        *deciding.ROUTES,
        ("GET", "/api/pictures/{number:int}", _picture),
        ("GET", "/api/pictures/{number:int}/thumbnail", _thumbnail),
        ("GET", "/api/pictures/{number:int}/view", _view),
        ("GET", "/api/pictures/{number:int}/video", _video),
        ("GET", "/api/pictures/{number:int}/frame", _frame),
        ("POST", "/api/pictures/{number:int}/covered", _covered),
        *playing.ROUTES,
        ("POST", "/api/pictures/{number:int}/seen", _seen),
        ("GET", "/api/looking", _looking),
        *taking.ROUTES,
        *helping.ROUTES,
        ("GET", "/api/forms", _forms),
        ("POST", "/api/forms/withdraw", _withdraw),
        ("POST", "/api/pictures/{number:int}/preview", _preview),
        ("PUT", "/api/pictures/{number:int}/review", _save),
        ("POST", "/api/pictures/{number:int}/changes", _changed),
        ("POST", "/api/pictures/{number:int}/accept", _accept),
        ("POST", "/api/pictures/{number:int}/take-back", _take_back),
        ("POST", "/api/pictures/{number:int}/more/{what}", _more),
        ("POST", "/api/accept-rest", _accept_rest),
        ("GET", WORDS, _words),
        ("POST", "/api/goodbye", _goodbye),
        ("POST", "/api/end", _end),
    ]
    routes.append(Route(SESSION, _answering(context, _session), methods=["POST"]))
    routes += [Route(path, _answering(context, work), methods=[method]) for method, path, work in asked]
    return Starlette(routes=routes)


def _file(name: str, kind: str) -> Answering:
    content = (_STATIC / name).read_bytes()

    async def answer(_: Request) -> Response:
        return Response(content, media_type=kind)

    return answer


def _answering(context: ServerContext, work: Callable[[ServerContext, Request], Awaitable[Response]]) -> Answering:
    """The work in the language of the page, and what went wrong as one sentence."""

    @functools.wraps(work)
    async def answer(request: Request) -> Response:
        speak(_language(request))
        try:
            return await work(context, request)
        except NotThere:
            return responses.problem(404)
        except Conflict as conflict:
            return responses.conflict(conflict.current)
        except Displaced:
            return responses.problem(503)
        except Held as held:
            return responses.problem(422, str(held))
        except ExtraMissing as error:
            return responses.lacking(installing.named((error.extra,)))
        except ParaventError as error:
            return responses.problem(422, str(error))
        except (ValueError, ClientDisconnect):
            return responses.problem(400)

    return answer


def _language(request: Request) -> str:
    """French where the page asks for it first, else English."""
    return "fr" if request.headers.get("accept-language", "").strip().lower().startswith("fr") else "en"


async def _session(context: ServerContext, request: Request) -> Response:
    try:
        token = (await _body(request, Entering)).token
    except ValueError:
        token = ""
    if not context.access.redeem(token):
        return responses.problem(401)
    context.heard()
    answer = responses.answer(SessionKey(context.access.key))
    answer.set_cookie(context.access.cookie_name, context.access.cookie, path="/", httponly=True, samesite="strict")
    return answer


async def _state(context: ServerContext, _: Request) -> Response:
    context.heard()
    if context.session:
        context.session.refresh()
    recent = (_recent(one) for one in context.store.recent() if Path(one.folder).is_dir())
    today = date.today()
    return responses.answer(
        ServerState(
            version=VERSION,
            album=responses.album(context.session) if context.session else None,
            recent=tuple(recent),
            presets=tuple(Preset(name, ChoicesBody.of(policy)) for name, policy in PRESETS.items()),
            school_year_ends=end_of_school_year(today).isoformat(),
            today=today.isoformat(),
        )
    )


def _recent(one: Recent) -> RecentFolder:
    private = one.private or str(folders.proposed(Path(one.folder), folders.PRIVATE))
    return RecentFolder(one.folder, one.output, private, one.preset, one.choices)


async def _open(context: ServerContext, request: Request) -> Response:
    body = await _body(request, Opening)
    pictures, output, private = map(folders.absolute, (body.pictures, body.output, body.private))
    policy = preset(body.preset)
    if body.choices is not None:
        policy = body.choices.chosen(policy)
    if not all(map(dropped.is_below, body.only)):
        raise ValueError("only")
    session = await context.open_session(ReviewRequest(pictures, output, private, policy, body.only))
    return responses.answer(responses.album(session))


async def _wall(context: ServerContext, request: Request) -> Response:
    session = _open_session(context)
    pictures = session.album.pictures
    if "of" in request.query_params:
        named = request.query_params["of"].split(",")[:_MOST_ITEMS]
        chosen = [one for one in (session.album.find(int(number)) for number in named if number.isdecimal()) if one]
    else:
        start = _whole(request, "start", len(pictures))
        chosen = pictures[start : start + _whole(request, "count", _MOST_ITEMS)]
    session.want([picture.number for picture in chosen])
    return responses.answer(responses.items(chosen))


async def _changes(context: ServerContext, request: Request) -> Response:
    context.heard()
    session = _open_session(context)
    since, doubts = (_whole(request, name, 1 << 40) for name in ("since", "doubts"))
    return responses.answer(responses.changes(session, since, doubts))


async def _picture(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    await session.looked(picture)
    return responses.answer(responses.detail(picture))


async def _thumbnail(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    return Response(await session.views.thumbnail(picture), media_type="image/jpeg")


async def _view(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    tile = None
    if "column" in request.query_params:
        tile = (_whole(request, "column", 1_000), _whole(request, "row", 1_000))
    page, longest = _whole(request, "page", 100_000, 0), _whole(request, "longest", _LARGEST_VIEW)
    view = await session.views.view(picture, page, max(1, longest), tile)
    return _large(view)


def _large(view: View) -> Response:
    """What it shows, and the size of the whole."""
    sizes = {"x-width": str(view.width), "x-height": str(view.height), "x-pages": str(view.pages)}
    return Response(view.data, media_type="image/jpeg", headers=sizes)


async def _video(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    await session.looked(picture)
    return responses.answer(responses.video(picture, session.video(picture)))


async def _frame(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    milliseconds, longest = _whole(request, "at", LONGEST_VIDEO), _whole(request, "longest", _LARGEST_VIEW)
    view = await session.views.frame(picture, milliseconds, max(1, longest))
    return _large(view)


async def _covered(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    at, page = _whole(request, "at", LONGEST_VIDEO, 0), _whole(request, "page", 100_000, 0)
    longest = _whole(request, "longest", _LARGEST_VIEW)
    body = await _body(request, CoveredView)
    view = await session.views.covered(picture, page, at, max(1, longest), regions(body.items))
    return _large(view)


async def _seen(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    await _body(request, Payload)
    session.look_at(picture)
    return responses.answer(responses.looking(session, picture.number))


async def _looking(context: ServerContext, request: Request) -> Response:
    session = _open_session(context)
    after = _whole(request, "after", len(session.album.pictures), 0) if "after" in request.query_params else -1
    return responses.answer(responses.looking(session, after))


async def _forms(context: ServerContext, _: Request) -> Response:
    return _told_forms(context)


async def _withdraw(context: ServerContext, request: Request) -> Response:
    context.store.withdraw((await _body(request, Withdrawing)).form)
    return _told_forms(context)


def _told_forms(context: ServerContext) -> Response:
    found = permissions.forms(context.store, context.ledger, date.today())
    return responses.answer(responses.forms(found, len(context.store.damaged_sources()), context.session))


async def _preview(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    fresh = (await _body(request, ReviewBody)).review()
    page, longest = _whole(request, "page", 100_000, 0), _whole(request, "longest", _LARGEST_VIEW)
    view = await session.views.preview(picture, fresh, page, max(1, longest))
    return Response(view.data, media_type="image/jpeg")


async def _save(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    session.save(picture, await _fresh(request))
    return responses.answer(responses.detail(picture))


async def _changed(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    last = await _body(request, LastChanges)
    items, video = [one.item() for one in last.items], last.video.choice() if last.video else None
    session.save_last(picture, lambda review: review.changed(last.outcome, items, set(last.gone), video))
    return responses.answer()


async def _accept(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    fresh = await _fresh(request)
    if not fresh.outcome:
        raise ValueError("outcome")
    session.accept(picture, fresh)
    return responses.answer(responses.detail(picture))


async def _take_back(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    session.take_back(picture, await _fresh(request))
    return responses.answer(responses.detail(picture))


async def _more(context: ServerContext, request: Request) -> Response:
    session, picture = _found(context, request)
    if request.path_params["what"] not in MORE:
        raise NotThere
    await session.cover_more(picture, await _fresh(request), request.path_params["what"])
    return responses.answer(responses.detail(picture))


async def _fresh(request: Request) -> Review:
    return (await _body(request, ReviewBody)).review()


async def _accept_rest(context: ServerContext, request: Request) -> Response:
    await _body(request, Payload)
    return responses.answer(AcceptedCount(await _open_session(context).accept_rest()))


async def _words(_: ServerContext, request: Request) -> Response:
    return responses.answer(Words(_language(request), words.catalogue()))


async def _goodbye(context: ServerContext, _: Request) -> Response:
    context.left = True
    return responses.answer()


async def _end(context: ServerContext, _: Request) -> Response:
    context.end = True
    return responses.answer()
