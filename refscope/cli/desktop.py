"""`refscope doctor --install-desktop`: RefScope in the desktop's menu, with its icon, for .refscope files.

Files in the user's own folder for data, as the desktop's standards name them; nothing needs a
password, and `--install-desktop` again writes them anew. macOS and Windows have no such files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import refscope
from refscope.errors import UserFacingError

ICON = Path(refscope.__file__).parent / "gui" / "icons" / "refscope.svg"
_MIME = """<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-refscope">
    <comment>RefScope capture</comment>
    <glob pattern="*.refscope"/>
  </mime-type>
</mime-info>
"""
_REFRESH = (("update-desktop-database", "applications"), ("update-mime-database", "mime"))
"""Programs that tell the desktop of new files, where there are any, with their folder."""


def desktop_entry(command: str) -> str:
    """The text of refscope.desktop; command: how RefScope is started, quoted as the standard has it."""
    return f"""[Desktop Entry]
Type=Application
Name=RefScope
GenericName=Python memory inspector
Comment=Find what keeps Python objects alive
Exec={command} open %f
Icon=refscope
Terminal=false
Categories=Development;Debugger;
Keywords=python;memory;leak;heap;references;
MimeType=application/x-refscope;
StartupNotify=true
StartupWMClass=refscope
Actions=new;

[Desktop Action new]
Name=New session
Exec={command}
"""


def start_command() -> str:
    """How RefScope is started here: its own command, or the module of this Python."""
    found = shutil.which("refscope")
    words = [found] if found else [sys.executable, "-m", "refscope"]
    return " ".join(_quoted(word) for word in words)


def install(data_home: Path | None = None) -> list[Path]:
    """Write the files; returns what was written. Raises `UserFacingError` where they have no place."""
    if not sys.platform.startswith(("linux", "freebsd")):
        raise UserFacingError("There is no desktop entry on this system", "Start it with: refscope")
    home = data_home or Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    files = {
        home / "applications" / "refscope.desktop": desktop_entry(start_command()),
        home / "icons" / "hicolor" / "scalable" / "apps" / "refscope.svg": ICON.read_text("utf-8"),
        home / "mime" / "packages" / "refscope.xml": _MIME,
    }
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    except OSError as exc:
        raise UserFacingError(
            "The desktop entry could not be written", f"{exc.filename}: {exc.strerror}."
        ) from exc
    for program, folder in _REFRESH:
        if shutil.which(program):
            subprocess.run([program, str(home / folder)], check=False, capture_output=True, timeout=60)
    return list(files)


def _quoted(word: str) -> str:
    """As the standard has it: double quotes around what holds a space or a sign with a meaning."""
    if not any(sign in word for sign in " \t\"'\\><~|&;$*?#()`%"):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$", "\\$")
    return f'"{escaped}"'.replace("%", "%%").replace("\\", "\\\\")
