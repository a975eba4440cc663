"""Headers are kept as small views; each keeps its whole packet."""

from pacing import REPAIRED, rounds

headers = []


def main():
    for number in rounds():
        packet = bytearray(60000)
        head = memoryview(packet)[:16]
        headers.append(bytes(head) if REPAIRED else head)


main()
