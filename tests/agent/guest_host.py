"""A host reduced to sockets: starts targets on every interpreter present and talks to their agent."""

from __future__ import annotations

import array
import os
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from refscope.agent import wire
from tests.pythons import PYTHONS as INTERPRETERS

SITE = Path(wire.__file__).parent / "site"
TARGETS = Path(__file__).parent.parent / "targets"
ANSWER_LIMIT_S = 30


def minor_of(python: str) -> int:
    """The minor version of one of `INTERPRETERS`."""
    return next(minor for minor, path in INTERPRETERS.items() if path == python)


def environment_with(descriptor: int, base: Mapping[str, str]) -> dict[str, str]:
    """What the launcher puts into the environment (docs/protocol.md)."""
    environment = dict(base)
    before = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = f"{SITE}:{before}" if before else str(SITE)
    environment["REFSCOPE_FD"] = str(descriptor)
    if before is not None:
        environment["REFSCOPE_PYTHONPATH"] = before
    return environment


@dataclass
class Peer:
    """One end of a channel, with answers matched by hand."""

    connection: wire.Connection
    number: int = 0

    def ask(
        self, kind: str, fields: Mapping[str, Any] | None = None, columns: Sequence[Any] = ()
    ) -> wire.Frame:
        """Send a request and return the first frame of its answer."""
        self.number += 1
        self.connection.send(kind, self.number, fields, columns)
        answer = self.connection.receive()
        assert answer.id == self.number
        return answer

    def is_closed(self) -> bool:
        """Wait for the other side; whether it closed instead of sending."""
        try:
            self.connection.receive()
        except (wire.WireError, ConnectionError):
            return True
        return False

    def close(self) -> None:
        """Close our end."""
        self.connection.close()


@dataclass
class Image(Peer):
    """A frozen copy, by its channel. pid 0: the target itself."""

    pid: int = 0
    method: str = ""
    pause_s: float = 0.0
    objects: int = -1

    def types(self) -> Counter[str]:
        """How many listed objects of each class, by qualified name."""
        self.number += 1
        self.connection.send("walk", self.number)
        ids: list[np.ndarray[Any, np.dtype[np.uint64]]] = []
        while (frame := self.connection.receive()).kind == "chunk":
            ids.append(np.frombuffer(frame.columns["types"][1], np.uint64))
        assert frame.kind == "walked", frame
        unique, counts = np.unique(np.concatenate(ids), return_counts=True)
        answer = self.ask("types", columns=[("ids", "Q", unique.tobytes())])
        names = (f"{module}.{name}" for module, name, _ in answer.fields["types"])
        return Counter(dict(zip(names, counts.tolist(), strict=True)))


@dataclass
class Target(Peer):
    """A running target with its agent."""

    process: subprocess.Popen[bytes] = field(kw_only=True)
    hello: wire.Frame = field(kw_only=True)
    images: list[Image] = field(default_factory=list)

    def read_line(self) -> str:
        """The next line of its standard output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().rstrip("\n")

    def write_line(self, text: str = "") -> None:
        """One line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def freeze(self, method: str = "auto", deadline_s: float = ANSWER_LIMIT_S) -> Image:
        """A new image, `ready`."""
        ours, theirs = socket.socketpair()
        ours.settimeout(ANSWER_LIMIT_S)
        self.number += 1
        fields = {"method": method, "deadline_s": deadline_s}
        (request,) = wire.encode("freeze", self.number, fields)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))]
        assert self.connection.sock.sendmsg([request], rights) == len(request)
        theirs.close()
        image = Image(wire.Connection(ours))
        self.images.append(image)
        answer = self.connection.receive()
        assert answer.kind == "frozen", answer
        image.pid, image.method = answer.fields["image_pid"], answer.fields["method"]
        image.pause_s = answer.fields["pause_s"]
        ready = image.connection.receive()
        assert ready.kind == "ready"
        image.objects = ready.fields["objects"]
        return image

    def reap(self, image: Image) -> bool:
        """Close an image and have its process waited for; whether it was one."""
        image.close()
        return bool(self.ask("reap", {"pid": image.pid}).fields["found"])

    def finish(self, text: str = "") -> tuple[str, str, int]:
        """Close its input after a last text; (stdout, stderr, exit code)."""
        out, err = self.process.communicate(text.encode(), timeout=ANSWER_LIMIT_S)
        return out.decode(), err.decode(), self.process.returncode

    def end(self) -> None:
        """Leave nothing behind."""
        for image in self.images:
            image.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self.close()


Start = Callable[..., Target]


def run_alone(
    python: str, *arguments: str, text: str = "", env: Mapping[str, str] | None = None, **options: Any
) -> tuple[str, str, int]:
    """(stdout, stderr, exit code) of the same program without RefScope."""
    done = subprocess.run(
        [python, *arguments],
        input=text.encode(),
        capture_output=True,
        env=dict(os.environ if env is None else env),
        timeout=ANSWER_LIMIT_S,
        check=False,
        **options,
    )
    return done.stdout.decode(), done.stderr.decode(), done.returncode
