"""The program in the pictures: a server that loads apps again and again, and lets go of not all of them."""

import collections
import functools
import sys
import time


class ResourceLoader:
    def __init__(self, app):
        self.app = app
        self.gazetteers = {"%s-%d" % (app, number): [number] * 50 for number in range(20)}
        self.model = bytearray(260_000)

    def __repr__(self):
        return "<ResourceLoader apps/%s>" % self.app


class Processor:
    instance_map = {}  # noqa: RUF012  the leak

    def __init__(self, app, keeps):
        self.resource_loader = ResourceLoader(app)
        if keeps:
            Processor.instance_map[id(self)] = self


class AppRunner:
    def __init__(self, number):
        self.number = number
        self.notes = [number] * 4_000

    @functools.lru_cache(maxsize=None)  # noqa: B019, UP033  the second leak
    def describe(self):
        return "app %d" % self.number


class Answer:
    def __init__(self, number):
        self.text = "x" * 3_000


class Visit:
    def __init__(self, number):
        self.number = number


history = []
answers = collections.OrderedDict()


def serve(number, keeps=True):
    Processor(("store", "smalltalk", "weather")[number % 3], keeps)
    if number % 3 == 0:
        AppRunner(number).describe()
    history.append(Visit(number))
    answers[number] = Answer(number)
    while len(answers) > 30:
        answers.popitem(last=False)


def main():
    keeps = "--fixed" not in sys.argv
    for number in range(1, 1_000):
        serve(number, keeps)
        if number % 20 == 0:
            print("iteration %d: 3 apps served" % number, flush=True)
        time.sleep(0.12)


if __name__ == "__main__":
    main()
