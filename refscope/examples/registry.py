"""A bot server loads its applications again and again; each is dropped before the next is loaded.

The leak: `Processor.instance_map`, a class attribute, keeps every processor ever made, and each
processor keeps its application's resource loader. Found in a real framework by hand, in days.
"""

import gc

from pace import hold, iterations


class ResourceLoader:
    """Reads the files of one application; large."""

    def __init__(self, app_path):
        self.app_path = app_path
        self.gazetteers = {"%s-%d" % (app_path, k): [k] * 50 for k in range(100)}
        self.model = bytearray(400000)


class Processor:
    """A step of the pipeline that can be looked up by its id from worker processes."""

    instance_map = {}  # noqa: RUF012  the leak of this example

    def __init__(self, resource_loader):
        self.resource_loader = resource_loader
        Processor.instance_map[id(self)] = self


class DomainProcessor(Processor):
    """Tells which of the application's domains a text belongs to."""


class IntentProcessor(Processor):
    """Tells what the writer wants."""


class NaturalLanguageProcessor(Processor):
    """The whole pipeline of one application."""

    def __init__(self, resource_loader):
        super().__init__(resource_loader)
        self.steps = [DomainProcessor(resource_loader), IntentProcessor(resource_loader)]

    def process(self, text):
        return "%s: %d steps" % (text, len(self.steps))


class Application:
    """What a server loads, asks, and lets go."""

    def __init__(self, path):
        self.path = path
        self.nlp = NaturalLanguageProcessor(ResourceLoader(path))


def serve(path):
    app = Application(path)
    return app.nlp.process("hello")


def main():
    for number in iterations():
        serve("apps/%s" % ("store", "weather", "smalltalk")[number % 3])
        gc.collect()
    hold()


if __name__ == "__main__":
    main()
