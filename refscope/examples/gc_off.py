"""A service turned the cyclic collector off for speed; its tree nodes point at their parents.

The leak: parent and children refer to each other, so only the collector could free them, and it is
off. Nobody reaches them.
"""

import gc

from pace import hold, iterations


class Node:
    """Part of a parsed document."""

    def __init__(self, parent=None):
        self.parent = parent
        self.children = []
        self.text = bytearray(2000)
        if parent is not None:
            parent.children.append(self)


def parse_document():
    root = Node()
    for _ in range(40):
        Node(root)
    return len(root.children)


def main():
    gc.disable()
    for _ in iterations():
        parse_document()
    hold()


if __name__ == "__main__":
    main()
