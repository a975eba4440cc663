"""The way into a process that runs: a folder that only its user can open, with a socket and a script.

The script is the agent's entry with what it has to know in front: where the socket is, a token, where the
agent is. Whoever comes through the door must be the process itself and say the token. The folder lies where
the process sees it as well (a service may have a /tmp of its own), and goes when the door is closed: a script
that comes late finds nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
import socket
import struct
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from refscope.errors import AttachRefused, CancelSignal
from refscope.session import running
from refscope.session.launcher import AGENT_FOLDER
from refscope.session.running import PROC, RunningPython

logger = logging.getLogger(__name__)

LINE_LIMIT = 1000
LINE_LIMIT_S = 2.0
_CREDENTIALS = struct.Struct("3i")  # of the kernel's `ucred`: process, user, group


class Door:
    """Open from `with` on. `script`: what the process has to run."""

    def __init__(self, process: RunningPython, proc: Path = PROC) -> None:
        self._process = process
        self._root = proc / str(process.pid) / "root"
        self._token = secrets.token_hex(16)
        self._folder = Path()
        self._listener = socket.socket(socket.AF_UNIX)

    @property
    def script(self) -> Path:
        """Where the script is."""
        return self._folder / "entry.py"

    def __enter__(self) -> Door:
        with contextlib.ExitStack() as undo:
            undo.callback(self._listener.close)
            self._folder = self._make_folder()
            undo.callback(shutil.rmtree, self._folder, ignore_errors=True)
            path = str(self._folder / "s")
            self._listener.bind(path)
            self._listener.listen(4)
            agent = AGENT_FOLDER
            if not self._is_ours or not self._sees(agent):
                agent = self._folder / "agent"
                shutil.copytree(AGENT_FOLDER, agent, symlinks=True)
            facts = (path, self._token, str(agent), str(self.script))
            entry = (AGENT_FOLDER / "entry.py").read_text("utf-8")
            self.script.write_text(f"SOCKET, TOKEN, FOLDER, SCRIPT = {facts!r}\n{entry}", "utf-8")
            self._give_away()
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    def wait(self, limit_s: float, cancel: CancelSignal | None = None) -> socket.socket | None:
        """The socket of the agent, which says hello next; None = nobody came in time.

        Raises AttachRefused where the agent cannot live there, TargetExited, Cancelled.
        """
        ends_s = time.monotonic() + limit_s
        for sock in self._comers(ends_s, cancel):
            line = _line_from(sock) if self._is_the_process(sock) else ""
            token, _, reason = line.partition(" ")
            if secrets.compare_digest(token.encode(), self._token.encode()):
                if not reason:
                    sock.settimeout(None)
                    return sock
                sock.close()
                raise AttachRefused("RefScope's agent cannot live in this program", f"{reason}.")
            logger.warning("somebody else came through the door of process %d", self._process.pid)
            sock.close()
        return None

    def _comers(self, ends_s: float, cancel: CancelSignal | None) -> Iterator[socket.socket]:
        while (left_s := ends_s - time.monotonic()) > 0:
            if cancel is not None:
                cancel.raise_if_cancelled()
            self._listener.settimeout(min(left_s, 0.05))
            with contextlib.suppress(TimeoutError):
                yield self._listener.accept()[0]
                continue
            running.require(self._process.pid)

    def _is_the_process(self, sock: socket.socket) -> bool:
        credentials = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        return bool(_CREDENTIALS.unpack(credentials)[0] == self._process.pid)

    def _make_folder(self) -> Path:
        """A folder that the process sees under the same name."""
        places = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/dev/shm", "/var/tmp")
        for place in filter(None, places):
            with contextlib.suppress(OSError):
                folder = Path(tempfile.mkdtemp(prefix="refscope-", dir=place))
                if self._sees(folder):
                    return folder
                folder.rmdir()
        running.require(self._process.pid)
        raise AttachRefused(
            "The program sees none of the folders that RefScope can write to",
            "It runs in a container or has folders of its own. Run `refscope record --pid` beside it.",
        )

    def _sees(self, path: Path) -> bool:
        try:
            return os.path.samestat(os.stat(f"{self._root}{path}"), os.stat(path))
        except OSError:
            return False

    @property
    def _is_ours(self) -> bool:
        return os.stat(self._root.parent).st_uid == os.getuid()

    def _give_away(self) -> None:
        """Let the program's user in, and nobody else, where it runs as another one than we do."""
        if self._is_ours:
            return
        owner = os.stat(self._root.parent)
        for each in (self._folder, *self._folder.rglob("*")):
            os.chown(each, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _line_from(sock: socket.socket) -> str:
    """The first line that is said, and not a byte more; "" = none."""
    sock.settimeout(LINE_LIMIT_S)
    line = b""
    with contextlib.suppress(OSError):
        while len(line) < LINE_LIMIT and (byte := sock.recv(1)) not in (b"", b"\n"):
            line += byte
    return line.decode("utf-8", "replace")
