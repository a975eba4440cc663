"""Keeps nodes alive, says READY, then echoes lines until its input ends; exits with code 3."""

import sys


class Node:
    pass


keep = [Node() for _ in range(500)]
for number, node in enumerate(keep):
    node.name = "node %d" % number

print("READY", *sys.argv[1:], flush=True)
for line in sys.stdin:
    for _ in range(100):
        keep.append(Node())
    print("GOT", line.strip(), flush=True)
sys.exit(3)
