"""Pacing of the leak cases: rounds of work with pauses, and whether this is the repaired twin.

Arguments: rounds, then the rounds after which to print "PAUSED n" and wait for a line, as "10,20".
With REPAIRED=1 in the environment a case runs its repaired variant.
"""

import gc
import os
import sys

REPAIRED = os.environ.get("REPAIRED") == "1"
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 60


def pause(number):
    """Let the observer freeze after this round where it asked to."""
    pauses = sys.argv[2].split(",") if len(sys.argv) > 2 else []
    if str(number) in pauses:
        gc.collect() if gc.isenabled() else None
        print("PAUSED %d" % number, flush=True)
        sys.stdin.readline()


def rounds(pausing=True):
    """Yield 1, 2, …, ROUNDS, pausing after each as asked."""
    for number in range(1, ROUNDS + 1):
        yield number
        if pausing:
            pause(number)
