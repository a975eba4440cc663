"""A thumbnail service with a healthy cache: it grows to its limit, then replaces.

No leak: `thumbnails` holds at most 64 pictures. RefScope must stay quiet.
"""

from collections import OrderedDict

from pace import hold, iterations

LIMIT = 64


class Thumbnail:
    """A small picture."""

    def __init__(self, name):
        self.name = name
        self.pixels = bytearray(30000)


class ThumbnailCache:
    """Keeps the newest pictures."""

    def __init__(self, limit):
        self.limit = limit
        self.pictures = OrderedDict()

    def get(self, name):
        if name not in self.pictures:
            self.pictures[name] = Thumbnail(name)
            while len(self.pictures) > self.limit:
                self.pictures.popitem(last=False)
        return self.pictures[name]


thumbnails = ThumbnailCache(LIMIT)


def main():
    for number in iterations():
        for k in range(4):
            thumbnails.get("picture %d" % (number * 4 + k))
    hold()


if __name__ == "__main__":
    main()
