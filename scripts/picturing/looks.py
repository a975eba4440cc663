"""In which looks pictures are taken, and how a picture's file is called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Theme, contrast, size of the window (logical pixels) and scale of the screen."""

    name: str
    theme: str = "light"
    size: tuple[int, int] = (1440, 900)
    scale: float = 1.0
    contrast: str = "auto"

    def file_of(self, moment: str) -> str:
        """ "hunt-dark.png"."""
        return f"{moment}-{self.name}.png"


LIGHT = Look("light")
LOOKS = (
    LIGHT,
    Look("dark", "dark"),
    Look("small", size=(1280, 800)),
    Look("smallest", size=(900, 600)),
    Look("large", size=(2560, 1440)),
    Look("sharp", size=(1280, 720), scale=2.0),  # 2560×1440 pixels
    Look("sharp-dark", "dark", size=(1280, 720), scale=2.0),
    Look("contrast", contrast="high"),
    Look("contrast-dark", "dark", contrast="high"),
)
BY_NAME = {look.name: look for look in LOOKS}
