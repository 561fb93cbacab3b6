#!/usr/bin/env bash
# Installs the packages of dist/ on this Debian or Ubuntu, tries them, removes them. As root, on a machine that may be changed.
#     packaging/smoke_deb.sh [REFERENCE]      REFERENCE: a pip install that must give the same bytes
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

dpkg -i dist/paravent_*.deb
env -i HOME="$home" PATH="$PATH" paravent doctor --json > "$home/doctor.json" || true
"$PYTHON" - "$home/doctor.json" <<'PY'
import json, sys
told = json.load(open(sys.argv[1]))
missing = {lack["of"] for lack in told["lacks"]}
assert told["works"] and {"heif", "video"} <= missing, told["lacks"]
PY
echo "works without HEIC and film"
dpkg -i dist/paravent-media_*.deb
"$PYTHON" packaging/smoke.py /usr/bin/paravent "$@"

# The page opens, from the entry among the programs, without a terminal.
command=$(sed -n 's/^Exec=//p' /usr/share/applications/paravent.desktop)
printf '#!/bin/sh\necho "$1" > %s/link\n' "$home" > "$home/browser" && chmod +x "$home/browser"
env -i HOME="$home" PATH="$PATH" BROWSER="$home/browser %s" unshare -n sh -c \
    "ip link set lo up 2>/dev/null; $command & echo \$! > $home/pid; for i in \$(seq 100); do [ -s $home/link ] && break; sleep 0.2; done; \
     \"$PYTHON\" -c 'import sys, urllib.request as u; sys.stdout.write(u.urlopen(sys.argv[1].split(chr(35))[0]).read().decode())' \"\$(cat $home/link)\" > $home/page; \
     kill -INT \$(cat $home/pid); wait || true" </dev/null >"$home/said" 2>&1 || { cat "$home/said"; exit 1; }
grep -q -i '<title>' "$home/page"
echo "the page opens"

dpkg -r paravent-media paravent
for left in /usr/lib/paravent /usr/bin/paravent /usr/share/applications/paravent.desktop /usr/share/doc/paravent /usr/share/man/man1/paravent.1; do
    [ ! -e "$left" ] || { echo "left behind: $left"; exit 1; }
done
find "$home" -mindepth 1 -path '*paravent*' | grep -v "^$home/.local/state/paravent" && { echo "left behind in the home"; exit 1; }
echo "removed; private state is all that is left"
