"""Everything that can go wrong, each with an exit code and one line that helps.

Two families. `ParaventError` ends the command. `Held` holds one file back and never harms the others.
Neither carries pixels, metadata values or recognised text: the parameters are names of files, numbers and codes.
"""

from __future__ import annotations

from paravent.i18n.texts import hold_text


class ParaventError(Exception):
    """Ends a command with one line on stderr and `exit_code`."""

    exit_code = 1


class UsageProblem(ParaventError):
    """What was asked for cannot be done as asked (paths, options, policy files)."""

    exit_code = 2


class ExtraMissing(UsageProblem):
    """An extra of this package is not installed. extra: its name."""

    def __init__(self, sentence: str, extra: str) -> None:
        super().__init__(sentence)
        self.extra = extra


class ModelsMissing(ParaventError):
    """The models are not installed and cannot be fetched."""

    exit_code = 4


class OutputProblem(ParaventError):
    """The output folder cannot take files (full, read-only, no atomic publication)."""

    exit_code = 5


class Interrupted(ParaventError):
    """Ended by Ctrl-C. What was published is verified, the rest was not begun."""

    exit_code = 130


class Held(Exception):
    """One file is held back. `code` is a key of `texts.HOLDS`, `params` fill its sentence."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return hold_text(self.code, self.params)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_held, (self.code, self.params))


def _rebuild_held(code: str, params: dict[str, str | int]) -> Held:
    return Held(code, **params)
