"""Paravent prepares photos for publication: it covers faces, rebuilds the file and checks its own work."""

import os

# onnxruntime from 1.29 on writes a device id and reports to its maker as soon as it is imported; its own switch for that
# comes too late. Worker processes inherit this.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# Work is spread over processes; numpy's own threads would only wait for one another, and round by how many they are.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import paravent.verify  # noqa: F401  (first, so that the function below keeps the name in this package)
from paravent.api import protect, scan, verify
from paravent.model.policy import Policy

__all__ = ["Policy", "protect", "scan", "verify"]
