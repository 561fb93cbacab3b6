"""Real and hostile files through the whole program: what becomes of each, and what exiftool sees in the copies.

    PARAVENT_EVAL=FOLDER python bench/files.py [--list]

Runs `paravent protect` on FOLDER/files and FOLDER/hostile into temporary folders, counts outcomes by kind of file, and
looks at every copy with `exiftool -a -u -G1 -ee3` against the list in tests/kits/exiftool_kit.py. No picture is kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from inputs import folder, scratch
from paravent import protect
from paravent.model.report import FileReport, Status

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "kits"))
from exiftool_kit import surplus


def row(reports: list[FileReport]) -> str:
    """Counts of what became of some files."""
    counts = Counter(report.hold or str(report.status) for report in reports)
    return ", ".join(f"{what} {count}" for what, count in counts.most_common())


def measure(data: Path, work: Path, name: str, *, listed: bool) -> None:
    """Prepare one folder, print its table."""
    started = time.perf_counter()
    copies = work / name / "copies"
    reports = list(protect(data / name, copies, private=work / name / "private"))
    seconds = time.perf_counter() - started
    print(f"== {name}: {len(reports)} files in {seconds:.0f} s; slowest {max(r.seconds for r in reports):.1f} s")
    by_kind: dict[str, list[FileReport]] = {}
    for report in reports:
        by_kind.setdefault(Path(report.path).suffix.lower() or "(none)", []).append(report)
    for kind, some in sorted(by_kind.items()):
        print(f"{kind:8} {len(some):4}  {row(some)}")
    for report in reports:
        if listed and report.status is Status.HELD:
            print(f"   {report.path}: {report.hold} {report.hold_params or ''}")
    written = [path for path in copies.rglob("*") if path.is_file()] if copies.exists() else []
    seen = surplus(written)
    print(f"{len(written)} copies; exiftool sees {len(seen)} tags outside the list")
    print("\n".join(f"   {line.removeprefix(str(copies))}" for line in seen[:40]), flush=True)


def main() -> None:
    """Both folders in turn."""
    parser = argparse.ArgumentParser(description="What becomes of real and of hostile files.")
    parser.add_argument("--list", action="store_true", help="name the files held back")
    options = parser.parse_args()
    data = folder("files", "hostile")
    with scratch() as work:
        for name in ("files", "hostile"):
            measure(data, work, name, listed=options.list)


if __name__ == "__main__":
    main()
