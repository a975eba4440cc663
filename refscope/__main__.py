"""Entry point: the window, or the command line. The only module that knows both."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence

WINDOW_COMMANDS = ("run", "attach", "open")
WINDOW_PACKAGES = ("PySide6", "shiboken6", "pyqtgraph")


def main(argv: Sequence[str] | None = None) -> int:
    """Run `refscope` with these arguments (those of the process by default)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments and not _has_display():
        print(
            "refscope: no display, so here is the main job in the terminal (refscope --help for more).",
            file=sys.stderr,
        )
        arguments = ["examples", "registry"]
    if not arguments or arguments[0] in WINDOW_COMMANDS:
        return _window(arguments)
    from refscope.cli.main import main as run_command

    has_qt = importlib.util.find_spec("PySide6") is not None
    return run_command(arguments, _render if has_qt else None)


def _window(arguments: list[str]) -> int:
    from refscope.errors import UserFacingError
    from refscope.gui.window_request import window_request

    request = window_request(arguments)
    try:
        if not _has_display():
            raise UserFacingError(
                "There is no display to open a window on",
                "Use the commands that need none (refscope --help), or set DISPLAY, or use ssh -X.",
            )
        try:
            from refscope.gui.app import run
        except ModuleNotFoundError as exc:
            if (exc.name or "").partition(".")[0] not in WINDOW_PACKAGES:
                raise  # an error of ours, not of the installation
            raise UserFacingError(
                "The window's packages are missing",
                f"{exc}. Install them: pip install 'refscope[gui]'; refscope doctor says more.",
            ) from exc
        code: int = run(request)
        return code
    except UserFacingError as exc:
        print(f"refscope: {exc.title}. {exc.text}", file=sys.stderr)
        return 2


def _has_display() -> bool:
    """Whether a window can be opened: macOS always has one, Qt may be told to draw nowhere."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "darwin" or any(os.environ.get(name) for name in names)


def _render(svg: str, kind: str) -> bytes:
    from refscope.gui.rendering import render

    return render(svg, kind)


if __name__ == "__main__":
    sys.exit(main())
