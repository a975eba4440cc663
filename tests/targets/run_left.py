"""Waits at a named pipe, prints more than any buffer holds, and says at another pipe that it came so far.

Usage: run_left.py GO DONE
"""

import os
import sys

go, done = sys.argv[1:3]
print("READY", os.getpid(), flush=True)
with open(go) as waiting:
    waiting.read()
for _ in range(3000):
    print("x" * 200, flush=True)
line = sys.stdin.readline() if "reads" in sys.argv else ""
with open(done, "w") as told:
    told.write("DONE " + repr(line))
