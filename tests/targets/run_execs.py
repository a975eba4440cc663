"""Waits for a line, then becomes another program in the same process."""

import os
import sys

print("READY", flush=True)
sys.stdin.readline()
os.execv("/bin/sh", ["sh", "-c", "echo SHELL; read line; exit 4"])
