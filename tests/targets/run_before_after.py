"""A server before and after a fix: `leak` keeps every page of every round, `fixed` the last three, `weak`
none; `worse` keeps what nobody kept before. Prints the round, waits for a line."""

import sys
import weakref


class Page:
    """What a round makes; large."""

    def __init__(self, number):
        self.number = number
        self.body = bytearray(100000)


class Site:
    """Where pages stay."""

    pages = {}  # noqa: RUF012  the leak before the fix


history = []


def main(kind, rounds):
    if kind == "weak":
        Site.pages = weakref.WeakValueDictionary()
    for number in range(1, rounds + 1):
        for part in range(4):
            page = Page(number)
            if kind == "worse":
                history.append(page)
            else:
                Site.pages[number, part] = page
        if kind == "fixed":
            for key in [key for key in Site.pages if key[0] < number - 3]:
                del Site.pages[key]
        if number % 10 == 0:
            print("round", number, flush=True)
            sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
