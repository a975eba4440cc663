"""Run as text inside a program that already runs: connect, load the agent, start it, change nothing else.

The host has it read and run at a safe point of the main thread, by `sys.remote_exec` or a pending call. Its
globals: `SOCKET`, the path of the host's socket; `TOKEN`; `FOLDER`, this one; `SCRIPT`, the file it is.
Other threads of the program go on meanwhile, so nothing of theirs may change even for a moment: the agent's
modules stand in a table of our own, found by an `__import__` of our own that only they see. Standard modules
are those that the program has; one that it has not yet is imported as usual, from the standard library's
folders alone, and stays. Of modules whose functions programs replace (gevent does) the agent gets a copy with
the originals.
"""

import _frozen_importlib as importing
import _frozen_importlib_external as files
import _imp
import _signal
import _socket
import builtins
import posix
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    SOCKET = TOKEN = FOLDER = SCRIPT = ""

PACKAGE = "_refscope_agent"
CONNECT_LIMIT_S = 2.0  # the program must not wait for a host that hangs
COPIED = {  # module → functions that the agent lives on
    "_thread": ("start_new_thread", "allocate_lock", "get_ident"),
    "gc": ("get_objects", "get_referents", "get_referrers", "collect", "isenabled", "enable", "disable"),
    "posix": ("read", "write", "close", "fstat", "stat", "kill", "waitpid", "sched_yield"),
    "select": ("poll",),
    "time": ("perf_counter", "monotonic"),
}
MODULE, FUNCTION = type(sys), type(len)


def run() -> None:
    """Connect, load, start, once. What fails on the way is told to the host in one line."""
    posix.unlink(SCRIPT)  # it may have been left for the main thread in two ways
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    mask = _signal.pthread_sigmask(_signal.SIG_BLOCK, all_signals())  # the agent's thread inherits that
    try:
        sock.settimeout(CONNECT_LIMIT_S)
        sock.connect(SOCKET)
        try:
            loader = Loader()
            bootstrap = loader.module(PACKAGE + ".bootstrap")
        except Exception as exc:
            sock.sendall(("%s %s: %s\n" % (TOKEN, type(exc).__name__, str(exc)[:500])).encode())
            return
        sock.sendall((TOKEN + "\n").encode())
        bootstrap.start(sock.detach(), loader.own())
    finally:
        sock.close()
        _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)


def all_signals() -> "Any":
    """Every signal that can be blocked."""
    if hasattr(_signal, "valid_signals"):
        return _signal.valid_signals()
    return set(range(1, _signal.NSIG)) - {32, 33}  # which the C library keeps for itself


class Loader:
    """Finds modules for the agent alone."""

    def __init__(self) -> None:
        self.modules: "dict[str, Any]" = {}  # by full name: what the agent's imports give
        self.ours: "list[Any]" = []  # those of them that the program does not have
        self.names = dict(builtins.__dict__)  # what the agent's modules have for builtins
        self.names["__import__"] = self.find
        library = sys.modules["os"].__dict__["__file__"].rpartition("/")[0]
        self.folders = [
            entry
            for entry in sys.path
            if entry == library or entry.rpartition("/")[2] == "lib-dynload" or entry.endswith(".zip")
        ]

    def own(self) -> "Any":
        """What of ours is in the program's heap from now on."""
        return [globals(), self, self.__dict__, self.modules, self.ours, self.names, *self.ours]

    def find(
        self, name: str, names: "Any" = None, local: "Any" = None, wanted: "Any" = (), level: int = 0
    ) -> "Any":
        """What `import` statements of the agent's modules call."""
        if level:
            package = names["__package__"].rsplit(".", level - 1)[0]
            name = package + "." + name if name else package
        found = self.module(name)
        if not wanted:
            return self.module(name.partition(".")[0])
        if found in self.ours and hasattr(found, "__path__"):
            for each in wanted:
                if each not in found.__dict__:
                    found.__dict__[each] = self.module(name + "." + each)
        return found

    def module(self, name: str) -> "Any":
        """A module by its full name: the agent's, the program's, a copy, or a standard one."""
        if name not in self.modules:
            top = name.partition(".")[0]
            theirs = sys.modules.get(name)
            if top == PACKAGE or self.modules.get(top) in self.ours or (theirs and self.is_foreign(theirs)):
                return self.load(name)
            if theirs is None and self.is_hidden(name):
                return self.load(name)
            if theirs is None:
                theirs = importing._load(self.spec_of(name))  # type: ignore[attr-defined]
            if name == "os" or name in COPIED:
                theirs = self.copy(theirs)
            self.modules[name] = theirs
        return self.modules[name]

    def load(self, name: str) -> "Any":
        """Run a module's file for us alone."""
        spec = self.spec_of(name)
        code = spec.loader.get_code(name)
        if name.startswith(PACKAGE):  # no file, so coverage tools and debuggers pass over it
            _imp._fix_co_filename(code, "<refscope>" + spec.origin[len(FOLDER) :])  # type: ignore[attr-defined]
        module = MODULE(name)
        module.__dict__.update(__spec__=spec, __package__=spec.parent, __builtins__=self.names)
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        self.modules[name] = module
        self.ours.append(module)
        exec(code, module.__dict__)
        return module

    def spec_of(self, name: str) -> "Any":
        """Where a module of the agent or of the standard library is."""
        package, _, last = name.rpartition(".")
        if PACKAGE in (name, package):
            path = "%s/%s.py" % (FOLDER, last if package else "__init__")
            return importing.ModuleSpec(
                name, files.SourceFileLoader(name, path), origin=path, is_package=not package
            )
        folders = self.module(package).__path__ if package else self.folders
        spec = None if package else importing.BuiltinImporter.find_spec(name)
        spec = spec or files.PathFinder.find_spec(name, folders)
        if spec is None:
            raise ImportError("this Python has no module %s" % name)
        return spec

    def is_foreign(self, module: "Any") -> bool:
        """Whether a module of the program only has the name of a standard one."""
        spec = module.__dict__.get("__spec__") if type(module) is MODULE else None
        origin = getattr(spec, "origin", None) or ""
        return origin.startswith("/") and not any(
            origin.startswith(folder + "/") and "-packages/" not in origin for folder in self.folders
        )

    def is_hidden(self, name: str) -> bool:
        """Whether the program, once it imports this name, finds something else than we would."""
        usual = files.PathFinder.find_spec(name) if "." not in name else None
        return usual is not None and usual.origin != self.spec_of(name).origin

    def copy(self, module: "Any") -> "Any":
        """A module with its original functions."""
        name = module.__name__
        copied = MODULE(name)
        copied.__dict__.update(module.__dict__)
        if name == "os":
            system = self.module("posix").__dict__
            copied.__dict__.update((each, system[each]) for each in system if each in module.__dict__)
        copied.__dict__.update(kept_by_gevent(name))
        for each in COPIED.get(name, ()):
            if type(copied.__dict__.get(each)) is not FUNCTION:
                raise ImportError("this program has replaced %s.%s" % (name, each))
        self.ours.append(copied)
        return copied


def kept_by_gevent(name: str) -> "Any":
    """The functions of a module that gevent has put its own in the place of."""
    monkey = sys.modules.get("gevent.monkey")
    kept = monkey.__dict__.get("saved") if type(monkey) is MODULE else None
    return kept.get(name, {}) if type(kept) is dict else {}


run()
