"""An entry among the programs of the desktop, so that nobody needs a terminal."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from paravent.errors import UsageProblem
from paravent.i18n.texts import _

_ICON = Path(__file__).parent / "review" / "static" / "icon.svg"


def install(platform: str = sys.platform, home: Path | None = None) -> Path:
    """Put the entry in place and return where it lies. Raises UsageProblem if it cannot be written.

    On Linux an entry of the menu (freedesktop.org), on macOS a command in Applications, on Windows one on the desktop.
    """
    home = home or Path.home()
    try:
        if platform == "darwin":
            return _written(home / "Applications" / "Paravent.command", _script("#!/bin/sh\nexec", shlex.join(_command())))
        if platform == "win32":
            command = subprocess.list2cmdline(_command())
            return _written(home / "Desktop" / "Paravent.cmd", _script("@echo off\r\n", command).replace("\n", "\r\n"))
        return _menu_entry(Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share"))
    except OSError as error:
        raise UsageProblem(
            _("{path}: cannot be written ({reason})").format(path=error.filename, reason=error.strerror)
        ) from None


def _menu_entry(data: Path) -> Path:
    icon = data / "icons" / "hicolor" / "scalable" / "apps" / "paravent.svg"
    icon.parent.mkdir(parents=True, exist_ok=True)
    icon.write_bytes(_ICON.read_bytes())
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Name=Paravent",
        "Comment=Prepare photos before sharing them",
        "Comment[fr]=Préparer des photos avant de les partager",
        f"Exec={' '.join(map(_quoted, _command()))}",
        f"Icon={icon}",
        "Terminal=false",
        "Categories=Graphics;Photography;",
    )
    return _written(data / "applications" / "paravent.desktop", "\n".join(lines) + "\n")


def _command() -> list[str]:
    if getattr(sys, "frozen", False):  # a program in one piece
        return [sys.executable]
    return [sys.executable, "-P", "-m", "paravent"]


def _quoted(word: str) -> str:
    """As the Desktop Entry Specification wants it in Exec."""
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, "\\" + sign)
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _script(start: str, command: str) -> str:
    return f"{start} {command}\n"


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    path.chmod(0o755)
    return path
