"""A whole run over a website: file by file, summed up at the end, with a list for the upload if one is wanted."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

from paravent.engine.runs import Run
from paravent.engine.session import Settings, output_of
from paravent.model.policy import Policy
from paravent.model.report import FileReport
from paravent.report import jsonl, summary
from paravent.report.summary import Totals
from paravent.site import checking, manifest, preparing, words
from paravent.site.folder import Confirm, folder_of
from paravent.site.manifest import SiteCheck
from paravent.site.preparing import SiteState
from paravent.stores.base import OutputLocation


def prepare(
    folder: Path,
    output: Path | OutputLocation,
    policy: Policy,
    settings: Settings,
    confirm: Confirm,
    listed: Path | None = None,
) -> Run:
    """See `preparing.prepare`. listed: manifest to write, .json. Raises UsageProblem, ModelsMissing, OutputProblem."""
    site, copies, state = folder_of(folder), output_of(output), SiteState()
    written = manifest.checked(listed, (site, *copies.on_disk)) if listed else None

    def lines(totals: Totals) -> Iterator[str]:
        # Names are the website's own: they are public already.
        yield from summary.of_protect(totals, keep_names=False)
        yield from words.of_prepared(state)

    def start(settings: Settings) -> Generator[FileReport]:
        return _listing(preparing.prepare(site, copies, policy, settings, confirm, state), state, written)

    return Run(jsonl.header("site", policy), lines).begin(start, settings, None)


def _listing(reports: Generator[FileReport], state: SiteState, written: Path | None) -> Generator[FileReport]:
    """The reports; then the manifest is written, if all came."""
    yield from reports
    if written is not None:
        manifest.write(written, manifest.manifest_of(state, words.remains(state)))


def check(folder: Path, settings: Settings, confirm: Confirm, listed: Path | None = None) -> SiteCheck:
    """See `checking.check`. listed: JSON to write. Raises UsageProblem, OutputProblem."""
    written = manifest.checked(listed, (folder_of(folder),)) if listed else None
    found = checking.check(folder, settings, confirm)
    if written is not None:
        manifest.write(written, found)
    return found
