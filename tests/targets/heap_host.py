"""A small host in pure Python 3.7+: freezes its own process, asks the image, adds up counts.

Imported by the heap probes, which run on every interpreter present. The agent is loaded by path
under a private name, as a target has it.
"""

import gc
import importlib
import os
import socket
import sys
import threading
import types
from array import array


def load_agent(folder):
    """The agent's modules as a private package."""
    package = types.ModuleType("_refscope_agent")
    package.__path__ = [folder]
    sys.modules["_refscope_agent"] = package
    names = ("wire", "vocabulary", "walk", "freeze", "questions", "threadstates", "holders")
    agent = {name: importlib.import_module("_refscope_agent." + name) for name in names}
    # Its offsets are found outside of generators, as the agent's own thread does.
    agent["states"] = agent["threadstates"].ThreadStates()
    return agent


class Image:
    """A frozen copy of this process (or this process itself), and the questions it answers."""

    def __init__(self, agent, in_process=False):
        self.agent = agent
        ours, theirs = socket.socketpair()
        self.connection = agent["wire"].Connection(ours)
        theirs = agent["wire"].Connection(theirs)
        states = agent["states"].read()
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        caller = sys._getframe(1)
        gc.collect()
        gc.disable()
        self.pid, picture = agent["freeze"].take("in_process" if in_process else "clone", 60)
        if self.pid <= 0:
            frames = picture.frames
            frames[threading.get_ident()] = caller
            heap = agent["walk"].FrozenHeap(
                picture.objects, picture.raw_counts, picture.count_offset, frames, names,
                [picture], agent["freeze"].hook_lists(), in_process, states,
            )  # fmt: skip
        if self.pid == 0:
            try:
                agent["questions"].serve(theirs, heap, None)
            finally:
                os._exit(0)
        gc.enable()
        if in_process:
            self.server = threading.Thread(target=agent["questions"].serve, args=(theirs, heap, None))
            self.server.start()
        else:
            theirs.close()
        self.ready = self.connection.receive()

    def ask(self, kind, fields=None, columns=()):
        """One answer; raises on an error frame."""
        self.connection.send(kind, 1, fields, columns)
        frame = self.connection.receive()
        if frame.kind == "error":
            raise RuntimeError(frame.fields)
        return frame

    def chunks(self, kind, columns=()):
        """All chunk frames of `walk` or `leaves`."""
        self.connection.send(kind, 1, None, columns)
        while True:
            frame = self.connection.receive()
            if frame.kind == "error":
                raise RuntimeError(frame.fields)
            if frame.kind != "chunk":
                return
            yield frame

    def close(self):
        """End the image and reap it."""
        self.connection.send("close")
        self.connection.close()
        if self.pid > 0:
            self.agent["freeze"].reap(self.pid)
        else:
            self.server.join()


def numbers(frame, name):
    """A column as a list of numbers."""
    code, data = frame.columns[name]
    return memoryview(data).cast(code).tolist() if len(data) else []


class Heap:
    """The whole heap of an image as dictionaries, leaves included."""

    def __init__(self, image):
        self.types, self.sizes, self.counts, self.referents = {}, {}, {}, {}
        for frame in image.chunks("walk"):
            self._add(frame)
        self.tracked = set(self.types)
        self.roots = image.ask("roots").fields
        self.frames = {frame["id"]: frame for frame in self.roots["frames"]}
        self.rounds = 0
        while True:
            known = self.types
            wanted = {r for rows in self.referents.values() for r in rows if r not in known}
            wanted -= set(self.frames)
            if not wanted or self.rounds > 8:
                break
            for frame in image.chunks("leaves", [("ids", "Q", array("Q", sorted(wanted)))]):
                self._add(frame)
            self.rounds += 1

    def _add(self, frame):
        mark = frame.fields["mark"]
        ids, classes = numbers(frame, "ids"), numbers(frame, "types")
        sizes, counts = numbers(frame, "sizes"), numbers(frame, "refcounts")
        rows, row = [], []
        for value in numbers(frame, "referents"):
            if value == mark:
                rows.append(row)
                row = []
            else:
                row.append(value)
        assert len(rows) == len(ids), (len(rows), len(ids))
        for key, cls, size, count, referents in zip(ids, classes, sizes, counts, rows):
            self.types[key], self.sizes[key], self.counts[key] = cls, size, count
            self.referents[key] = referents

    def unseen(self, heap_types):
        """{id: count less all references seen}; heap_types: ids of classes whose instances own them."""
        seen = {}
        for key, rows in self.referents.items():
            for referent in rows:
                seen[referent] = seen.get(referent, 0) + 1
            cls = self.types[key]
            if cls in heap_types and cls not in rows:
                seen[cls] = seen.get(cls, 0) + 1
        for frame in self.roots["frames"]:
            held = frame["referents"] + [value for _, value, counted in frame["locals"] if counted]
            for value in held:
                seen[value] = seen.get(value, 0) + 1
        for _, value, counted in self.roots["interpreter"]:
            seen[value] = seen.get(value, 0) + counted
        return {
            key: count - seen.get(key, 0)
            for key, count in self.counts.items()
            if count >= 0 and key not in self.frames
        }


def heap_types_of(image, heap):
    """Ids of the classes in use that are made at run time."""
    used = sorted(set(heap.types.values()))
    rows = image.ask("types", None, [("ids", "Q", array("Q", used))]).fields["types"]
    names = dict(zip(used, rows))
    return {key for key, row in names.items() if row[2] & 2}, names
