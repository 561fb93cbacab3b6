"""Builds dist/paravent-offline.tar: wheels, models and one script, for machines of this kind without network.

    python packaging/offline.py

The machine needs the same system and the same version of Python as this one.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]

SCRIPT = """#!/bin/sh
# Installs Paravent from this folder, without network: sh install.sh [FOLDER]
set -e
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$HOME/paravent}
python3 -m venv "$target"
"$target/bin/python" -m pip install --quiet --no-index --find-links "$here/wheels" paravent paravent-models
echo "Paravent is installed. To start it: $target/bin/paravent"
echo "To have it among your programs:   $target/bin/paravent desktop install"
"""


def main() -> None:
    target = ROOT / "dist" / "paravent-offline.tar"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "paravent-offline"
        wheels = home / "wheels"
        wheels.mkdir(parents=True)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", wheels]
        subprocess.run([*map(str, command), str(ROOT), str(ROOT / "packages" / "paravent-models")], check=True)
        (home / "install.sh").write_text(SCRIPT, encoding="utf-8")
        (home / "install.sh").chmod(0o755)
        with tarfile.open(target, "w") as tar:
            tar.add(home, home.name, filter=plain)
    print(f"{target}  {target.stat().st_size / 1e6:.0f} MB")


def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without names and times of this machine."""
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    return info


if __name__ == "__main__":
    main()
