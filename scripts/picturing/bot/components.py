"""What the server in the pictures loads; the leak is here."""


class ResourceLoader:
    def __init__(self, app):
        self.app = app
        self.model = bytearray(260_000)

    def __repr__(self):
        return "<ResourceLoader " + self.app + ">"


class Processor:
    instance_map = {}  # noqa: RUF012  the leak

    def __init__(self, app, keeps):
        self.resource_loader = ResourceLoader(app)
        if keeps:
            Processor.instance_map[id(self)] = self
