"""Run as text inside a program that already runs: connect, load the agent, start it, change nothing else.

The host has it read and run at a safe point of the main thread, by `sys.remote_exec` or a pending call. Its
globals: `SOCKET`, the path of the host's socket; `TOKEN`; `FOLDER`, this one; `SCRIPT`, the file it is.
Other threads of the program go on meanwhile, so nothing of theirs may change even for a moment: the agent's
modules stand in a table of our own, found by an `__import__` of our own that only they see. Standard modules
are those that the program has; of one that it has not yet, the agent gets a copy of its own, from the
standard library's folders alone, so that neither a file of the program is run early nor one hidden. Where
programs replace functions of a module (gevent does) it gets a copy with the originals.
"""

import _frozen_importlib as importing
import _frozen_importlib_external as files
import _imp
import _signal
import _socket
import _weakref
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
ALWAYS = frozenset(  # written in Python, loaded by every interpreter at its start, or with effects on all
    (
        "abc",
        "codecs",
        "encodings",
        "genericpath",
        "io",
        "os",
        "posixpath",
        "stat",
        "warnings",
        "_collections_abc",
    )
)
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
        guest = bootstrap.start(sock.detach(), loader.own())
        guest.forget = loader.forget
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
        self.system = MODULE("sys")  # for standard modules of ours, which look for themselves in its table
        self.system.__dict__.update(sys.__dict__, modules=dict(sys.modules))
        library = sys.modules["os"].__dict__["__file__"].rpartition("/")[0]
        self.folders = [
            entry
            for entry in sys.path
            if entry == library or entry.rpartition("/")[2] == "lib-dynload" or entry.endswith(".zip")
        ]

    def own(self) -> "Any":
        """What of ours is in the program's heap from now on."""
        tables = [self.__dict__, self.modules, self.ours, self.names, self.system.__dict__["modules"]]
        return [globals(), self, self.system, *tables, *self.ours]

    def forget(self) -> "Any":
        """Take everything to pieces, once the agent has ended: what has no cycles any more goes at once.

        Returns weak references to the classes, which wait for the program's collector.
        """
        classes = [
            _weakref.ref(value)
            for module in self.ours
            for value in module.__dict__.values()
            if isinstance(value, type) and value.__dict__.get("__module__") == module.__name__
        ]
        for module in self.ours:
            module.__dict__.clear()
        for table in (self.modules, self.names, self.system.__dict__, self.__dict__, globals()):
            table.clear()
        return classes

    def find(
        self, name: str, names: "Any" = None, local: "Any" = None, wanted: "Any" = (), level: int = 0
    ) -> "Any":
        """What `import` statements of the agent's modules, and of standard ones of ours, call."""
        if level:
            package = names["__package__"].rsplit(".", level - 1)[0]
            name = package + "." + name if name else package
        is_agents = names["__name__"].startswith(PACKAGE)
        if name == "sys" and not is_agents:
            return self.system
        found = self.module(name, is_agents)
        if not wanted:
            return self.module(name.partition(".")[0], is_agents)
        if found in self.ours and "__path__" in found.__dict__:
            for each in wanted:
                if each not in found.__dict__:
                    found.__dict__[each] = self.module(name + "." + each, is_agents)
        return found

    def module(self, name: str, may_be_theirs: bool = True) -> "Any":
        """A module by its full name: the agent's, the program's, or a copy.

        may_be_theirs: false for what a copy imports, as the program's may look for the copy among its own.
        """
        if name not in self.modules:
            theirs = sys.modules.get(name)
            if theirs is None or self.is_foreign(theirs):
                theirs = None
            elif not may_be_theirs and name.partition(".")[0] not in ALWAYS:
                theirs = theirs if is_native(theirs.__spec__) else None
            if theirs is None:
                spec = self.spec_of(name)
                if not is_native(spec):
                    return self.load(spec)
                theirs = load_native(spec)
            if name == "os" or name in COPIED:
                theirs = self.copy(theirs)
            self.modules[name] = theirs
        return self.modules[name]

    def load(self, spec: "Any") -> "Any":
        """Run a module's file for us alone."""
        name, code = spec.name, spec.loader.get_code(spec.name)
        if name.startswith(PACKAGE):  # no file, so coverage tools and debuggers pass over it
            _imp._fix_co_filename(code, "<refscope>" + spec.origin[len(FOLDER) :])  # type: ignore[attr-defined]
        module = MODULE(name)
        module.__dict__.update(__spec__=spec, __package__=spec.parent, __builtins__=self.names)
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        self.modules[name] = self.system.__dict__["modules"][name] = module
        self.ours.append(module)
        exec(code, module.__dict__)
        package, _, last = name.rpartition(".")
        if package:
            self.modules[package].__dict__.setdefault(last, module)
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

    def copy(self, module: "Any") -> "Any":
        """A module with its original functions."""
        name = module.__name__
        copied = MODULE(name)
        copied.__dict__.update(module.__dict__)
        if name == "os":
            system = self.module("posix").__dict__
            copied.__dict__.update((each, system[each]) for each in system if each in module.__dict__)
        copied.__dict__.update(kept_by_gevent(name))
        lost = [each for each in COPIED.get(name, ()) if type(copied.__dict__.get(each)) is not FUNCTION]
        if lost:
            if sys.version_info < (3, 10):  # some modules can be made but once there
                raise ImportError("this program has replaced %s.%s" % (name, lost[0]))
            another = importing.module_from_spec(module.__spec__)
            module.__spec__.loader.exec_module(another)
            copied.__dict__.update((each, another.__dict__[each]) for each in lost)
        self.ours.append(copied)
        return copied


def is_native(spec: "Any") -> bool:
    """Whether a module is no Python code."""
    return not spec.origin or not spec.origin.endswith(".py")


def load_native(spec: "Any") -> "Any":
    """A module that is no Python, loaded as usual; it stays only where no file of a program is called so."""
    module = importing._load(spec)  # type: ignore[attr-defined]
    if spec.origin != "built-in" and spec.name[0] != "_":
        del sys.modules[spec.name]
    return module


def kept_by_gevent(name: str) -> "Any":
    """The functions of a module that gevent has put its own in the place of."""
    monkey = sys.modules.get("gevent.monkey")
    kept = monkey.__dict__.get("saved") if type(monkey) is MODULE else None
    return kept.get(name, {}) if type(kept) is dict else {}


run()
