"""Paravent prepares photos and films for publication: it covers people, rebuilds the file and checks its own work."""

# ruff: noqa: F403, F405  (type checkers read all that `api` offers)
# Nothing but what Python itself has loaded already: `python -m paravent` comes by here with the current folder on the path.
import os
import sys

TYPE_CHECKING = False  # as type checkers read it
if TYPE_CHECKING:
    from types import ModuleType

    from paravent.api import *
else:
    ModuleType = type(sys)

# onnxruntime from 1.29 on writes a device id and reports to its maker as soon as it is imported; its own switch for that
# comes too late. Worker processes inherit this.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# Work is spread over processes; numpy's own threads would only wait for one another, and round by how many they are.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

# What stands in `api`.
__all__ = [
    "PRESETS",
    "Executor",
    "FileReport",
    "Finding",
    "Held",
    "Interrupted",
    "Judgement",
    "Kind",
    "LocalExecutor",
    "ModelStatus",
    "ModelsMissing",
    "Named",
    "OutputProblem",
    "ParaventError",
    "Policy",
    "Progress",
    "Run",
    "Solved",
    "Status",
    "UsageProblem",
    "Verdict",
    "Withdrawn",
    "Work",
    "detectors",
    "forget",
    "forget_everything",
    "install_models",
    "metadata_values",
    "models",
    "names",
    "policy_file",
    "preset",
    "protect",
    "scan",
    "verify",
    "withdraw",
]


class _Package(ModuleType):
    """Loads `api` with the first question for what stands there. `verify` is the function, although a room of the package
    is called the same: importing that room does not take the function's place."""

    def __getattr__(self, name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from paravent import api  # noqa: PLC0415

        return getattr(api, name)

    @property
    def verify(self) -> object:
        """See `api.verify`."""
        return self.__getattr__("verify")

    @verify.setter
    def verify(self, room: object) -> None:
        del room

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *__all__})


sys.modules[__name__].__class__ = _Package
