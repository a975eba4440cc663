"""Allocates 64 MB of bytes for each line it is sent."""

import sys

kept = []
print("READY", flush=True)
for line in sys.stdin:
    kept.append(b"x" * (64 << 20))
    print("GREW", len(kept), flush=True)
