"""A scope of names that each request opens and none closes: maps upon maps of a ChainMap."""

import collections

from pacing import REPAIRED, rounds


class Template:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


scope = collections.ChainMap({"site": "example"})


def render(number):
    global scope
    scope = scope.new_child({"template": Template(number)})
    text = "%s %d" % (scope["site"], scope["template"].number)
    if REPAIRED:
        scope = scope.parents
    return text


def main():
    for number in rounds():
        render(number)


main()
