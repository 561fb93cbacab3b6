"""The command's entry: `paravent` and `python -m paravent`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; a Ctrl-C while its libraries are still being loaded ends it as quietly as later."""
    try:
        from paravent.cli import main as cli  # noqa: PLC0415  (this is what takes the time)

        cli.main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
