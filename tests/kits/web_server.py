"""Serves the review page for a test: python web_server.py PRIVATE [PICTURES OUTPUT] [--closed-for SECONDS].

Prints the link instead of opening a browser.
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from paravent.model.limits import WorkerLimits
from paravent.model.policy import preset
from paravent.web.review.server import Serving, serve
from paravent.web.review.session import ReviewRequest


class Hiding:
    """A finder of modules for which one of them is not there until its sign is."""

    def __init__(self, finder: Any, name: str) -> None:
        self._finder = finder
        self._name = name

    def find_spec(self, fullname: str, *where: Any) -> Any:
        if fullname == self._name and find_spec(f"{fullname}_installed") is None:
            return None
        return self._finder.find_spec(fullname, *where)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._finder, name)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("private", type=Path)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--preset", default="family")
    parser.add_argument("--closed-for", type=float, default=600)
    parser.add_argument("--goodbye", type=float, default=30)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--hide", default="", help="a module that is there only with another one called NAME_installed")
    options = parser.parse_args()
    if options.hide:
        sys.meta_path[:] = [Hiding(finder, options.hide) for finder in sys.meta_path]
    order = None
    if options.folders:
        pictures, output = options.folders
        order = ReviewRequest(pictures, output, output.with_name(f"{output.name}-private"), preset(options.preset))
    limits = WorkerLimits(2, options.timeout, 1024)
    say = lambda sentence: print(sentence, flush=True)  # noqa: E731
    show = lambda link: print(f"LINK {link}", flush=True)  # noqa: E731
    serve(Serving(limits, options.private, options.closed_for, options.goodbye, say, show), order)


if __name__ == "__main__":
    main()
