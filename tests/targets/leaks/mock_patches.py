"""Patches are started and never stopped: the module and the list of active patches keep them."""

import json
from unittest import mock

from pacing import REPAIRED, rounds


class Backend:
    def __init__(self):
        self.body = bytearray(60000)


def main():
    for number in rounds():
        patch = mock.patch.object(json, "backend_%d" % number, Backend(), create=True)
        patch.start()
        if REPAIRED:
            patch.stop()


main()
