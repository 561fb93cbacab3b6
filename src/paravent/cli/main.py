"""The command line: a thin skin over the Python interface."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from paravent.cli import options
from paravent.cli import review as commands
from paravent.cli.options import PATH, policy_of
from paravent.cli.progress import Progress
from paravent.detect import plugins
from paravent.detect.models import store
from paravent.engine import discovery, judging, session
from paravent.engine import values as values_of_one
from paravent.errors import Interrupted, ParaventError, UsageProblem
from paravent.i18n.texts import _, ngettext
from paravent.inspect.values import shown
from paravent.model import time_code
from paravent.model.limits import WorkerLimits
from paravent.model.policy import SOUNDS, TEXTS, Policy, styled
from paravent.model.report import FileReport
from paravent.model.style import STICKERS, STYLES
from paravent.report import jsonl, summary, writer
from paravent.report.summary import Totals
from paravent.report.wording import describe
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder, place
from paravent.state.reviews import ReviewStore
from paravent.stores.policy_files import read_logos, read_words
from paravent.version import VERSION

SOME_HELD = 3
_LISTED = 50  # files; a longer list belongs into a report

_EPILOG = _(
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

F = TypeVar("F", bound=Callable[..., Any])


class _Seconds(click.ParamType[float]):
    """A time in a film."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        try:
            return value if isinstance(value, float) else time_code.seconds(value)
        except ValueError:
            self.fail(_("{value!r} is not a time; write 90 or 1:30").format(value=value), param, ctx)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and end the process with its exit code. Every error ends here, in one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(args=arguments, prog_name="paravent", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except ParaventError as error:
        _complain(str(error))
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = Interrupted.exit_code
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        if os.environ.get("PARAVENT_DEBUG") == "1":
            traceback.print_exc()
        # The text of an unknown error may hold anything; its kind may be told.
        _complain(_("Paravent failed ({kind}); please report this").format(kind=type(error).__name__))
        code = 1
    sys.exit(code)


def _complain(message: str) -> None:
    # One line, and nothing in it (names of files) that a terminal acts on.
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in " ".join(message.split()))
    click.echo(f"paravent: {line}", err=True)


def _limits(command: F) -> F:
    """Options of every command that works on many files; they arrive as one `settings`."""
    shared = (
        click.option("--workers", type=click.IntRange(1, 512), help=_("Worker processes.  [default: one a core]")),
        click.option(
            "--timeout", type=click.FloatRange(1), default=120, show_default=True, help=_("Seconds for one file.")
        ),
        click.option(
            "--memory", type=click.IntRange(64), default=2048, show_default=True, help=_("Megabytes for one file.")
        ),
        options.private,
        click.option("--quiet", is_flag=True, help=_("No progress.")),
    )

    @functools.wraps(command)
    def wrapped(workers: int | None, timeout: float, memory: int, private: Path | None, quiet: bool, **rest: Any) -> Any:
        limits = WorkerLimits(workers or session.cores(), timeout, memory)
        say = _unsaid if quiet else _say
        return command(settings=session.Settings(limits, private, rest.pop("force", False), say), quiet=quiet, **rest)

    return functools.reduce(lambda inner, option: option(inner), reversed(shared), wrapped)  # type: ignore[return-value]


def _covering(command: F) -> F:
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


@click.group(
    epilog=_EPILOG,
    help=_("Prepares photos of people for publication: covers faces, rebuilds the files, checks its own work."),
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(VERSION, prog_name="paravent", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Prepares photos of people for publication: covers faces, rebuilds the files, checks its own work."""
    if context.invoked_subcommand is None:
        commands.open_page()


cli.add_command(commands.review)
cli.add_command(commands.withdraw)
cli.add_command(commands.desktop_entry)


@cli.command(epilog=_EPILOG, help=_("Write a prepared copy of every picture in PATHS."))
@click.argument("paths", nargs=-1, required=True, type=PATH)
@options.output
@options.preset_name
@options.policy_file
@_covering
@click.option(
    "--words",
    "words_file",
    type=PATH,
    help=_("A file of words, one a line, that identify too (with --text identifying)."),
)
@click.option("--style", type=click.Choice(STYLES), help=_("How it is covered."))
@click.option("--color", help=_("Colour of solid and sticker, like #336699."))
@click.option("--sticker", type=click.Choice(STICKERS), help=_("Shape of a sticker."))
@click.option("--margin", type=float, help=_("Size of the cover over the face, from 1 to 4."))
@click.option("--max-size", type=int, help=_("Longest side of a copy in pixels; 0 keeps it."))
@click.option("--reencode", is_flag=True, default=None, help=_("Compress JPEG anew."))
@click.option("--keep-names", is_flag=True, default=None, help=_("Keep the names of files and folders."))
@click.option(
    "--ask-no-ai", is_flag=True, default=None, help=_("Write into the copy a request not to use it for data mining and AI.")
)
@click.option("--credit", metavar="TEXT", help=_("Write a copyright line into the copy; it is public."))
@click.option(
    "--convert", type=click.Choice(["jpeg"]), help=_("Write as JPEG what can be read but not written in its own format.")
)
@click.option("--sound", type=click.Choice(SOUNDS), help=_("What becomes of a film's sound."))
@click.option("--from", "begin", type=_Seconds(), metavar="TIME", help=_("Begin films there: seconds, or h:mm:ss."))
@click.option("--to", "end", type=_Seconds(), metavar="TIME", help=_("End films there: seconds, or h:mm:ss."))
@click.option(
    "--keep-subtitles",
    is_flag=True,
    default=None,
    help=_("Keep a film's subtitles, as plain text; words that are said in them may name people."),
)
@click.option("--salvage", is_flag=True, default=None, help=_("Prepare a damaged film as far as it can be read."))
@click.option(
    "--recheck", type=click.IntRange(1, 100), metavar="N", help=_("Look at every Nth frame of a film's copy again.")
)
@click.option("--report", type=PATH, help=_("Report to write, .json (JSON Lines) or .html."))
@click.option("--force", is_flag=True, help=_("Prepare again what is done."))
@_limits
def protect(
    paths: tuple[Path, ...], output: Path, report: Path | None, settings: session.Settings, quiet: bool, **options: Any
) -> int:
    """Write a prepared copy of every picture in PATHS."""
    policy = _policy(**options)
    report = writer.checked(report, output) if report else None
    totals = Totals()
    # Offered once, to those who have not met it: afterwards it is known and would only be noise.
    offer = not policy.people and not place(settings.private).exists()
    return _follow(
        lambda settings: session.protect(paths, output, policy, settings, left_over=totals.left_over.add),
        settings,
        paths,
        jsonl.header("protect", policy=policy.name),
        report,
        lambda totals: summary.of_protect(totals, keep_names=policy.keep_names, offer_people=offer),
        quiet,
        totals,
    )


@cli.command(epilog=_EPILOG, help=_("Say what PATHS give away, without values and without writing copies."))
@click.argument("paths", nargs=-1, required=True, type=PATH)
@click.option("--json", "as_json", is_flag=True, help=_("JSON Lines on standard output."))
@click.option("--html", type=PATH, help=_("HTML page to write."))
@click.option("--metadata-only", is_flag=True, help=_("Do not look at the pictures."))
@_covering
@click.option("--show-values", is_flag=True, help=_("Show the values themselves; one file, in the terminal only."))
@_limits
def scan(
    paths: tuple[Path, ...],
    as_json: bool,
    html: Path | None,
    metadata_only: bool,
    show_values: bool,
    settings: session.Settings,
    quiet: bool,
    **looked_for: Any,
) -> int:
    """Say what PATHS give away, without values and without writing copies."""
    policy = _policy(**looked_for)
    if show_values:
        if len(paths) != 1 or as_json or html or not _in_terminal():
            raise UsageProblem(_("--show-values works on one file, in the terminal only"))
        for label, value in values_of_one.read(paths[0], settings):
            click.echo(f"{label}: {value}")
        return 0
    if as_json and html:
        raise UsageProblem(_("--json and --html exclude each other"))
    html = writer.checked_page(html) if html else None
    header = jsonl.header("scan", faces=not metadata_only)
    if as_json:
        return _as_json(session.scan(paths, policy, settings, faces=not metadata_only), header)

    def start(settings: session.Settings) -> Iterator[FileReport]:
        reports = session.scan(paths, policy, settings, faces=not metadata_only)
        return _told(reports) if _count(paths, settings, _LISTED + 1) <= _LISTED else reports

    return _follow(
        start,
        settings,
        paths,
        header,
        html,
        lambda totals: summary.of_scan(totals, faces=not metadata_only),
        quiet,
        Totals(),
    )


@cli.command(epilog=_EPILOG, help=_("Judge COPIES from their bytes alone, whoever wrote them."))
@click.argument("copies", nargs=-1, required=True, type=PATH)
@click.option("--against", type=PATH, help=_("Folder of the originals."))
@_limits
def verify(copies: tuple[Path, ...], against: Path | None, settings: session.Settings, quiet: bool) -> int:
    """Judge COPIES from their bytes alone, whoever wrote them."""
    bad = total = 0
    with Progress(quiet=quiet).of(_count(copies, settings)) as progress:
        for judgement in judging.verify(copies, against, settings):
            progress.advance()
            total += 1
            bad += not judgement.verdict.ok
            said = "; ".join((*judgement.verdict.problems, *judgement.verdict.notes))
            click.echo(f"{shown(judgement.path)}: {said}")
    click.echo(
        ngettext("{total} file, problems in {bad}.", "{total} files, problems in {bad}.", total).format(
            total=total, bad=bad
        )
    )
    return SOME_HELD if bad else 0


@cli.command(help=_("Show or install the models."))
@click.argument("action", type=click.Choice(["status", "install"]), default="status")
def models(action: str) -> int:
    """Show or install the models."""
    if action == "install":
        store.install(_say, *store.usable())
    for model in store.status():
        state = _("installed ({precision})").format(precision=model.precision) if model.installed else _("not installed")
        click.echo(f"{model.name}: {state}")
        click.echo(_("  licence: {licence}").format(licence=model.licence))
        click.echo(_("  trained on: {data}").format(data=model.training_data))
        click.echo(_("  place: {path}").format(path=model.path))
    for name, licence in plugins.offers():
        click.echo(_("{name}: from another package").format(name=name))
        click.echo(_("  licence: {licence}").format(licence=licence))
    return 0


@cli.command(help=_("Delete what the private state knows of PATH (original or copy, file or folder), or everything."))
@click.argument("path", required=False, type=PATH)
@click.option("--yes", is_flag=True, help=_("Do not ask before forgetting everything."))
@options.private
def forget(path: Path | None, yes: bool, private: Path | None) -> int:
    """Delete what the private state knows of PATH (original or copy, file or folder), or everything."""
    folder = PrivateFolder(private)
    if path is not None:
        named = path.parent.resolve() / path.name
        with Ledger(folder.ledger) as ledger, ReviewStore(folder.reviews) as reviews:
            count = max(ledger.forget(named), reviews.forget(named))  # most files are known to both
        if not count:
            raise UsageProblem(_("{path}: nothing is known of it, so nothing was forgotten").format(path=path))
        click.echo(ngettext("Forgotten: {count} file.", "Forgotten: {count} files.", count).format(count=count))
        return 0
    if not yes:
        question = _("Forget everything? Copies made later will get other names, and nothing is recognised as done.")
        if not click.confirm(question):
            click.echo(_("Nothing was forgotten."))
            return 0
    folder.delete()
    click.echo(_("Everything is forgotten."))
    return 0


@cli.command(help=_("List which copy came from which original."))
@options.private
def names(private: Path | None) -> int:
    """List which copy came from which original."""
    with Ledger(PrivateFolder(private).ledger) as ledger:
        for row in ledger.copies():
            click.echo(f"{shown(str(row.copy))}  <-  {shown(row.input)}")
    return 0


def _policy(
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
    policy = policy_of(preset_name, policy_file)
    words = read_words(words_file) if words_file else None
    logos = read_logos(logo_files) if logo_files else None
    style_asked = styled(policy.style, style, color, sticker)
    return policy.with_options(style=style_asked, words=words, logos=logos, detectors=detectors or None, **options)


def _follow(
    start: Callable[[session.Settings], Iterable[FileReport]],
    settings: session.Settings,
    paths: tuple[Path, ...],
    header: jsonl.Header,
    report: Path | None,
    lines: Callable[[Totals], Iterator[str]],
    quiet: bool,
    totals: Totals,
) -> int:
    """Go through a run: progress, report, closing lines. Ctrl-C and a full disk end it, with a report of what was done."""
    ended: KeyboardInterrupt | ParaventError | None = None
    with ExitStack() as stack:
        written = stack.enter_context(writer.ReportFile(report, header)) if report else None
        settings = replace(settings, report=written.own if written else ())
        progress = Progress(quiet=quiet)
        reports = start(replace(settings, beat=progress.partly))
        with progress.of(_count(paths, settings)):
            try:
                for one in reports:
                    totals.add(one)
                    progress.advance()
                    if written:
                        written.add(one)
            except (KeyboardInterrupt, ParaventError) as error:
                ended = error
        closing = list(lines(totals))
        if ended is not None:
            closing.insert(0, _("This run ended early: what is missing here was not looked at."))
        if written:
            written.finish(totals, closing, complete=ended is None)
    if isinstance(ended, KeyboardInterrupt):
        done = totals.statuses.total()
        raise Interrupted(_("ended after {done} files; the same command goes on from there").format(done=done))
    if ended is not None:
        raise ended
    click.echo("\n".join(closing))
    return SOME_HELD if totals.held else 0


def _as_json(reports: Iterable[FileReport], header: jsonl.Header) -> int:
    totals = Totals()
    click.echo(jsonl.line(header), nl=False)
    for one in reports:
        totals.add(one)
        click.echo(jsonl.line(jsonl.file(one)), nl=False)
    click.echo(jsonl.line(jsonl.totals(totals, complete=True)), nl=False)
    return SOME_HELD if totals.held else 0


def _told(reports: Iterable[FileReport]) -> Iterator[FileReport]:
    """Each file's findings in the terminal as they come."""
    for one in reports:
        if one.findings:
            click.echo(shown(one.path) + ":")
            for finding in one.findings:
                click.echo(f"  {describe(finding)}")
        yield one


def _count(paths: tuple[Path, ...], settings: session.Settings, most: int | None = None) -> int:
    return sum(1 for _found in islice(discovery.walk(discovery.inputs(paths), settings.own), most))


def _in_terminal() -> bool:
    return sys.stdout.isatty()


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _unsaid(sentence: str) -> None:
    del sentence
