"""Options that several commands share, and what they come to. Nothing heavy is loaded for them."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from paravent.cli import help as help_pages
from paravent.cli import lines
from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.model import time_code
from paravent.model.policy import PRESETS, TEXTS, Policy, preset, styled

F = TypeVar("F", bound=Callable[..., Any])

FAIL_ON = ("held", "left-out", "never")
PATH = click.Path(path_type=Path)


def option(group: str, *names: str, **given: Any) -> Callable[[F], F]:
    """An option that stands in that group of the help."""
    return click.option(*names, cls=help_pages.Option, group=group, **given)


private = option(help_pages.RUN, "--private", type=PATH, envvar="PARAVENT_PRIVATE", help=_("Folder for private state."))
output = option(
    help_pages.COPIES,
    "-o",
    "--output",
    required=True,
    type=PATH,
    help=_("Folder for the prepared copies; nothing else lies there."),
)
preset_name = option(
    help_pages.COVERED,
    "--preset",
    "preset_name",
    type=click.Choice(list(PRESETS)),
    help=_("What is covered.  [default: family]"),
)
policy_file = option(help_pages.COVERED, "--policy", "policy_file", type=PATH, help=_("A TOML file instead of a preset."))


class Seconds(click.ParamType[float]):
    """A time in a film."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        try:
            return value if isinstance(value, float) else time_code.seconds(value)
        except ValueError:
            self.fail(_("{value!r} is not a time; write 90 or 1:30").format(value=value), param, ctx)


def limits(command: F) -> F:
    """Options of every command that works on many files; they arrive as `settings` and `manner`."""
    shared = (
        option(
            help_pages.RUN,
            "--workers",
            type=click.IntRange(1, 512),
            help=_("Worker processes.  [default: one a core]"),
        ),
        option(
            help_pages.RUN,
            "--timeout",
            type=click.FloatRange(1),
            default=120,
            show_default=True,
            help=_("Seconds for one picture; for what moves, seconds without a sign of life."),
        ),
        option(
            help_pages.RUN,
            "--memory",
            type=click.IntRange(64),
            default=2048,
            show_default=True,
            help=_("Megabytes for one file."),
        ),
        private,
        option(
            help_pages.SAID,
            "--fail-on",
            type=click.Choice(FAIL_ON),
            default=FAIL_ON[0],
            show_default=True,
            help=_("What ends it with exit code 3: files held back, also files left out, or nothing."),
        ),
        option(help_pages.SAID, "--quiet", is_flag=True, help=_("Say only what went wrong.")),
        option(
            help_pages.SAID,
            "--silent",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_be_silent,
            help=_("Say nothing at all; the exit code tells."),
        ),
    )

    @functools.wraps(command)
    def wrapped(
        workers: int | None, timeout: float, memory: int, private: Path | None, fail_on: str, quiet: bool, **rest: Any
    ) -> Any:
        from paravent.cli.progress import Progress
        from paravent.cli.running import Manner
        from paravent.engine import session
        from paravent.model.limits import WorkerLimits

        limits = WorkerLimits(workers or session.cores(), timeout, memory)
        progress = Progress(quiet=quiet)
        settings = session.Settings(limits, private, rest.pop("force", False), progress=progress)
        return command(settings=settings, manner=Manner(progress, fail_on, quiet), **rest)

    return functools.reduce(lambda inner, option: option(inner), reversed(shared), wrapped)  # type: ignore[return-value]


def _be_silent(context: click.Context, parameter: click.Parameter, silent: bool) -> None:
    """From here on nothing is said, not even what is wrong with the command."""
    del parameter
    if silent and not context.resilient_parsing:
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (until the process ends)


def covering(command: F) -> F:
    """Options for what is looked for besides faces."""
    shared = (
        option(help_pages.COVERED, "--people/--no-people", default=None, help=_("Whole persons, not only faces.")),
        option(
            help_pages.COVERED,
            "--text",
            type=click.Choice(TEXTS),
            help=_("Writing: none, what identifies (plates, names, addresses ...), or all."),
        ),
        option(help_pages.COVERED, "--codes/--no-codes", default=None, help=_("QR codes, bar codes and their kin.")),
        option(
            help_pages.COVERED,
            "--logo",
            "logo_files",
            multiple=True,
            type=PATH,
            help=_("A picture of a logo or crest, covered wherever it recurs."),
        ),
        option(
            help_pages.COVERED,
            "--detector",
            "detectors",
            multiple=True,
            metavar="NAME",
            help=_("A further detector that is installed."),
        ),
    )
    return functools.reduce(lambda inner, option: option(inner), reversed(shared), command)


def policy_of(preset_name: str | None, policy_file: Path | None) -> Policy:
    """The policy of `preset_name` and `policy_file`, of which one at most may be given. Raises UsageProblem."""
    if preset_name and policy_file:
        raise UsageProblem(_("--preset and --policy exclude each other; a policy file names its preset"))
    if policy_file:
        from paravent.stores import policy_files

        return policy_files.load(policy_file)
    return preset(preset_name or "family")


def policy_with(
    preset_name: str | None = None,
    policy_file: Path | None = None,
    style: str | None = None,
    color: str | None = None,
    sticker: str | None = None,
    words_file: Path | None = None,
    logo_files: tuple[Path, ...] = (),
    detectors: tuple[str, ...] = (),
    **options: Any,
) -> Policy:
    """The policy with what was asked for on top. Raises UsageProblem."""
    from paravent.stores.policy_files import read_logos, read_words

    policy = policy_of(preset_name, policy_file)
    words = read_words(words_file) if words_file else None
    logos = read_logos(logo_files) if logo_files else None
    style_asked = styled(policy.style, style, color, sticker)
    return policy.with_options(style=style_asked, words=words, logos=logos, detectors=detectors or None, **options)


def say(sentence: str) -> None:
    """A sentence beside the output."""
    lines.say(sentence, err=True)
