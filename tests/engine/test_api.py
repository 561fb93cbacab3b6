"""What Python programs are offered: all that the command line can do."""

from __future__ import annotations

import gc
import inspect
import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

import paravent
from paravent import api, errors
from paravent.detect.models import store
from paravent.model.geometry import Ellipse
from paravent.model.job import Outcome
from paravent.model.review import Permission, Review, ReviewItem
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder
from paravent.state.reviews import ReviewStore
from toy_store import Shelf, serving


def test_the_package_offers_what_the_interface_offers() -> None:
    assert paravent.__all__ is api.__all__
    assert set(api.__all__) <= set(dir(paravent))
    starred: dict[str, object] = {}
    exec("from paravent import *", starred)
    for name in api.__all__:
        offered = getattr(paravent, name)
        assert offered is getattr(api, name) is starred[name]
        assert inspect.getdoc(offered) or name == "PRESETS", name
    for missing in ("nothing", "AnyPath", "plugins"):  # the last two stand in `api` and are not exported
        assert not hasattr(paravent, missing)
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and one.__module__ == errors.__name__]
    assert {kind.__name__ for kind in kinds} <= set(api.__all__)


def test_a_room_of_the_package_is_no_name_of_the_interface() -> None:
    source = str(Path(paravent.__file__).parents[1])
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {source!r}); from paravent import errors, stores;"
            " print(type(errors).__name__, type(stores).__name__, 'paravent.api' in sys.modules);"
            " import paravent.verify; print(callable(paravent.verify))",
        ],
        capture_output=True,
    )
    assert done.stdout.split() == [b"module", b"module", b"False", b"True"], done


def test_importing_the_package_loads_nothing_heavy() -> None:
    told = "import sys, paravent; print([m for m in ('numpy', 'PIL', 'onnxruntime', 'click') if m in sys.modules])"
    source = str(Path(paravent.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {source!r}); {told}"], capture_output=True
    )
    assert done.stdout.strip() == b"[]", done


class Told(paravent.Progress):
    def __init__(self) -> None:
        self.counts: list[tuple[int, bool]] = []

    def counted(self, files: int, *, whole: bool) -> None:
        self.counts.append((files, whole))


def test_a_whole_run_and_what_is_known_of_it(tmp_path: Path) -> None:
    store.install(lambda _: None)
    private = tmp_path / "private"
    (tmp_path / "in").mkdir()
    for number in range(3):
        Image.new("RGB", (64, 48), "teal").save(tmp_path / "in" / f"IMG_000{number}.png")
    told = Told()
    run = paravent.protect(
        [tmp_path / "in"], tmp_path / "out", private=private, workers=1, progress=told, report=tmp_path / "r.html"
    )
    assert {report.status for report in run} == {paravent.Status.PREPARED}
    assert told.counts[0] == (3, True)
    assert run.complete
    assert any("3 files prepared" in line for line in run.closing) or run.totals.copies == 3
    assert (tmp_path / "r.html").read_text().startswith("<!")

    named = list(paravent.names(private=private))
    assert [one.original for one in named] == sorted((tmp_path / "in").iterdir())
    assert [one.copy for one in named] == sorted((tmp_path / "out").iterdir())
    assert paravent.withdraw("7/2026", private=private) == paravent.Withdrawn((), known=False)
    assert paravent.withdraw(private=private) == paravent.Withdrawn(())
    assert paravent.metadata_values(tmp_path / "in" / "IMG_0000.png", private=private) == []

    assert paravent.forget(tmp_path / "in" / "IMG_0000.png", private=private) == 1
    with pytest.raises(paravent.UsageProblem):
        paravent.forget(tmp_path / "in" / "IMG_0000.png", private=private)
    assert len(list(paravent.names(private=private))) == 2
    paravent.forget_everything(private=private)
    assert not private.exists()


def drawn(color: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(file, "PNG")
    return file.getvalue()


@pytest.mark.slow
def test_every_call_takes_stores_where_it_takes_paths(tmp_path: Path) -> None:
    store.install(lambda _: None)
    private = tmp_path / "private"
    source = paravent.BytesLocation({"IMG_1.png": drawn(), "in/IMG_2.png": drawn("red"), "broken.png": drawn()[:60]})
    shelf = Shelf(name="ready")
    with serving(shelf) as output:
        run = paravent.protect(source, output, private=private, workers=1, report=tmp_path / "r.jsonl")
        reports = {report.path: report for report in run}
        assert sorted(report.output for report in reports.values() if report.output) == shelf.names()
        assert run.totals.copies == 2
        assert paravent.reason(reports["broken.png"]) == str(paravent.Held("damaged"))
        assert paravent.reason(reports["IMG_1.png"]) == ""
        judged = {one.path: one.verdict for one in paravent.verify(output, against=source, private=private, workers=1)}
        assert sorted(judged) == shelf.names()
        assert all(verdict.ok for verdict in judged.values())
        named = sorted(paravent.names(private=private), key=lambda one: one.original)
        assert [one.original for one in named] == [Path("bytes:IMG_1.png"), Path("bytes:in/IMG_2.png")]
        assert paravent.forget(named[0].original, private=private) == 1
        assert paravent.forget(named[1].copy, private=private) == 1
        with pytest.raises(paravent.UsageProblem):
            paravent.forget(".", private=private)
    told = list(paravent.scan(source, metadata_only=True, private=private, workers=1))
    assert sorted(report.path for report in told) == ["IMG_1.png", "broken.png", "in/IMG_2.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["private", "r.jsonl"]


def test_nothing_is_forgotten_by_the_name_of_this_folder(tmp_path: Path) -> None:
    source = paravent.BytesLocation({"IMG_1.png": drawn()})
    store.install(lambda _: None)
    list(paravent.protect(source, tmp_path / "out", private=tmp_path / "private", workers=1))
    with pytest.raises(paravent.UsageProblem):
        paravent.forget(".", private=tmp_path / "private")
    assert len(list(paravent.names(private=tmp_path / "private"))) == 1


def test_a_copy_in_a_store_is_named_when_its_permission_ends(tmp_path: Path) -> None:
    folder = PrivateFolder(tmp_path / "private")
    visible = Permission("other", "7", date(2020, 1, 1))
    item = ReviewItem("1", Ellipse(1, 1, 1, 1), 0, "face", "found", visible=visible)
    with Ledger(folder.ledger) as ledger, ReviewStore(folder.reviews) as reviews:
        for root in ("bucket:ready", str(tmp_path)):
            ledger.claim(f"{root}/in/a.jpg", root, "a.jpg", lambda _: True)
            done = Outcome(api.FileReport("a.jpg", api.Status.PREPARED), source_key="s", copy_key=f"copy in {root}")
            ledger.record(f"{root}/in/a.jpg", root, done, "r")
            reviews.published("s", f"copy in {root}", Review(items=(item,)))
    # Whether it is still there is asked of this disk only.
    assert paravent.withdraw(private=tmp_path / "private").copies == (Path("bucket:ready/a.jpg"),)


def test_what_reports_say_is_had_in_words() -> None:
    finding = paravent.Finding(paravent.Kind.HIDDEN_VIDEO, "behind the end", size=2_000_000)
    assert paravent.describe(finding).startswith("a film")
    assert paravent.remark("salvaged").startswith("the film was damaged")


def test_a_run_that_is_left_early_says_so_in_its_report(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(3):
        Image.new("RGB", (64, 48), "teal").save(tmp_path / "in" / f"IMG_000{number}.png")
    page = tmp_path / "r.html"
    run = paravent.scan(tmp_path / "in", metadata_only=True, private=tmp_path / "private", workers=1, page=page)
    assert next(run).status is paravent.Status.SCANNED
    run.close()
    assert not run.complete
    assert "This run ended early" in page.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "private", "r.html"]


def test_a_run_that_is_never_begun_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    run = paravent.scan(tmp_path / "in", metadata_only=True, private=tmp_path / "private", page=tmp_path / "r.html")
    del run
    gc.collect()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "private"]
