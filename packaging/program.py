"""Builds the program in one folder, with Python, libraries and models in it: build/program/paravent.

    python packaging/program.py

In an environment of its own, so that nothing comes along but what the program needs. PyInstaller's version is pinned.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "program"
PYINSTALLER = "pyinstaller==6.22.3"


def build() -> Path:
    """The folder of the program."""
    home = BUILD / "venv"
    venv.create(home, with_pip=True, clear=True)
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", ROOT, ROOT / "packages" / "paravent-models", PYINSTALLER)
    options = ["--noconfirm", "--log-level", "WARN", "--distpath", BUILD, "--workpath", BUILD / "work"]
    run(python, "-m", "PyInstaller", *options, ROOT / "packaging" / "paravent.spec")
    return BUILD / "paravent"


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    print(build())
