"""Paravent prepares photos for publication: it covers faces, rebuilds the file and checks its own work."""

import paravent.verify  # noqa: F401  (first, so that the function below keeps the name in this package)
from paravent.api import protect, scan, verify
from paravent.policy import Policy

__all__ = ["Policy", "protect", "scan", "verify"]
