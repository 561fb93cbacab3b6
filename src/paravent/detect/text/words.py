"""Whether a line says a given word, however it was written and however badly it was read."""

from __future__ import annotations

import re
import unicodedata

# Characters that readers of text take for one another, as one of them. Two letters that look like one come first.
_PAIRS = (("rn", "m"), ("vv", "w"))
_ALIKE = str.maketrans("0q1l|!j2345$6789€@£", "ooiiiiizeassgtbgeae")
_SHORT, _LONG = 5, 9  # letters from which one and two wrong ones are allowed
_PART = 6  # letters from which a word counts anywhere within others: spaces get lost


def plain(text: str) -> str:
    """Lower case, without accents; ligatures as letters."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def says_any(text: str, wanted: tuple[str, ...]) -> bool:
    """Whether a line says one of the words or phrases, tolerant of case, accents, hyphens, and of wrong letters."""
    tokens = _tokens(text)
    return any(_says(tokens, word) for word in _prepared(wanted))


def _prepared(wanted: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Each word as read, and how many tokens it has. Not kept: names of a file are forgotten with it."""
    tokens = (_tokens(word) for word in wanted)
    return tuple({("".join(parts), len(parts)): None for parts in tokens if parts})


def _tokens(text: str) -> list[str]:
    told = re.findall(r"[\w|!$€@£]+", plain(text).replace("'", " ").replace("’", " "))
    return [_skeleton(token.rstrip("!") or token) for token in told]


def _skeleton(token: str) -> str:
    for pair, letter in _PAIRS:
        token = token.replace(pair, letter)
    return token.translate(_ALIKE)


def _says(tokens: list[str], word: tuple[str, int]) -> bool:
    wanted, parts = word
    if len(wanted) >= _PART and wanted in "".join(tokens):
        return True
    allowed = 0 if len(wanted) < _SHORT else 1 if len(wanted) < _LONG else 2
    for count in range(max(1, parts - 1), parts + 2):  # a hyphen or a lost space changes how many tokens there are
        for start in range(len(tokens) - count + 1):
            if _within(wanted, "".join(tokens[start : start + count]), allowed):
                return True
    return False


def _within(a: str, b: str, allowed: int) -> bool:
    """Whether at most `allowed` insertions, deletions and substitutions lead from a to b."""
    if abs(len(a) - len(b)) > allowed:
        return False
    if not allowed:
        return a == b
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != other))
        if min(row) > allowed:
            return False
    return row[-1] <= allowed
