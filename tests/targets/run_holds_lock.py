"""Reads a line in C with the interpreter lock held: nothing else runs until the line comes."""

import ctypes
import sys

library = ctypes.PyDLL(None)
buffer = ctypes.create_string_buffer(1)
sys.setswitchinterval(1000)  # nobody gets a turn between the two calls either
library.write(1, b"READY\n", 6)
library.read(0, buffer, 1)
sys.setswitchinterval(0.005)
print("FREE", flush=True)
sys.stdin.read()
