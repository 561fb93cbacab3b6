"""Brings the French catalogue up to date with the sentences in the source, and compiles it.

    python scripts/catalogue.py

New sentences come in empty: translate them in src/paravent/i18n/locale/fr/LC_MESSAGES/paravent.po and run it again.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parent.parent / "src" / "paravent"
PO = PACKAGE / "i18n" / "locale" / "fr" / "LC_MESSAGES" / "paravent.po"
MO = PO.with_suffix(".mo")
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "NN_": (1, 2)}
_NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def extracted() -> Catalog:
    """The sentences in the source."""
    found = Catalog(project="Paravent", charset="utf-8")
    messages = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=_KEYWORDS, comment_tags=("Translators:",))
    for name, _line, message, comments, context in messages:
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def merged() -> Catalog:
    """The French catalogue with exactly the sentences in the source."""
    known = read_po(io.BytesIO(PO.read_bytes()), locale="fr") if PO.exists() else Catalog(locale="fr")
    known.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    known.obsolete.clear()
    return known


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as text, without times and line numbers, so that the same sentences give the same bytes."""
    stream = io.BytesIO()
    write_po(stream, catalogue, sort_output=True, include_lineno=False, omit_header=True, width=120)
    head = (
        "# French sentences of Paravent. Same licence as Paravent.\n"
        'msgid ""\nmsgstr ""\n'
        '"Language: fr\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    )
    return head.encode() + stream.getvalue()


def as_mo(po: bytes) -> bytes:
    """The compiled catalogue; its header has no time of its making."""
    stream = io.BytesIO()
    catalogue = read_po(io.BytesIO(po), locale="fr")
    catalogue.creation_date = catalogue.revision_date = _NO_TIME
    write_mo(stream, catalogue)
    return stream.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Sentences without a translation."""
    return [str(message.id) for message in catalogue if message.id and not all(_strings(message.string))]


def _strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def main() -> None:
    """Write both files; say what is missing."""
    catalogue = merged()
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(catalogue))
    MO.write_bytes(as_mo(PO.read_bytes()))
    missing = untranslated(catalogue)
    if missing:
        sys.exit("not translated yet:\n  " + "\n  ".join(missing))


if __name__ == "__main__":
    main()
