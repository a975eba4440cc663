"""A decorator made by hand keeps results in a closure variable."""

from pacing import REPAIRED, rounds


class Answer:
    def __init__(self, number):
        self.body = bytearray(60000)


def make_asker():
    answers = {}

    def ask(number):
        if REPAIRED:
            answers.clear()
        answers[number] = Answer(number)
        return answers[number]

    return ask


ask = make_asker()


def main():
    for number in rounds():
        ask(number)


main()
