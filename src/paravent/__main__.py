"""The command's entry: `paravent` and `python -m paravent`."""

import os
import sys


def _leave_out_current_folder() -> None:
    """No module may come from the folder somebody stands in: it holds the pictures.

    `python -m` puts that folder first on the path, and a gap in PYTHONPATH means it. Done before anything else is imported.
    """
    here = os.getcwd()  # noqa: PTH109  (pathlib is not loaded yet)
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    gaps = any(not os.path.isabs(part) for part in os.environ.get("PYTHONPATH", "/").split(os.pathsep))  # noqa: PTH117
    doubtful = {here} if (__name__ == "__main__" or gaps) and here != own else set()
    sys.path[:] = [part for part in sys.path if os.path.isabs(part) and part not in doubtful]  # noqa: PTH117


_leave_out_current_folder()


def main() -> None:
    """Run the command line; a Ctrl-C while its libraries are still being loaded ends it as quietly as later."""
    try:
        from paravent.cli import main as cli  # noqa: PLC0415  (this is what takes the time)

        cli.main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
