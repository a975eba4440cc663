"""An emitter keeps bound methods of every page that ever listened."""

from pacing import REPAIRED, rounds


class Emitter:
    def __init__(self):
        self.handlers = {}

    def on(self, event, handler):
        self.handlers.setdefault(event, []).append(handler)

    def off(self, event, handler):
        self.handlers[event].remove(handler)


bus = Emitter()


class Page:
    def __init__(self, number):
        self.body = bytearray(60000)
        bus.on("resize", self.on_resize)

    def on_resize(self):
        return len(self.body)

    def close(self):
        bus.off("resize", self.on_resize)


def main():
    for number in rounds():
        page = Page(number)
        if REPAIRED:
            page.close()


main()
