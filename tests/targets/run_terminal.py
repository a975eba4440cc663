"""Says what it is connected to, then prompts; Ctrl-C is caught and told."""

import os
import sys

print("READY", sys.stdin.isatty(), sys.stdout.isatty(), os.get_terminal_size(), flush=True)
try:
    print("ANSWER", input("name? "), flush=True)
    input("again? ")
except KeyboardInterrupt:
    print("INTERRUPTED", flush=True)
