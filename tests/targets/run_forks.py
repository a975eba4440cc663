"""Forks a child that waits for the parent's word, as pre-fork servers do."""

import os
import sys

read_end, write_end = os.pipe()
pid = os.fork()
if pid == 0:
    os.close(write_end)
    os.read(read_end, 1)
    os._exit(0)
print("READY", pid, flush=True)
for line in sys.stdin:
    print("GOT", line.strip(), flush=True)
os.close(write_end)
os.waitpid(pid, 0)
