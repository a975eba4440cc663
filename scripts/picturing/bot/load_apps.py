"""The program in the pictures: a server that loads apps again and again, and lets go of not all of them."""

import collections
import sys
import time

from components import Processor
from runner import AppRunner


class Answer:
    def __init__(self, number):
        self.number = number
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
    for number in range(1, 2_000):
        serve(number, keeps)
        if number % 20 == 0:
            print("iteration", number, flush=True)
        time.sleep(0.12)


if __name__ == "__main__":
    main()
