"""Elements are read one after the other and stay in the document that is built meanwhile."""

import xml.etree.ElementTree

from pacing import REPAIRED, rounds


class Feed:
    def __init__(self):
        self.parser = xml.etree.ElementTree.XMLPullParser(("start", "end"))
        self.parser.feed("<feed>")
        self.root = next(iter(self.parser.read_events()))[1]

    def read(self, number):
        self.parser.feed("<item><body>%s</body></item>" % (str(number) * 30000))
        for kind, element in self.parser.read_events():
            if REPAIRED and kind == "end" and element.tag == "item":
                self.root.clear()


feed = Feed()


def main():
    for number in rounds():
        feed.read(number)


main()
