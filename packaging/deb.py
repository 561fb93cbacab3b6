"""Builds packages for Debian and Ubuntu into dist/: `paravent`, and `paravent-media` with what reads HEIC and film.

    python packaging/deb.py

`paravent-media` holds the GPL parts (x264, x265), so that whoever passes on `paravent` alone passes on none of them.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

import program
from paravent.version import VERSION

BUILD = program.ROOT / "build" / "deb"
HOME = Path("usr/lib/paravent")
MEDIA = ("av", "pillow_heif", "_pillow_heif")  # how what belongs to `paravent-media` is called
ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), "")
MAINTAINER = "The Paravent contributors <paravent@maintainers.example>"

DESKTOP = """[Desktop Entry]
Type=Application
Name=Paravent
Comment=Prepare photos before sharing them
Comment[fr]=Préparer des photos avant de les partager
Exec=paravent
Icon=paravent
Terminal=false
Categories=Graphics;Photography;
"""

REMOVED = """#!/bin/sh
set -e
if [ "$1" = remove ] || [ "$1" = purge ]; then
    rm -rf /usr/lib/paravent
    echo "Paravent is removed. What it knows of your copies stays in each user's ~/.local/state/paravent;"
    echo "without Paravent nothing needs that folder, and it may be deleted."
fi
"""


def main() -> None:
    built = program.build()
    shutil.rmtree(BUILD, ignore_errors=True)
    whole, media = BUILD / "paravent", BUILD / "paravent-media"
    shutil.copytree(built, whole / HOME, symlinks=True)
    split(whole / HOME, media / HOME)
    furnish(whole)
    made = [
        package(whole, "paravent", "", "prepares photos for publication: covers people, checks its own work", REMOVED),
        package(media, "paravent-media", f"paravent (= {VERSION}), ", "HEIC and films for Paravent; holds GPL parts", ""),
    ]
    for path in made:
        print(f"{path}  {path.stat().st_size / 1e6:.0f} MB")


def split(home: Path, media: Path) -> None:
    """Move what reads HEIC and film: libraries, their modules, and links to them."""
    inner = home / "_internal"
    for path in list(inner.iterdir()):
        target = path.readlink().parts[0] if path.is_symlink() else path.name
        if target.split(".")[0].split("-")[0] in MEDIA:
            (media / "_internal").mkdir(parents=True, exist_ok=True)
            path.rename(media / "_internal" / path.name)


def furnish(root: Path) -> None:
    """The command, the entry among the programs, the icon, the manual page, the licences."""
    files = {
        "usr/share/applications/paravent.desktop": DESKTOP.encode(),
        "usr/share/icons/hicolor/scalable/apps/paravent.svg": read("src/paravent/web/review/static/icon.svg"),
        "usr/share/man/man1/paravent.1": read("docs/paravent.1"),
        "usr/share/doc/paravent/copyright": read("NOTICE") + b"\n" + read("docs/licences.md") + b"\n" + read("LICENSE"),
    }
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/paravent").symlink_to("../lib/paravent/paravent")


def read(name: str) -> bytes:
    return (program.ROOT / name).read_bytes()


def package(root: Path, name: str, depends: str, description: str, removed: str) -> Path:
    """One .deb of a tree of files."""
    size = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file()) // 1024
    control = root / "DEBIAN"
    control.mkdir()
    fields = {
        "Package": name,
        "Version": VERSION,
        "Architecture": ARCHITECTURE,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(size),
        "Depends": f"{depends}libc6 (>= 2.36)",
        "Section": "graphics",
        "Priority": "optional",
        "Description": description,
    }
    if not depends:
        fields["Suggests"] = "paravent-media"
    (control / "control").write_text("".join(f"{field}: {value}\n" for field, value in fields.items()), encoding="utf-8")
    if removed:
        (control / "postrm").write_text(removed, encoding="utf-8")
        (control / "postrm").chmod(0o755)
    target = program.ROOT / "dist" / f"{name}_{VERSION}_{ARCHITECTURE}.deb"
    target.parent.mkdir(exist_ok=True)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(target)], check=True)
    return target


if __name__ == "__main__":
    main()
