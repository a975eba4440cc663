"""Values of a WeakKeyDictionary refer to their keys, so no key ever goes."""

import weakref

from pacing import REPAIRED, rounds

layouts = weakref.WeakKeyDictionary()


class Page:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class Layout:
    def __init__(self, page):
        self.page = weakref.ref(page) if REPAIRED else page


def main():
    for number in rounds():
        page = Page(number)
        layouts[page] = Layout(page)


main()
