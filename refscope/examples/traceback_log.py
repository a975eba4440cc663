"""A job runner keeps the exceptions of failed jobs in a log, to show them later.

The leak: an exception keeps its traceback, the traceback keeps every frame it passed, and each
frame keeps its locals: here the parser with its whole input.
"""

from pace import hold, iterations


class ParserState:
    """Where the parser stands in its input."""

    def __init__(self, text):
        self.text = text
        self.position = 0


class JobLog:
    """Remembers what went wrong."""

    def __init__(self):
        self.errors = []


log = JobLog()


def parse(number):
    state = ParserState(bytearray(100000))
    state.position = number
    raise ValueError("job %d: unexpected end of input at %d" % (number, state.position))


def run_job(number):
    try:
        parse(number)
    except ValueError as error:
        log.errors.append(error)


def main():
    for number in iterations():
        run_job(number)
    hold()


if __name__ == "__main__":
    main()
