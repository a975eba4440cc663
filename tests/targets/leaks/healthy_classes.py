"""Classes are made in a loop and dropped; subclasses are remembered weakly."""

import abc
import collections
import gc

from pacing import rounds


class Base(abc.ABC):
    pass


def main():
    for number in rounds():
        for k in range(5):
            made = type("Made%d_%d" % (number, k), (Base,), {"table": bytearray(20000)})
            Base.register(type("Other%d_%d" % (number, k), (), {"table": bytearray(20000)}))
            assert isinstance(made(), Base)
            collections.namedtuple("Point%d" % number, "x y")(1, 2)
        gc.collect()


main()
