"""Forks and ends; the daemon says so in a file and ends when the fifo of its second argument is opened."""

import os
import sys

print("READY", flush=True)
if os.fork():
    os._exit(0)
os.setsid()
os.closerange(0, 65536)
with open(sys.argv[1], "w") as told:
    told.write(str(os.getpid()))
os.rename(sys.argv[1], sys.argv[1] + ".pid")
open(sys.argv[2], "w").close()
