; The installer for Windows, for one account and without administrator: makensis /DVERSION=1.2.3 packaging\windows.nsi
; from the folder of the project, after packaging\program.py.
Unicode true
Name "Paravent"
OutFile "..\dist\paravent-${VERSION}-setup.exe"
InstallDir "$LOCALAPPDATA\Programs\Paravent"
RequestExecutionLevel user
SetCompressor /SOLID lzma
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Section
  SetOutPath "$INSTDIR"
  File /r "..\build\program\paravent\*.*"
  CreateShortcut "$SMPROGRAMS\Paravent.lnk" "$INSTDIR\Paravent-page.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\Uninstall\Paravent" "DisplayName" "Paravent"
  WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\Uninstall\Paravent" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\Uninstall\Paravent" "UninstallString" '"$INSTDIR\uninstall.exe"'
SectionEnd

Section "Uninstall"
  Delete "$SMPROGRAMS\Paravent.lnk"
  RMDir /r "$INSTDIR"
  DeleteRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\Uninstall\Paravent"
  DetailPrint "What Paravent knows of your copies stays in $LOCALAPPDATA\paravent; it may be deleted."
SectionEnd
