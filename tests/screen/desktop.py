"""A desktop of our own: an X server, a message bus, and what a person at it can see, point at and type.

Widgets are found as a screen reader finds them, through AT-SPI, by role and name; pointer and keys are
xdotool's; pictures are of the screen. Nothing of Qt is touched from inside the window.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, Message, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtGui import QImage

TOOLS = ("Xvfb", "xdotool", "import", "dbus-daemon")
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
SIZE = (1440, 900)
LIMIT_S = 60
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ON_SCREEN = 0  # AT-SPI: coordinates of the screen
_SHOWING = 1 << 25  # AT-SPI: the bit of a state that is on the screen now


def missing() -> list[str]:
    """What this machine lacks for a desktop."""
    lacks = [tool for tool in TOOLS if shutil.which(tool) is None]
    return lacks if any(map(os.path.exists, LAUNCHERS)) else [*lacks, "at-spi2-core"]


@dataclass(frozen=True)
class Element:
    """A widget as assistive technology sees it. `box`: left, top, width, height on the screen."""

    role: str
    name: str
    box: tuple[int, int, int, int]

    @property
    def centre(self) -> tuple[int, int]:
        left, top, width, height = self.box
        return left + width // 2, top + height // 2


def _resident_mib(name: str) -> float:
    """The memory in the name of the chart; 0 in other names."""
    said = re.match(r"Timeline\. Resident memory ([\d.]+) MiB", name)
    return float(said[1]) if said else 0.0


class Desktop:
    """One X server with one message bus; close it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[Any]] = []
        display = self._start_server()
        self.environment = dict(
            os.environ, DISPLAY=display, HOME=str(folder), XDG_CONFIG_HOME=str(folder),
            XDG_RUNTIME_DIR=str(folder), QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
        )  # fmt: skip
        self.environment.pop("QT_QPA_PLATFORM", None)
        self.environment.setdefault("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))  # compiled kernels
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--print-address=1", "--nofork"],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._processes.append(bus)
        assert bus.stdout is not None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address = bus.stdout.readline().strip()
        with open_dbus_connection(address) as session:
            ask = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
            where = session.send_and_get_reply(ask, timeout=LIMIT_S).body[0]
        self._bus: DBusConnection = open_dbus_connection(where)

    def close(self) -> None:
        self._bus.close()
        for process in reversed(self._processes):
            process.terminate()
            process.wait(LIMIT_S)
            if process.stdout is not None:
                process.stdout.close()

    def _start_server(self) -> str:
        reading, writing = os.pipe()
        screen = f"{SIZE[0]}x{SIZE[1]}x24"
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp"]
        self._processes.append(subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL))
        os.close(writing)
        with os.fdopen(reading) as told:
            return f":{told.readline().strip()}"

    # what a person does

    def do(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env=self.environment, capture_output=True, text=True, timeout=LIMIT_S, check=True,
        )  # fmt: skip
        return done.stdout

    def click(self, element: Element, button: int = 1) -> None:
        self.click_at(*element.centre, button)

    def click_at(self, x: int, y: int, button: int = 1) -> None:
        self.do("mousemove", str(x), str(y), "click", str(button))

    def press(self, key: str) -> None:
        self.do("key", key)

    def type(self, text: str) -> None:
        self.do("type", "--delay", "1", text)

    # what a person sees

    def wait_for_window(self, title: str) -> None:
        self.wait_for("frame", title)

    def wait_for_growth(self, mib: float) -> None:
        """Until the chart says that the program has so much more memory than now."""
        chart = self.wait_for("filler", lambda name: _resident_mib(name) > 0)
        enough = _resident_mib(chart.name) + mib
        self.wait_for("filler", lambda name: _resident_mib(name) >= enough)

    def picture(self) -> QImage:
        path = self._folder / "screen.png"
        subprocess.run(
            ["import", "-window", "root", str(path)], env=self.environment, timeout=LIMIT_S, check=True
        )
        return QImage(str(path))

    def wait_until_seen(self, is_there: Callable[[QImage], bool], what: str) -> QImage:
        """The first picture of the screen that shows it."""
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            picture = self.picture()
            if is_there(picture):
                return picture
        raise self._not_seen(what)

    def wait_for(self, role: str, name: str | Callable[[str], bool]) -> Element:
        """The first visible element of a role whose name is `name`, or passes it."""
        fits = name if callable(name) else name.__eq__
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            for element in self.elements():
                if element.role == role and fits(element.name):
                    return element
        raise self._not_seen(f"{role} {name}")

    def elements(self) -> Iterator[Element]:
        """Everything on the screen, windows opened last first."""
        root = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
        for program in self._children(root):
            for window in reversed(self._children(program)):
                yield from self._below(window)

    def _below(self, place: tuple[str, str]) -> Iterator[Element]:
        element = self._element(place)
        if element is None:
            return
        yield element
        for child in self._children(place):
            yield from self._below(child)

    def _element(self, place: tuple[str, str]) -> Element | None:
        """None for what is not on the screen now; nothing below it is then."""
        bus, path = place
        state = self._ask(new_method_call(DBusAddress(path, bus, _ACCESSIBLE), "GetState"))
        if not state or not state[0] & _SHOWING:
            return None
        role = self._ask(new_method_call(DBusAddress(path, bus, _ACCESSIBLE), "GetRoleName"))
        name = self._ask(Properties(DBusAddress(path, bus, _ACCESSIBLE)).get("Name"))
        where = DBusAddress(path, bus, "org.a11y.atspi.Component")
        box = self._ask(new_method_call(where, "GetExtents", "u", (_ON_SCREEN,)))
        return Element(role, name[1], box or (0, 0, 0, 0)) if role is not None and name is not None else None

    def _children(self, place: tuple[str, str]) -> list[tuple[str, str]]:
        bus, path = place
        return self._ask(new_method_call(DBusAddress(path, bus, _ACCESSIBLE), "GetChildren")) or []

    def _ask(self, message: Message) -> Any:
        """The answer; None where what was asked is gone."""
        reply = self._bus.send_and_get_reply(message, timeout=LIMIT_S)
        return reply.body[0] if reply.header.message_type is MessageType.method_return else None

    def _not_seen(self, what: str) -> AssertionError:
        failed = self._folder / "failed.png"
        self.picture().save(str(failed))
        seen = "\n".join(f"{each.role} {each.name!r} {each.box}" for each in self.elements() if each.name)
        return AssertionError(f"not seen within {LIMIT_S} s: {what} (see {failed})\n{seen}")
