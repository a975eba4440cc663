"""What a run ran in, fit to be written down: Python, platform, packages, command without secrets.

Packages are read from the names of folders on the target's `sys.path`; nothing of it is imported.
Environment variables are left out altogether. What stands in a command line is looked at word by word:
the value of an option that is called like a secret, a password in a URL, a token of a known form.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from refscope.session.program import Program

logger = logging.getLogger(__name__)

HIDDEN = "…"
MOST_PACKAGES = 2_000
_PATH_LIMIT_S = 10.0
_PATH = "import json, sys; print(json.dumps(sys.path))"
_SECRET_WORDS = (
    r"pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|api[-_]?keys?|access[-_]?keys?|private[-_]?keys?|"
    r"auth(?:entication|orization)?|credentials?|cookies?|bearer|signature|dsn|session[-_]?id"
)
_SECRET_NAME = re.compile(rf"(?:^|[-_.]|(?<=[a-z])(?=[A-Z]))(?i:{_SECRET_WORDS})(?:$|[-_.])")
_OPTION = re.compile(r"(-{1,2}[\w.-]+)=.+", re.DOTALL)
_ASSIGNED = re.compile(r"""([\w.-]+)(\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)""")
_IN_URL = re.compile(r"(?<=://)[^/@\s]*@")  # user, password, or both
_QUERY = re.compile(r"(?<=[?&;])([\w.-]+)(=)([^&;#\s]*)")
_KNOWN_TOKENS = re.compile(
    r"\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{16}|"
    r"sk-[\w-]{16,}|AIza[\w-]{30,}|ey[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?)"
)
_HEADER = re.compile(r"(?i)^((?:proxy-)?authorization|cookie|x-api-key|x-auth-token)\s*:")


def environment_of(target: Program) -> dict[str, Any]:
    """What is saved with a run, as JSON values; some 30 ms for the packages, at each call."""
    request = target.request
    return {
        "title": target.title,
        "command": without_secrets(request.argv),
        "cwd": request.cwd or os.getcwd(),
        "python": ".".join(map(str, target.interpreter.version)),
        "interpreter": target.interpreter.path,
        "platform": platform.platform(),
        "packages": packages_of(target.interpreter.path, request.env, request.cwd),
        "refscope": sys.modules["refscope"].__version__,
        "pid": target.pid,
        "exit": target.exit.words if target.exit is not None else None,
    }


def without_secrets(argv: Sequence[str]) -> list[str]:
    """A command line in which values that look secret are `…`: `--password=…`, `--token …`, `https://…@host`."""
    shown: list[str] = []
    is_value = False
    for word in argv:
        if is_value and not word.startswith("--"):
            shown.append(HIDDEN)
            is_value = False
            continue
        is_value = word.startswith("-") and "=" not in word and bool(_SECRET_NAME.search(word.lstrip("-")))
        shown.append(_without_secrets(word))
    return shown


def _without_secrets(word: str) -> str:
    header = _HEADER.match(word)
    if header is not None:
        return f"{header.group(1)}: {HIDDEN}"
    option = _OPTION.fullmatch(word)
    if option is not None and _SECRET_NAME.search(option.group(1).lstrip("-")):
        return f"{option.group(1)}={HIDDEN}"
    word = _IN_URL.sub(f"{HIDDEN}@", word)
    for pattern in (_QUERY, _ASSIGNED):
        word = pattern.sub(_hidden_if_secret, word)
    return _KNOWN_TOKENS.sub(HIDDEN, word)


def _hidden_if_secret(found: re.Match[str]) -> str:
    """An assignment with its value hidden if its name (without the option's dashes) says so."""
    if not _SECRET_NAME.search(found.group(1).lstrip("-")):
        return found.group()
    return f"{found.group(1)}{found.group(2)}{HIDDEN}"


def packages_of(python: str, env: Mapping[str, str] | None = None, cwd: str | None = None) -> dict[str, str]:
    """Name → version of what is installed for an interpreter; {} where it does not say its folders."""
    try:
        answer = subprocess.run(
            [python, "-c", _PATH],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATH_LIMIT_S,
            env=None if env is None else dict(env),
            cwd=cwd,
            check=True,
        )
        folders = json.loads(answer.stdout.splitlines()[-1])
        return installed(str(folder) for folder in folders if folder)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError, TypeError) as exc:
        logger.info("the packages of %s are not known: %s", python, exc)
        return {}


def installed(folders: Iterable[str]) -> dict[str, str]:
    """Name → version by the `*.dist-info` and `*.egg-info` in folders, in the order of names.

    As for the interpreter, an earlier folder goes before a later one. Nothing is opened.
    """
    found: dict[str, tuple[str, str]] = {}
    for folder in folders:
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        for entry in sorted(entries):
            stem, ending = os.path.splitext(entry)
            name, dash, version = stem.partition("-")
            if ending in (".dist-info", ".egg-info") and dash and name:
                version = version.partition("-py")[0]
                found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), (name, version))
    return dict(sorted(found.values())[:MOST_PACKAGES])
