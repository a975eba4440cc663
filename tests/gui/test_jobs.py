"""The two lanes: order, cancelling, latest wins, failures, ending."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from refscope.errors import Cancelled, LaunchError, UserFacingError
from refscope.gui.jobs import Job, Jobs, Progress

WAIT_S = 10


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.close()


def test_a_result_arrives_on_the_qt_thread(jobs: Jobs, qtbot: QtBot) -> None:
    seen: list[tuple[str, bool]] = []
    jobs.heap_work.ask(
        "name the thread",
        lambda _job: threading.current_thread().name,
        lambda name: seen.append((name, QThread.currentThread() is QApplication.instance().thread())),
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("heap-work", True)]


def test_heap_work_runs_in_order_one_at_a_time(jobs: Jobs, qtbot: QtBot) -> None:
    order: list[int] = []
    done: list[int] = []
    for number in range(5):
        jobs.heap_work.ask(
            f"job {number}", lambda _job, n=number: order.append(n), lambda _none: done.append(1)
        )
    qtbot.waitUntil(lambda: len(done) == 5)
    assert order == [0, 1, 2, 3, 4]


def test_the_latest_question_of_a_topic_wins(jobs: Jobs, qtbot: QtBot) -> None:
    started, go = threading.Event(), threading.Event()
    answers: list[str] = []
    ran: list[str] = []

    def first(job: Job) -> str:
        started.set()
        assert go.wait(WAIT_S)
        job.cancel_signal.raise_if_cancelled()
        return "first"

    jobs.questions.ask("first", first, answers.append, topic="graph")
    assert started.wait(WAIT_S)
    for name in ("second", "third"):
        jobs.questions.ask(
            name, lambda _job, name=name: ran.append(name) or name, answers.append, topic="graph"
        )
    jobs.questions.ask("other", lambda _job: "other", answers.append, topic="repr")
    go.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers == ["third", "other"]
    assert ran == ["third"]


def test_a_late_result_of_a_cancelled_job_is_dropped(jobs: Jobs, qtbot: QtBot) -> None:
    started, go = threading.Event(), threading.Event()
    answers: list[str] = []
    finished: list[bool] = []

    def stubborn(_job: Job) -> str:
        started.set()
        go.wait(WAIT_S)
        return "too late"

    job = jobs.heap_work.ask("stubborn", stubborn, answers.append, finished=lambda: finished.append(True))
    assert started.wait(WAIT_S)
    job.cancel()
    go.set()
    qtbot.waitUntil(lambda: bool(finished))
    assert answers == []


def test_progress_is_told_and_ends_a_cancelled_job(jobs: Jobs, qtbot: QtBot) -> None:
    steps: list[Progress] = []
    outcome: list[str] = []
    jobs.heap_work.ended.connect(lambda record: outcome.append(record.outcome))

    def work(job: Job) -> None:
        job.progress(10, 10, "read")
        job.cancel()
        job.progress(11, 20)

    jobs.heap_work.ask("read", work, lambda _none: None, progressed=steps.append)
    qtbot.waitUntil(lambda: bool(outcome))
    assert outcome == ["cancelled"]
    jobs.heap_work.ask(
        "again", lambda job: job.progress(10, 10, "read"), lambda _none: None, progressed=steps.append
    )
    qtbot.waitUntil(lambda: len(outcome) == 2)
    # What was told before the cancel may have arrived before it; what came after it never does.
    assert {(step.done, step.total, step.text) for step in steps} == {(10, 10, "read")}
    assert len(steps) <= 2


def test_cancelled_is_neither_failed_nor_shown(jobs: Jobs, qtbot: QtBot) -> None:
    told: list[object] = []
    finished: list[bool] = []
    jobs.questions.failed.connect(lambda _job, error: told.append(error))
    jobs.questions.crashed.connect(lambda name, _report: told.append(name))

    def give_up(_job: Job) -> None:
        raise Cancelled("no")

    jobs.questions.ask(
        "give up", give_up, told.append, failed=told.append, finished=lambda: finished.append(True)
    )
    qtbot.waitUntil(lambda: bool(finished))
    assert told == []


def test_an_error_for_a_person_goes_to_who_asked(jobs: Jobs, qtbot: QtBot) -> None:
    errors: list[UserFacingError] = []

    def fail(_job: Job) -> None:
        raise LaunchError("This is not a Python", "Choose another.")

    jobs.heap_work.ask("fail", fail, lambda _none: None, failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert errors[0].title == "This is not a Python"


def test_an_error_that_nobody_takes_is_told_by_the_lane(jobs: Jobs, qtbot: QtBot) -> None:
    def fail(_job: Job) -> None:
        raise LaunchError("This is not a Python")

    with qtbot.waitSignal(jobs.heap_work.failed) as told:
        jobs.heap_work.ask("fail", fail, lambda _none: None)
    assert told.args[1].title == "This is not a Python"


def test_a_defect_becomes_a_report_and_the_lane_lives_on(
    jobs: Jobs, qtbot: QtBot, expected_logs: list[str]
) -> None:
    def defect(_job: Job) -> None:
        raise ZeroDivisionError("ours")

    with qtbot.waitSignal(jobs.questions.crashed) as told:
        jobs.questions.ask("divide", defect, lambda _none: None)
    assert told.args[0] == "divide"
    assert "ZeroDivisionError: ours" in told.args[1]
    answers: list[int] = []
    jobs.questions.ask("go on", lambda _job: 1, answers.append)
    qtbot.waitUntil(lambda: answers == [1])
    assert expected_logs


def test_nothing_starts_after_the_end(qapp: QApplication) -> None:
    made = Jobs()
    assert made.close()
    ran: list[int] = []
    job = made.questions.ask("late", lambda _job: ran.append(1), lambda _none: None)
    assert job.cancel_signal.is_cancelled
    assert ran == []


def test_the_time_left_is_told_after_two_seconds() -> None:
    assert Progress(50, 100, elapsed_s=1.0).left_s is None
    assert Progress(50, 100, elapsed_s=4.0).left_s == pytest.approx(4.0)
    assert Progress(50, None, elapsed_s=4.0).left_s is None
