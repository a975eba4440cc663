"""Jobs are set as attributes of the application under ever new names."""

from pacing import REPAIRED, rounds


class Job:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class Application:
    pass


application = Application()


def main():
    for number in rounds():
        setattr(application, "job" if REPAIRED else "job_%d" % number, Job(number))


main()
