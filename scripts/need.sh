#!/bin/sh
# Makes sure a command is there: need.sh COMMAND DEBIAN-PACKAGE. Installs the package when it may, else names it.
command -v "$1" >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null && exit 0
fi
echo "$1 is missing; on Debian or Ubuntu: sudo apt-get install $2. Tests that need it are skipped." >&2
[ "${CI:-}" != true ]
