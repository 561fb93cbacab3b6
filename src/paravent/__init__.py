"""Paravent prepares photos and films for publication: it covers people, rebuilds the file and checks its own work."""

# ruff: noqa: F403  (type checkers read all that `api` offers)
# Nothing but what Python itself has loaded already: `python -m paravent` comes by here with the current folder on the path.
import os
import sys

TYPE_CHECKING = False  # as type checkers read it
if TYPE_CHECKING:
    from types import ModuleType

    from paravent.api import *
    from paravent.api import __all__ as __all__
else:
    ModuleType = type(sys)

# onnxruntime from 1.29 on writes a device id and reports to its maker as soon as it is imported; its own switch for that
# comes too late. Worker processes inherit this.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# Work is spread over processes; numpy's own threads would only wait for one another, and round by how many they are.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"


class _Package(ModuleType):
    """Offers what `api` exports, and loads it with the first question. `verify` is the function, although a room of the
    package is called the same: importing that room does not take the function's place."""

    def __getattr__(self, name: str) -> object:
        # The import system asks for rooms here too, before it loads them.
        if not name.startswith("_") and not self._has_room(name):
            from paravent import api  # noqa: PLC0415

            if name in api.__all__:
                return getattr(api, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def _has_room(self, name: str) -> bool:
        return any(finder.find_spec(f"{__name__}.{name}", self.__path__) for finder in sys.meta_path)

    @property
    def __all__(self) -> list[str]:
        """See `api`."""
        from paravent import api  # noqa: PLC0415

        return api.__all__

    @property
    def verify(self) -> object:
        """See `api.verify`."""
        from paravent import api  # noqa: PLC0415

        return api.verify

    @verify.setter
    def verify(self, room: object) -> None:
        del room

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self.__all__})


sys.modules[__name__].__class__ = _Package
