"""What can be asked of the server at the end: how it stands, the folder of the copies, and all of them as one file."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from paravent.web.connections import trust
from paravent.web.review import finishing, responses
from paravent.web.review.asking import NotThere, ServerContext, Work, body, open_session
from paravent.web.review.payloads import Archive, Taking

_ARCHIVES = "/copies/"


async def _done(context: ServerContext, _: Request) -> Response:
    return responses.answer(finishing.told(open_session(context)))


async def _folder(context: ServerContext, request: Request) -> Response:
    session = open_session(context)
    outcome = (await body(request, Taking)).outcome
    await finishing.open_folder(session.request.output if outcome == "publish" else session.request.private)
    return responses.answer()


async def _archive(context: ServerContext, request: Request) -> Response:
    outcome = (await body(request, Taking)).outcome
    token, found = await context.archives.offer(open_session(context), outcome)
    return responses.answer(Archive(_ARCHIVES + token, len(found.copies), found.size, found.changed))


async def _fetched(context: ServerContext, request: Request) -> Response:
    """What a browser saves it asks for without our key: the token of this one link is in its place."""
    if not context.access.knows_cookie(request.cookies.get(context.access.cookie_name, "")):
        return responses.problem(401)
    pieces = context.archives.taken(request.path_params["token"], context.session)
    if pieces is None:
        raise NotThere
    trust(request.scope)
    headers = {"content-disposition": 'attachment; filename="photos.zip"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


ROUTES: tuple[tuple[str, str, Work], ...] = (
    ("GET", "/api/done", _done),
    ("POST", "/api/done/folder", _folder),
    ("POST", "/api/done/archive", _archive),
    ("GET", _ARCHIVES + "{token}", _fetched),
)
