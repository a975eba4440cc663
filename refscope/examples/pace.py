"""Pacing of the built-in examples: one iteration after the other, slowly enough to watch."""

import argparse
import sys
import time


def iterations(default=240, interval_s=0.25):
    """Yield iteration numbers 1, 2, …; print each; stop for a line of input where asked to.

    --iterations N     how many (default: about a minute's worth)
    --interval S       seconds between two
    --pause-at 10,20   after these print "PAUSED 10" and wait for a line on standard input
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--iterations", type=int, default=default)
    parser.add_argument("--interval", type=float, default=interval_s)
    parser.add_argument("--pause-at", default="")
    options = parser.parse_args()
    pauses = {int(number) for number in options.pause_at.split(",") if number}
    for number in range(1, options.iterations + 1):
        yield number
        print("iteration %d" % number, flush=True)
        if number in pauses:
            print("PAUSED %d" % number, flush=True)
            sys.stdin.readline()
        elif options.interval:
            time.sleep(options.interval)


def hold():
    """Say that the work is done and stay until a line comes or standard input ends."""
    print("DONE, waiting for a line of input to end", flush=True)
    sys.stdin.readline()
