"""How long and how much memory an export takes that holds very many media.

    python bench/posted.py [--media 100000] [--parts 30]

Makes exports of a Facebook page with a tenth of the media and with all of them, as so many ZIPs, and reads each in a
process of its own, on Linux. Media are empty but for a few bytes: nobody looks into them. Needs no pictures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from inputs import scratch
from paravent import read_export

_TOP = "this_profile's_activity_across_facebook/posts"
_IN_A_LIST = 10_000  # posts


def written(folder: Path, media: int, parts: int) -> list[Path]:
    """The parts of an export with so many media, each in a post of its own and every fifth in an album too."""
    folder.mkdir(parents=True)
    paths = [folder / f"part-{number}.zip" for number in range(parts)]
    archives = [zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) for path in paths]
    archives[0].writestr("profile_information/profile_information.json", '{"profile_v2": {}}')
    names = [f"{_TOP}/media/album_{number // 500}/{number}_n.jpg" for number in range(media)]
    for number, name in enumerate(names):
        archives[number % parts].writestr(name, b"\xff\xd8\xff")
    for start in range(0, media, _IN_A_LIST):
        posts = [_post(name, 1_400_000_000 + at * 1000) for at, name in enumerate(names[start : start + _IN_A_LIST], start)]
        archives[-1].writestr(f"{_TOP}/profile_posts_{start // _IN_A_LIST + 1}.json", json.dumps(posts))
    for start in range(0, media, 500):
        photos = [{"uri": name} for name in names[start : start + 500 : 5]]
        archives[-1].writestr(f"{_TOP}/album/{start // 500}.json", json.dumps({"name": "Fair", "photos": photos}))
    for archive in archives:
        archive.close()
    return paths


def _post(name: str, time_: int) -> dict[str, object]:
    exif = [{"upload_ip": "192.0.2.7", "latitude": 48.5, "longitude": 2.25}]
    media = {"uri": name, "creation_timestamp": time_, "media_metadata": {"photo_metadata": {"exif_data": exif}}}
    text = "Some words that somebody wrote about it. " * 8
    return {"timestamp": time_, "attachments": [{"data": [{"media": media}]}], "data": [{"post": text}]}


def read(private: str, *parts: str) -> None:
    """Read one export in this process and say what that took."""
    empty = _peak()
    started, spent = time.perf_counter(), time.process_time()
    told = read_export(list(parts), own=True, private=private)
    said = (told.media, time.perf_counter() - started, time.process_time() - spent, _peak() - empty)
    print(json.dumps(said))


def _peak() -> int:
    """Megabytes; what `getrusage` says would be that of the process that started this one, if that was more."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def main() -> None:
    """Both sizes in turn."""
    parser = argparse.ArgumentParser(description="Time and memory for a large export.")
    parser.add_argument("--media", type=int, default=100_000)
    parser.add_argument("--parts", type=int, default=30)
    options = parser.parse_args()
    with scratch() as work:
        for media in (options.media // 10, options.media):
            parts = written(work / str(media), media, options.parts)
            command = [sys.executable, __file__, "--read", str(work / f"private-{media}"), *map(str, parts)]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            count, seconds, spent, memory = json.loads(said.splitlines()[-1])
            assert count == media
            print(f"{media} media: {seconds:.1f} s, {spent:.1f} CPU s, {media / seconds:.0f} a second", flush=True)
            print(f"   {memory} MB more than before", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(*sys.argv[2:])
    else:
        main()
