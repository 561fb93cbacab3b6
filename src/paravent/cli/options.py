"""Options that several commands share, and what they come to."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.model.policy import PRESETS, Policy, preset
from paravent.stores.policy_files import load

PATH = click.Path(path_type=Path)

private = click.option("--private", type=PATH, envvar="PARAVENT_PRIVATE", help=_("Folder for private state."))
output = click.option(
    "-o", "--output", required=True, type=PATH, help=_("Folder for the prepared copies; nothing else lies there.")
)
preset_name = click.option(
    "--preset", "preset_name", type=click.Choice(list(PRESETS)), help=_("What is covered.  [default: family]")
)
policy_file = click.option("--policy", "policy_file", type=PATH, help=_("A TOML file instead of a preset."))


def policy_of(preset_name: str | None, policy_file: Path | None) -> Policy:
    """The policy of `preset_name` and `policy_file`, of which one at most may be given. Raises UsageProblem."""
    if preset_name and policy_file:
        raise UsageProblem(_("--preset and --policy exclude each other; a policy file names its preset"))
    return load(policy_file) if policy_file else preset(preset_name or "family")
