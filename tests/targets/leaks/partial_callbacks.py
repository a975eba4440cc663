"""Timers collect functools.partial objects that carry the job."""

import functools

from pacing import REPAIRED, rounds

pending_callbacks = []


class Job:
    def __init__(self, number):
        self.body = bytearray(60000)


def finish(job):
    return len(job.body)


def main():
    for number in rounds():
        pending_callbacks.append(functools.partial(finish, Job(number)))
        if REPAIRED:
            pending_callbacks.pop()()


main()
