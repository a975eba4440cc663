"""Found by the target's `site` through PYTHONPATH: start the agent, leave no trace, chain on.

The host puts this folder in front of PYTHONPATH, the socket's number into REFSCOPE_FD, the PYTHONPATH
as it was, if it was set, into REFSCOPE_PYTHONPATH, REFSCOPE_AT_EXIT, if it wants to look at the end, and
the number of frames into REFSCOPE_TRACE, if allocations are to be traced.
All of that is undone first. The agent and the standard modules it needs are then loaded from their files,
whatever the program's own folders hold under the same names (its `json.py` must not run early, nor be
hidden by ours), and taken out of `sys.modules` again: the program imports its own when it wants them.
Only native modules with a private name and built-in ones stay. Whatever fails, the program runs as if we
were not there.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PATCHED = ("gc", "os", "time", "types")  # programs replace functions of these; the agent keeps the real ones


def _start() -> None:
    import os

    folder = os.path.dirname(os.path.abspath(__file__))
    _forget_folder(folder)
    holds_at_exit = os.environ.pop("REFSCOPE_AT_EXIT", None) is not None
    traced = os.environ.pop("REFSCOPE_TRACE", "0")
    number = _restore_environment(os.environ, folder)
    if number is None:
        return
    import _signal

    before, paths, finders = dict(sys.modules), list(sys.path), list(sys.meta_path)
    searched = set(sys.path_importer_cache)
    finder = _finder(os.path.dirname(folder))
    mask = _signal.pthread_sigmask(_signal.SIG_BLOCK, _all_signals(_signal))
    try:
        sys.path[:] = _standard_folders(os)
        sys.meta_path.insert(0, finder)
        for name in [name for name in before if _is_foreign(before[name], sys.path)]:
            del sys.modules[name]
        for name in _PATCHED:
            real = __import__(name)
            sys.modules[name] = _private_copy(real)
            if _origin(real) == "built-in":
                before.setdefault(name, real)
        bootstrap = __import__("_refscope_agent.bootstrap", None, None, ["start"])
        own = [module for name, module in sys.modules.items() if module is not before.get(name)]
        bootstrap.start(int(number), [finder, *own], holds_at_exit, int(traced))
    except Exception:
        _let_go(os, int(number))
    finally:
        sys.path[:], sys.meta_path[:] = paths, finders
        before.update((name, sys.modules[name]) for name in sys.modules if _stays(name, before))
        sys.modules.clear()
        sys.modules.update(before)
        for entry in [entry for entry in sys.path_importer_cache if entry not in searched]:
            del sys.path_importer_cache[entry]
        _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)


def _let_go(os: "Any", number: "Any") -> None:
    """Close the channel, so that the host does not wait for a hello."""
    if (os.fstat(number).st_mode & 0o170000) == 0o140000:  # a socket, so not a file of the program
        os.close(number)


def _private_copy(module: "Any") -> "Any":
    copy = type(sys)(module.__name__)
    copy.__dict__.update(module.__dict__)
    return copy


def _forget_folder(folder: str) -> None:
    for entry in [entry for entry in sys.path if entry == folder]:
        sys.path.remove(entry)
    sys.path_importer_cache.pop(folder, None)


def _restore_environment(environ: "Any", folder: str) -> "Any":
    """PYTHONPATH as the program's user set it; returns what REFSCOPE_FD was."""
    number = environ.pop("REFSCOPE_FD", None)
    original = environ.pop("REFSCOPE_PYTHONPATH", None)
    seen = environ.get("PYTHONPATH", "")
    if original is None and seen.startswith(folder + ":"):
        original = seen[len(folder) + 1 :]
    if original is not None:
        environ["PYTHONPATH"] = original
    elif seen == folder:
        del environ["PYTHONPATH"]
    return number


def _all_signals(_signal: "Any") -> "Any":
    if hasattr(_signal, "valid_signals"):
        return _signal.valid_signals()
    return set(range(1, _signal.NSIG)) - {32, 33}  # which the C library keeps for itself


def _standard_folders(os: "Any") -> "Any":
    """The entries of sys.path that hold the standard library and nothing else."""
    library = os.path.dirname(os.__file__)
    return [
        entry
        for entry in sys.path
        if entry == library or os.path.basename(entry) == "lib-dynload" or entry.endswith(".zip")
    ]


def _origin(module: "Any") -> "Any":
    return getattr(module.__dict__.get("__spec__"), "origin", None) or ""


def _is_foreign(module: "Any", folders: "Any") -> "Any":
    """Whether a module that is loaded already may stand in the place of a standard one."""
    origin = _origin(module)
    return origin.startswith("/") and not any(
        origin.startswith(folder + "/") and "-packages/" not in origin for folder in folders
    )


def _stays(name: str, before: "Any") -> "Any":
    """Native modules with a private name may stay: no program has a file called like them."""
    origin = _origin(sys.modules[name])
    return name not in before and (origin == "built-in" or (name[0] == "_" and origin.endswith(".so")))


def _finder(agent_folder: str) -> "Any":
    """Finds the agent's modules under a private name."""
    import _frozen_importlib as importing
    import _frozen_importlib_external as files
    import _imp

    class Loader(files.SourceFileLoader):
        """Gives code a file name that coverage tools and debuggers pass over, as it is no file."""

        def get_code(self, fullname: str) -> "Any":
            code = files.SourceFileLoader.get_code(self, fullname)
            _imp._fix_co_filename(code, "<refscope>" + self.path[len(agent_folder) :])  # type: ignore[attr-defined]
            return code

    class Finder:
        @staticmethod
        def find_spec(fullname: str, path: "Any" = None, target: "Any" = None) -> "Any":
            package, _, name = fullname.partition(".")
            if package != "_refscope_agent":
                return None
            loader = Loader(fullname, "%s/%s.py" % (agent_folder, name or "__init__"))
            return importing.ModuleSpec(fullname, loader, is_package=not name)

    return Finder


try:
    _start()
except Exception:
    pass
for _name in [_name for _name in globals() if _name[0] == "_" and _name[1] != "_"]:
    del globals()[_name]  # or they would keep one another alive until the next collection
sys.modules.pop("sitecustomize", None)
import sitecustomize  # noqa: E402, F401  the program's own; where there is none, `site` expects this ImportError
