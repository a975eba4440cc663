"""Secrets planted wherever a program can keep a value, and looked for in every byte of what is written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from refscope.api import (
    Recording,
    Snapshot,
    export_report,
    launch,
    open_capture,
    record,
    redact,
    redact_capture,
    save_session,
)

SECRETS = [
    "KEYSECRET", "VALUESECRET", "ARGVSECRET", "OUTPUTSECRET", "MARKSECRET", "LOCALSECRET", "THREADSECRET",
    "ENVSECRET", "ERRORSECRET", "ATTRSECRET", "BYTESSECRET", "FOLDERSECRET", "TUPLESECRET", "PATHSECRET",
    "LOGGERSECRET", "CONTEXTSECRET", "ITEMSECRET", "8642097531", "CACHESECRET", "SLOTSECRET",
]  # fmt: skip
NAMES = ["Holder", "registry", "Item"]
SCRIPT = """
import contextvars, functools, logging, os, sys, threading, types

class Item:
    __slots__ = ("payload", "note")
    def __init__(self, number):
        self.payload = "VALUESECRET %s" % number
        self.note = b"BYTESSECRET"

class Holder:
    registry = {}
    by_tuple = {("TUPLESECRET", 1): Item(0)}
    def __init__(self):
        self.text = "ATTRSECRET"
        self.path = "/srv/PATHSECRET/data"
        self.number = 8642097531
        self.items = {"ITEMSECRET": [Item(1)]}
        self.error = ValueError("ERRORSECRET")

@functools.lru_cache(maxsize=None)
def cached(text):
    return Item(text)

cached("CACHESECRET")
holder = Holder()
variable = contextvars.ContextVar("variable")
variable.set({"CONTEXTSECRET": Item(3)})
logging.getLogger("LOGGERSECRET")
environment = os.environ["PLANTED"]
namespace = types.SimpleNamespace(field="SLOTSECRET")
done = threading.Event()

def work():
    local = "LOCALSECRET"
    mine = {"KEYSECRET inside": Item(4), local: Item(5)}
    done.wait()

threading.Thread(target=work, name="THREADSECRET", daemon=True).start()
print("OUTPUTSECRET", sys.argv[1:], flush=True)

def serve():
    local = "LOCALSECRET of main"
    for round in range(4):
        for number in range(400):
            Holder.registry["KEYSECRET %d %d" % (round, number)] = Item(number)
        print("MARKSECRET", round, flush=True)
        sys.stdin.readline()

serve()
"""


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One run written in every way: open, redacted at once, while it ran, afterwards, as a report."""
    folder = tmp_path_factory.mktemp("redaction") / "FOLDERSECRET"
    folder.mkdir()
    script = folder / "planted.py"
    script.write_text(SCRIPT)
    paths = {name: folder.parent / f"{name}.refscope" for name in ("open", "saved", "recorded", "later")}
    argv = [str(script), "--name", "ARGVSECRET"]
    environment = {"PLANTED": "ENVSECRET", "PATH": "/usr/bin:/bin"}
    with launch(argv, cwd=str(folder), env=environment) as session:
        with Recording(session, paths["recorded"], redact=True) as to:

            def go_on(name: str, objects: int) -> None:
                session.send_line("")

            record(session, on_output="MARKSECRET", most=3, to=to, progress=go_on)
        session.mark("MARKSECRET by hand")
        ask_everything(session.freeze(mark="MARKSECRET"))
        save_session(session, paths["open"])
        save_session(session, paths["saved"], redact=True)
    redact_capture(paths["open"], paths["later"])
    export_report(redact(open_capture(paths["open"])), folder.parent / "report.html")
    paths["report"] = folder.parent / "report.html"
    return paths


def ask_everything(snapshot: Snapshot) -> None:
    """Fetch the words for every object and the names of every reference, so that all of them are saved."""
    heap = snapshot.heap
    ids = heap.ids.tolist()
    sources = np.repeat(heap.ids, np.diff(heap.offsets))
    snapshot.labels.describe(ids)
    snapshot.labels.labels(list(zip(sources.tolist(), heap.ids[heap.targets].tolist(), strict=True)))


def contents(path: Path) -> str:
    """Every byte of a file, unpacked, as text."""
    if path.suffix == ".html":
        return path.read_text()
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    parts += [path.read_bytes(), " ".join(archive.namelist()).encode()]
    return "\n".join(part.decode("latin-1") for part in parts)


def test_the_secrets_are_there_to_be_found(captures: dict[str, Path]) -> None:
    text = contents(captures["open"])
    found = {secret for secret in SECRETS if secret in text}
    assert {"KEYSECRET", "VALUESECRET", "ARGVSECRET", "OUTPUTSECRET", "MARKSECRET", "THREADSECRET"} <= found
    assert "ENVSECRET" not in text.replace("'ENVSECRET'", "")  # only as a value, never the environment


@pytest.mark.parametrize("name", ["saved", "recorded", "later", "report"])
def test_no_value_of_the_program_is_in_what_is_redacted(captures: dict[str, Path], name: str) -> None:
    text = contents(captures[name])
    assert [secret for secret in SECRETS if secret in text] == []
    assert [word for word in NAMES if word not in text] == []


@pytest.mark.parametrize("name", ["saved", "recorded", "later"])
def test_a_redacted_capture_names_the_holder_and_draws_it(captures: dict[str, Path], name: str) -> None:
    run = open_capture(captures[name])
    last = run.snapshots[-1]
    found = last.suspects(run.snapshots[:-1])
    assert found[0].holder.endswith("Holder.registry")
    assert run.suspects.suspects[0].holder == found[0].holder
    assert len(last.open_graph(found[0]).nodes) > 2
    assert run.output == ""
    assert set(run.environment) <= {"python", "platform", "packages", "refscope", "pid", "exit"}
    open_last = open_capture(captures["open"]).snapshots[-1]
    assert last.types()[0].count == open_last.types()[0].count or name == "recorded"
