"""Work that one stage hands on to the next, which never does it: by turns one list grows, then the other."""

from pacing import REPAIRED, pause, rounds


class Parcel:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class Depot:
    def __init__(self):
        self.arrived, self.loaded = [], []

    def load(self):
        while self.arrived:
            self.loaded.append(self.arrived.pop())


depot = Depot()


def main():
    for number in rounds(pausing=False):
        depot.arrived.append(Parcel(number))
        if number in (20, 50):
            depot.load()
        if REPAIRED:
            depot.load()
            depot.loaded.clear()
        pause(number)


main()
