"""Every exception that leaves a module of RefScope, and the signal that stops long work.

    RefScopeError
    ├── UserFacingError        the message is complete and shown as it is: what happened, what to do
    │   ├── LaunchError        the target could not be started
    │   ├── TargetExited       the target ended while something was asked of it
    │   ├── TimedOut           what was waited for did not come in time
    │   ├── FreezeError        the heap could not be frozen, or its image is gone
    │   ├── AttachRefused      the process may not be looked into
    │   ├── CaptureFileError   a file cannot be read or written
    │   ├── ExportError        a picture or table could not be saved
    │   └── NotFound           no such type, object, freeze; carries near matches
    ├── ProtocolError          the other side broke the protocol
    │   ├── VersionMismatch    it speaks another version
    │   └── PeerGone           it closed the channel
    ├── AgentError             the agent answered a request with an error
    └── Cancelled              the user withdrew the question; never shown

Foreign exceptions are translated at the border module that meets them (`raise … from exc`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence


class RefScopeError(Exception):
    """Root of the tree above."""


class UserFacingError(RefScopeError):
    """A message for a person: `title` says what happened, `text` why and what to do about it."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__(f"{title}. {text}" if text else title)
        self.title = title
        self.text = text


class LaunchError(UserFacingError):
    """The target could not be started."""


class TargetExited(UserFacingError):
    """The target ended while something was asked of it."""


class TimedOut(UserFacingError, TimeoutError):
    """What was waited for did not come in time."""


class FreezeError(UserFacingError):
    """The heap could not be frozen, or the image that held it is gone."""


class AttachRefused(UserFacingError):
    """The process may not be looked into; `command`, if not "", is one that changes that."""

    def __init__(self, title: str, text: str = "", command: str = "") -> None:
        super().__init__(title, f"{text} `{command}`" if command else text)
        self.command = command


class CaptureFileError(UserFacingError):
    """A capture, chart or table file cannot be read or written."""


class ExportError(UserFacingError):
    """A picture or table could not be saved."""


class NotFound(UserFacingError):
    """Nothing has that name; `near` lists names that come close, best first."""

    def __init__(self, title: str, text: str = "", near: Sequence[str] = ()) -> None:
        super().__init__(title, text)
        self.near = tuple(near)


class ProtocolError(RefScopeError):
    """The other side sent something that the protocol does not allow."""


class VersionMismatch(ProtocolError):
    """The other side speaks another version of the protocol."""


class PeerGone(ProtocolError):
    """The other side closed the channel."""


class AgentError(RefScopeError):
    """The agent answered with an error; `code` is one word from docs/protocol.md."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Cancelled(RefScopeError):
    """The question was withdrawn. Cancelled is not failed and is not shown."""


class CancelSignal:
    """Lets one thread ask another to stop: `cancel()` here, `raise_if_cancelled()` there. Thread-safe."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work that watches this signal to stop."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` once `cancel` was called."""
        if self._event.is_set():
            raise Cancelled("cancelled")
