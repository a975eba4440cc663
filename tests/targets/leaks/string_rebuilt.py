"""A protocol is kept in one string, made longer with every line."""

from pacing import REPAIRED, rounds

transcript = ""


def main():
    global transcript
    for number in rounds():
        line = "line %d " % number + "x" * 60000
        transcript = line if REPAIRED else transcript + line


main()
