"""Each failure is raised from the last one, which is remembered."""

from pacing import REPAIRED, rounds


class Attempt:
    def __init__(self):
        self.body = bytearray(60000)


class Retrier:
    last_error = None


def attempt(previous):
    tried = Attempt()
    raise RuntimeError(len(tried.body)) from previous


def main():
    for _ in rounds():
        try:
            attempt(None if REPAIRED else Retrier.last_error)
        except RuntimeError as error:
            Retrier.last_error = error


main()
