"""Ignores SIGTERM and the end of its input."""

import signal
import sys

signal.signal(signal.SIGTERM, lambda number, frame: print("TERM", flush=True))
print("READY", flush=True)
sys.stdin.read()
while True:
    signal.pause()
