"""Prints 40 MB that nobody waits for, the last line being DONE, then waits for its input's end."""

import sys

for number in range(400_000):
    print("line %06d " % number + "x" * 90)
print("DONE", flush=True)
sys.stdin.read()
