#!/usr/bin/env bash
# Builds dist/Paravent-x86_64.AppImage from build/program/paravent (packaging/program.py), with appimagetool on the path.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=build/appimage
rm -rf "$tree" && mkdir -p "$tree" dist
cp -a build/program/paravent "$tree/program"
cp src/paravent/web/review/static/icon.svg "$tree/paravent.svg"
cat > "$tree/paravent.desktop" <<'DESKTOP'
[Desktop Entry]
Type=Application
Name=Paravent
Exec=paravent
Icon=paravent
Terminal=false
Categories=Graphics;
DESKTOP
printf '#!/bin/sh\nexec "$APPDIR/program/paravent" "$@"\n' > "$tree/AppRun"
chmod +x "$tree/AppRun"
ARCH=x86_64 appimagetool "$tree" dist/Paravent-x86_64.AppImage
