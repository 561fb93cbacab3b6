"""Paravent prepares photos for publication: it covers faces, rebuilds the file and checks its own work."""

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

# onnxruntime from 1.29 on writes a device id and reports to its maker as soon as it is imported; its own switch for that
# comes too late. Worker processes inherit this.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# Work is spread over processes; numpy's own threads would only wait for one another, and round by how many they are.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

if TYPE_CHECKING:
    from paravent.api import protect, scan, verify
    from paravent.model.policy import Policy

__all__ = ["Policy", "protect", "scan", "verify"]


def __getattr__(name: str) -> Any:
    """Loaded when it is asked for: `paravent --version` needs none of it."""
    if name == "Policy":
        from paravent.model.policy import Policy  # noqa: PLC0415

        return Policy
    if name in __all__:
        from paravent import api  # noqa: PLC0415

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Package(ModuleType):
    """Keeps a name for the function that importing the package of the same name would take."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name == "verify" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
