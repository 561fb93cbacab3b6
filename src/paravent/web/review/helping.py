"""The help view: whom to turn to, and letters, which are filled in in the page alone."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from paravent.i18n import dates
from paravent.i18n.texts import _
from paravent.report import helping, letters
from paravent.web.review import responses
from paravent.web.review.asking import ServerContext, Work
from paravent.web.review.payloads import Helper, HelpPath, HelpTold, LetterChoice, LetterField, LetterForm, LetterPart


async def _help(context: ServerContext, _request: Request) -> Response:
    context.heard()
    forms = tuple(map(_form, letters.LETTERS))
    return responses.answer(HelpTold(tuple(map(_path, helping.PATHS)), forms, letters.BLANK, dates.day(date.today())))


def _path(path: helping.Path) -> HelpPath:
    helpers = (
        Helper(one.name, _(one.about), one.where and _(one.where), one.address, one.number, _(helping.STATES[one.state]))
        for one in path.helps
    )
    return HelpPath(path.name, _(path.title), _(path.about), tuple(map(_, path.steps)), tuple(helpers))


def _form(letter: letters.Letter) -> LetterForm:
    fields = (
        LetterField(one.name, _(one.label), tuple(LetterChoice(value, _(words)) for value, words in one.choices))
        for one in letter.fields
    )
    parts = (LetterPart(_(part.text), *part.when) for part in letter.paragraphs)
    return LetterForm(letter.name, _(letter.title), _(letter.about), tuple(fields), tuple(parts))


ROUTES: tuple[tuple[str, str, Work], ...] = (("GET", "/api/help", _help),)
