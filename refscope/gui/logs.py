"""RefScope's own log: one file per run, versions first; the newest 20 are kept."""

from __future__ import annotations

import logging
import os
import platform
import sys
import time
from pathlib import Path

import refscope

KEPT = 20


def log_folder() -> Path:
    """Where logs are: the user's state folder."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "refscope"


def start_log(folder: Path) -> Path | None:
    """Log this run into a new file; None where none can be written: the window works without."""
    path = folder / f"window-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
        for old in sorted(folder.glob("window-*.log"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(threadName)s %(name)s %(levelname)s %(message)s"))
    logger = logging.getLogger("refscope")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.info(
        "RefScope %s, Python %s, %s", refscope.__version__, sys.version.split()[0], platform.platform()
    )
    return path


def stop_log(path: Path | None) -> None:
    """Close the file."""
    logger = logging.getLogger("refscope")
    for handler in list(logger.handlers):
        if isinstance(handler, logging.FileHandler) and Path(handler.baseFilename) == path:
            logger.removeHandler(handler)
            handler.close()
