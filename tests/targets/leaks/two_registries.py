"""Users are registered by number and by name; both registries keep them."""

from pacing import REPAIRED, rounds


class User:
    def __init__(self):
        self.body = bytearray(60000)


by_number = {}
by_name = {}


def main():
    for number in rounds():
        user = User()
        by_number[number] = by_name["user %d" % number] = user
        if REPAIRED:
            del by_number[number], by_name["user %d" % number]


main()
