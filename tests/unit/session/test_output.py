"""The log of what a target printed, and the streams that feed it, without a target."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from refscope.errors import TargetExited, TimedOut, UserFacingError
from refscope.session.output import LINE_COST, OutputLog
from refscope.session.streams import Streams


@pytest.fixture
def log() -> OutputLog:
    return OutputLog(time.monotonic())


class Pipes:
    """Streams over pipes whose other ends the test holds."""

    def __init__(self, log: OutputLog) -> None:
        out_read, self.out = os.pipe()
        err_read, self.err = os.pipe()
        self.input, in_write = os.pipe()
        self.streams = Streams({"stdout": out_read, "stderr": err_read}, in_write, log)


@pytest.fixture
def pipes(log: OutputLog) -> Iterator[Pipes]:
    pipes = Pipes(log)
    yield pipes
    pipes.streams.close()
    for descriptor in (pipes.out, pipes.err, pipes.input):
        if descriptor >= 0:
            os.close(descriptor)


def test_lines_are_numbered_over_all_streams(log: OutputLog) -> None:
    log.take("stdout", "one\ntwo")
    log.take("stderr", "three\n")
    log.take("stdout", " and a half\r\n")
    found = [(line.number, line.stream, line.text) for line in log.lines()]
    assert found == [(0, "stdout", "one"), (1, "stderr", "three"), (2, "stdout", "two and a half")]
    assert [line.text for line in log.lines(first=2)] == ["two and a half"]


def test_only_the_last_lines_are_kept_and_the_others_counted() -> None:
    log = OutputLog(0.0, kept_bytes=3 * (LINE_COST + 10))
    log.take("stdout", "".join(f"line {i:05}\n" for i in range(1000)))
    assert [line.text for line in log.lines()] == ["line 00997", "line 00998", "line 00999"]
    assert (log.n_lines, log.n_dropped) == (1000, 997)


def test_a_line_without_end_is_cut_into_pieces(log: OutputLog) -> None:
    for _ in range(40):
        log.take("stdout", "x" * 65536)
    assert log.n_lines == 2


def test_a_search_begins_after_the_previous_match(log: OutputLog) -> None:
    log.take("stdout", "round 1\nnoise\nround 2\n")
    assert log.wait_for(r"round \d", 0).text == "round 1"
    assert log.wait_for(r"round \d", 0).text == "round 2"
    with pytest.raises(TimedOut, match="did not print"):
        log.wait_for(r"round \d", 0)


def test_lines_that_another_pattern_passed_over_are_found_later(log: OutputLog) -> None:
    log.take("stdout", "a\nb\n")
    with pytest.raises(TimedOut):
        log.wait_for("c", 0)
    assert log.wait_for("a", 0).number == 0


def test_a_prompt_is_found_and_not_found_again_when_its_line_is_finished(log: OutputLog) -> None:
    log.take("stdout", "Password: ")
    assert log.wait_for("Password", 5).number == -1
    log.take("stdout", "\nPassword again\n")
    assert log.wait_for("Password", 0).text == "Password again"


def test_what_follows_a_prompt_in_its_line_is_found(log: OutputLog) -> None:
    log.take("terminal", "again? ")
    assert log.wait_for("again", 5).number == -1
    log.take("terminal", "^CINTERRUPTED\n")
    assert log.wait_for("INTERRUPTED", 0).text == "again? ^CINTERRUPTED"


def test_a_torn_line_is_not_taken_for_a_prompt(log: OutputLog) -> None:
    log.take("stdout", "value=1")
    finisher = threading.Timer(0.0, log.take, ("stdout", "23\n"))
    finisher.start()
    finisher.join()
    assert log.wait_for(r"value=\d+", 5).text == "value=123"


def test_a_search_ends_with_the_program_and_shows_its_last_line(log: OutputLog) -> None:
    log.take("stdout", "one\ntwo\n")
    log.complete()
    with pytest.raises(TargetExited, match=r"ended before.*Last line: two"):
        log.wait_for("three", 5)
    assert log.wait_for("two", 5).number == 1


def test_the_last_line_is_that_of_the_error_stream(log: OutputLog) -> None:
    assert log.last_line() == ""
    log.take("stderr", "ValueError: no\n\n")
    log.take("stdout", "bye\n")
    assert log.last_line() == "ValueError: no"


def test_listeners_hear_text_as_it_comes_and_whole_lines(log: OutputLog) -> None:
    texts, lines = [], []
    log.add_text_listener(lambda stream, text: texts.append((stream, text)))
    log.add_line_listener(lambda line: lines.append(line.text))
    log.take("stdout", "\x1b[31mre")
    log.take("stdout", "d\x1b[0m\n")
    assert texts == [("stdout", "\x1b[31mre"), ("stdout", "d\x1b[0m\n")]
    assert lines == ["\x1b[31mred\x1b[0m"]


def test_a_listener_that_comes_late_hears_what_came_before(log: OutputLog) -> None:
    log.take("stdout", "one\ntw")
    texts: list[str] = []
    lines: list[str] = []
    log.add_text_listener(lambda stream, text: texts.append(text))
    log.add_line_listener(lambda line: lines.append(line.text), from_start=True)
    log.take("stdout", "o\n")
    assert "".join(texts) == "one\ntwo\n"
    assert lines == ["one", "two"]


def test_both_pipes_are_read(pipes: Pipes, log: OutputLog) -> None:
    os.write(pipes.err, b"warning\n")
    assert log.wait_for("warning", 5).stream == "stderr"
    os.write(pipes.out, "gr\u00fc\u00df\n".encode())
    assert log.wait_for("gr", 5).text == "gr\u00fc\u00df"


def test_bytes_that_are_no_text_are_replaced(pipes: Pipes, log: OutputLog) -> None:
    os.write(pipes.out, b"\xff\xfe\n")
    assert log.wait_for(".", 5).text == "\ufffd\ufffd"


def test_what_was_printed_before_the_end_is_searched_though_others_hold_the_pipe(
    pipes: Pipes, log: OutputLog
) -> None:
    os.write(pipes.out, b"last words\n")
    pipes.streams.note_exit()
    assert log.wait_complete(5)
    assert log.wait_for("last words", 0)


def test_a_listener_that_raises_does_not_stop_the_draining(
    pipes: Pipes, log: OutputLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda args: raised.set())

    def raises(stream: str, text: str) -> None:
        raise RuntimeError("listener")

    log.add_text_listener(raises)
    for _ in range(64):
        os.write(pipes.out, b"x" * 65536)  # more than a pipe holds: blocks unless it is read
    assert raised.wait(5)


def test_a_line_is_sent_and_the_end_of_the_input_after_it(pipes: Pipes) -> None:
    pipes.streams.send_line("hello")
    pipes.streams.close_stdin()
    assert os.read(pipes.input, 100) == b"hello\n"
    assert os.read(pipes.input, 100) == b""
    with pytest.raises(TargetExited, match="input is closed"):
        pipes.streams.send_line("more")


def test_a_target_that_reads_nothing_does_not_block_the_sender(pipes: Pipes) -> None:
    with pytest.raises(UserFacingError, match="does not read its input"):
        pipes.streams.send("x" * 1_000_000, timeout_s=0)


def test_sending_to_a_target_that_closed_its_input_is_a_sentence(pipes: Pipes) -> None:
    os.close(pipes.input)
    pipes.input = -1
    with pytest.raises(TargetExited, match="input is closed"):
        pipes.streams.send_line("hello")


def test_a_terminal_echoes_and_has_a_size(log: OutputLog) -> None:
    master, slave = os.openpty()
    streams = Streams({"terminal": master}, master, log)
    streams.set_window_size(40, 132)
    streams.send_line("typed")
    assert log.wait_for("typed", 5).stream == "terminal"
    assert os.read(slave, 100) == b"typed\n"
    assert tuple(os.get_terminal_size(slave)) == (132, 40)
    os.close(slave)
    streams.close()
