"""Waits for a line, then reads from address 0."""

import ctypes
import sys

print("READY", flush=True)
sys.stdin.readline()
ctypes.string_at(0)
