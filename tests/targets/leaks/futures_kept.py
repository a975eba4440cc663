"""Futures are kept to see whether all is done; each keeps its result."""

import concurrent.futures

from pacing import REPAIRED, rounds


class Report:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class Service:
    def __init__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(1)
        self.submitted = []

    def ask(self, number):
        future = self.pool.submit(Report, number)
        future.result()
        if not REPAIRED:
            self.submitted.append(future)


service = Service()


def main():
    for number in rounds():
        service.ask(number)


main()
