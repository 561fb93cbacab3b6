"""Options that several commands share, and what they come to. Nothing heavy is loaded for them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.model import time_code
from paravent.model.policy import PRESETS, TEXTS, Policy, preset, styled

if TYPE_CHECKING:
    pass

F = TypeVar("F", bound=Callable[..., Any])

EPILOG = _(
    """\b
Exit codes:
  0    everything was prepared (or found in order)
  1    an unexpected error
  2    the command cannot be carried out as given
  3    some files were held back (or problems were found)
  4    the models are missing and cannot be fetched
  5    the output folder cannot take files
  130  ended by Ctrl-C; the same command goes on from there
"""
)

PATH = click.Path(path_type=Path)

private = click.option("--private", type=PATH, envvar="PARAVENT_PRIVATE", help=_("Folder for private state."))
output = click.option(
    "-o", "--output", required=True, type=PATH, help=_("Folder for the prepared copies; nothing else lies there.")
)
preset_name = click.option(
    "--preset", "preset_name", type=click.Choice(list(PRESETS)), help=_("What is covered.  [default: family]")
)
policy_file = click.option("--policy", "policy_file", type=PATH, help=_("A TOML file instead of a preset."))


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
    """Options of every command that works on many files; they arrive as one `settings`."""
    shared = (
        click.option("--workers", type=click.IntRange(1, 512), help=_("Worker processes.  [default: one a core]")),
        click.option(
            "--timeout", type=click.FloatRange(1), default=120, show_default=True, help=_("Seconds for one file.")
        ),
        click.option(
            "--memory", type=click.IntRange(64), default=2048, show_default=True, help=_("Megabytes for one file.")
        ),
        private,
        click.option("--quiet", is_flag=True, help=_("No progress.")),
    )

    @functools.wraps(command)
    def wrapped(workers: int | None, timeout: float, memory: int, private: Path | None, quiet: bool, **rest: Any) -> Any:
        from paravent.cli.progress import Progress
        from paravent.engine import session
        from paravent.model.limits import WorkerLimits

        limits = WorkerLimits(workers or session.cores(), timeout, memory)
        progress = Progress(quiet=quiet)
        settings = session.Settings(limits, private, rest.pop("force", False), progress=progress)
        return command(settings=settings, progress=progress, **rest)

    return functools.reduce(lambda inner, option: option(inner), reversed(shared), wrapped)  # type: ignore[return-value]


def covering(command: F) -> F:
    """Options for what is looked for besides faces."""
    shared = (
        click.option("--people/--no-people", default=None, help=_("Whole persons, not only faces.")),
        click.option(
            "--text",
            type=click.Choice(TEXTS),
            help=_("Writing: none, what identifies (plates, names, addresses ...), or all."),
        ),
        click.option("--codes/--no-codes", default=None, help=_("QR codes, bar codes and their kin.")),
        click.option(
            "--logo",
            "logo_files",
            multiple=True,
            type=PATH,
            help=_("A picture of a logo or crest, covered wherever it recurs."),
        ),
        click.option(
            "--detector", "detectors", multiple=True, metavar="NAME", help=_("A further detector that is installed.")
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
    click.echo(sentence, err=True)
