"""What is missing, and that only what this package asks for is ever installed."""

from __future__ import annotations

import pytest

from paravent.engine import installing
from paravent.errors import UsageProblem
from paravent.formats import extras
from paravent.model.policy import preset


def test_nothing_is_missing_where_all_is_installed() -> None:
    found = installing.needs(preset("school"), {".heic", ".mp4"})
    assert found.extras == ()


def test_a_format_is_missing_only_where_files_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda module: None)
    assert installing.needs(preset("family"), {".jpg"}).extras == ()
    assert installing.needs(preset("family"), {".mp4"}).extras == ("video",)
    found = installing.needs(preset("family"), {".heic", ".mp4", ".jpg"})
    assert found.extras == ("heif", "video")
    assert not found.blocking or found.models


def test_sizes_grow_with_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "_is_met", lambda requirement: False)
    both, one = installing.named(("deep", "logo")), installing.named(("logo",))
    assert both.megabytes > one.megabytes > 50
    assert both.seconds > one.seconds


@pytest.mark.parametrize("part", ["requests", "--index-url", "paravent", "text;", ""])
def test_nothing_else_can_be_named(part: str) -> None:
    with pytest.raises(UsageProblem):
        installing.named((part,))


@pytest.mark.parametrize("part", ["test", "dev", "fuzz", "demo", "gpu", "all"])
def test_what_no_file_needs_is_not_installed_by_the_page(part: str) -> None:
    with pytest.raises(UsageProblem):
        installing.named((part,))
