"""`refscope doctor`: what works on this machine, what is missing, and how to get it."""

from __future__ import annotations

import argparse

from refscope.api.machine import look
from refscope.cli.desktop import install
from refscope.cli.tables import print_json


def doctor(options: argparse.Namespace) -> int:
    """Print the findings; 0 always: a machine without a display is no error."""
    if options.install_desktop:
        for path in install():
            print(path)
        return 0
    findings = list(look())
    if options.json:
        print_json(
            [{"what": f.what, "good": f.is_good, "detail": f.detail, "remedy": f.remedy} for f in findings]
        )
        return 0
    for finding in findings:
        print(f"{'ok' if finding.is_good else '--'}  {finding.what}: {finding.detail}")
        if finding.remedy:
            print(f"      {finding.remedy}")
    return 0
