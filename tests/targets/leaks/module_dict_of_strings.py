"""Sessions are kept by token as plain strings: a dict the collector does not track up to 3.13."""

from pacing import REPAIRED, rounds

session_tokens = {}


def main():
    for number in rounds():
        session_tokens["token-%d" % number] = "x" * 60000 + str(number)
        if REPAIRED:
            session_tokens.pop("token-%d" % (number - 4), None)


main()
