"""A metaclass registers every class; a factory makes a class per request."""

from pacing import REPAIRED, rounds


class PluginMeta(type):
    registry = {}

    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        if not REPAIRED or name == "Plugin":
            PluginMeta.registry["%s-%d" % (name, len(PluginMeta.registry))] = cls


class Plugin(metaclass=PluginMeta):
    payload = b""


def handle(number):
    made = PluginMeta("RequestPlugin", (Plugin,), {"payload": bytearray(60000)})
    return made.payload


def main():
    for number in rounds():
        handle(number)


main()
