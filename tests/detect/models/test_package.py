"""The package of models: what it should hold is what the catalogue knows, and the store believes it only then."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

import models_wheel
from paravent.detect.models import known_picture, store
from paravent.detect.models.catalogue import CENTERFACE, FACES, MODELS, YUNET
from project import ROOT


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installed package, made of the models in the user's own store, and a store that is empty."""
    package = tmp_path / "site" / "stand_in_for_models"
    package.mkdir(parents=True)
    (package / "__init__.py").write_bytes(b"")
    store.install(print)
    listed = {}
    for model in FACES:
        data = store.load(model)
        (package / f"{model.name}.onnx").write_bytes(data)
        digest, recipe = hashlib.sha256(data).hexdigest(), store.recipe_digest(model)
        listed[model.name] = {"file": f"{model.name}.onnx", "precision": "int8", "sha256": digest, "recipe": recipe}
    (package / store.PACKAGED).write_text(json.dumps(listed), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(store, "PACKAGE", package.name)
    monkeypatch.setenv("PARAVENT_MODELS", str(tmp_path / "store"))
    return package


def test_the_manifest_is_what_the_catalogue_says() -> None:
    told = json.loads(models_wheel.MANIFEST.read_text(encoding="utf-8"))
    assert told == models_wheel.manifest(), "run: python packaging/models_wheel.py --manifest"
    assert len(told) == len(MODELS)


def test_licences_page_and_readme_of_the_package_name_every_model() -> None:
    readme = (models_wheel.PACKAGE / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in models_wheel.manifest())
    assert "WIDER FACE" in readme


def test_no_weights_are_in_the_repository() -> None:
    endings = {Path(model.member).suffix for model in MODELS}
    assert not [path for path in (ROOT / "packages").rglob("*") if path.suffix in endings]


def test_the_package_is_used_and_nothing_is_fetched_or_written(package: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    assert store.install(steps.append, *FACES) == package / "centerface.onnx"
    assert store.load(YUNET) == (package / "yunet.onnx").read_bytes()
    assert steps == []
    assert not (tmp_path / "store").exists()
    assert store.status()[0].path == package / "centerface.onnx"


def test_the_store_that_is_named_comes_first(package: Path, tmp_path: Path) -> None:
    home = tmp_path / "store" / store.identity(CENTERFACE)
    home.mkdir(parents=True)
    (home / "model.onnx").write_bytes((package / "centerface.onnx").read_bytes())
    assert store.path() == home / "model.onnx"
    assert store.path(YUNET) == package / "yunet.onnx"


def test_a_damaged_file_of_the_package_is_not_believed(package: Path) -> None:
    (package / "centerface.onnx").write_bytes(b"something else")
    assert not store.status()[0].installed
    assert store.status()[1].installed


@pytest.mark.parametrize(("recipe", "believed"), [("as it is", True), ("of an older version", False)])
def test_bytes_of_another_machine_are_tried_and_those_of_another_recipe_are_not_taken(
    package: Path, monkeypatch: pytest.MonkeyPatch, recipe: str, believed: bool
) -> None:
    other = b"made elsewhere"
    (package / "centerface.onnx").write_bytes(other)
    listed = json.loads((package / store.PACKAGED).read_text(encoding="utf-8"))
    listed["centerface"]["sha256"] = hashlib.sha256(other).hexdigest()
    if not believed:
        listed["centerface"]["recipe"] = recipe
    (package / store.PACKAGED).write_text(json.dumps(listed), encoding="utf-8")
    tried: list[bytes] = []
    monkeypatch.setattr(known_picture, "passes", lambda data, name: tried.append(data) or True)
    assert store.status()[0].installed is believed
    assert tried == ([other] if believed else [])


@pytest.mark.parametrize("listed", [b"", b"[]", b"{}", b'{"centerface": 1}', b'{"centerface": {"file": "none"}}'])
def test_a_damaged_list_is_as_none(package: Path, listed: bytes) -> None:
    (package / store.PACKAGED).write_bytes(listed)
    assert not store.status()[0].installed
