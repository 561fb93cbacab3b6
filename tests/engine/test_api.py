"""What Python programs are offered: all that the command line can do."""

from __future__ import annotations

import gc
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import paravent
from paravent import api, errors
from paravent.detect.models import store


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
