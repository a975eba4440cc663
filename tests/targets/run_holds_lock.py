"""Reads a line in C with the interpreter lock held: nothing else runs until the line comes."""

import ctypes
import sys

library = ctypes.PyDLL(None)
buffer = ctypes.create_string_buffer(1)
print("READY", flush=True)
library.read(0, buffer, 1)
print("FREE", flush=True)
sys.stdin.read()
