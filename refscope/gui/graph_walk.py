"""Where the arrow keys lead in a graph: along edges, and up and down a column. No Qt."""

from __future__ import annotations

from refscope.gui.node_words import path_keys
from refscope.present.scene import Box, Scene


def start_key(scene: Scene) -> str | None:
    """Where a walk begins: the target, else the first node."""
    target = next((node.key for node in scene.nodes if node.is_target), None)
    return target or (scene.nodes[0].key if scene.nodes else None)


def root_key(scene: Scene) -> str | None:
    """The root of the lit path."""
    return next(iter(path_keys(scene)), None)


def path_from_holder(scene: Scene) -> list[str]:
    """The lit path from its holder down to the target; from the root where no holder is marked."""
    path = path_keys(scene)
    holder = next((node.key for node in scene.nodes if node.is_holder), None)
    if holder in path:
        return path[path.index(holder) :]
    target = start_key(scene)
    return path or ([] if target is None else [target])


def holder_key(scene: Scene, key: str) -> str | None:
    """Along an edge to a holder: on the lit path if there is one, else the nearest in height."""
    return _along(scene, key, [(e.source, e.is_on_path) for e in scene.edges if e.target == key])


def held_key(scene: Scene, key: str) -> str | None:
    """Along an edge to what the node holds, in the same order of preference."""
    return _along(scene, key, [(e.target, e.is_on_path) for e in scene.edges if e.source == key])


def above_key(scene: Scene, key: str) -> str | None:
    """The next node up in the same column."""
    return _in_column(scene, key, up=True)


def below_key(scene: Scene, key: str) -> str | None:
    """The next node down in the same column."""
    return _in_column(scene, key, up=False)


def _along(scene: Scene, key: str, ends: list[tuple[str, bool]]) -> str | None:
    here = _middle(scene.boxes[key])[1]
    choices = [
        (not lit, abs(_middle(scene.boxes[end])[1] - here), end)
        for end, lit in ends
        if end in scene.boxes and end != key
    ]
    return min(choices)[2] if choices else None


def _in_column(scene: Scene, key: str, *, up: bool) -> str | None:
    x, y = _middle(scene.boxes[key])
    half = scene.boxes[key].width / 2
    choices = []
    for other, box in scene.boxes.items():
        across, down = _middle(box)
        distance = y - down if up else down - y
        if other != key and distance > 0 and abs(across - x) < (half + box.width / 2):
            choices.append((distance, abs(across - x), other))
    return min(choices)[2] if choices else None


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2
