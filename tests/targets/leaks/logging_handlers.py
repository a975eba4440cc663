"""A logger per job with a handler that knows the job."""

import logging

from pacing import REPAIRED, rounds


class JobHandler(logging.Handler):
    def __init__(self, job):
        super().__init__()
        self.job = job


class Job:
    def __init__(self, number):
        self.body = bytearray(60000)
        self.log = logging.getLogger("jobs" if REPAIRED else "jobs.%d" % number)
        self.handler = JobHandler(self)
        self.log.addHandler(self.handler)

    def close(self):
        self.log.removeHandler(self.handler)


def main():
    for number in rounds():
        job = Job(number)
        if REPAIRED:
            job.close()


main()
