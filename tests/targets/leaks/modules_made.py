"""Every plugin run makes a module and leaves it in sys.modules."""

import sys
import types

from pacing import REPAIRED, rounds


class Settings:
    def __init__(self):
        self.body = bytearray(60000)


def main():
    for number in rounds():
        name = "plugin_run_%d" % number
        module = types.ModuleType(name)
        module.settings = Settings()
        sys.modules[name] = module
        if REPAIRED:
            del sys.modules[name]


main()
