"""memlab, a reader of heap snapshots that is not ours, opens what we write and computes what we say."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from refscope.api import export_heap, launch
from refscope.examples.catalog import example
from refscope.present.export.heapsnapshot import FIRST_ID

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "build" / "memlab" / "node_modules"
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None or not PACKAGES.is_dir(), reason="scripts/memlab installs memlab")
def test_memlab_finds_the_holder_and_computes_our_retained_sizes(tmp_path: Path) -> None:
    file = tmp_path / "registry.heapsnapshot"
    script = str(example("registry").script)
    with launch([script, "--interval", "0", "--iterations", "8", "--pause-at", "8"]) as session:
        session.wait_for_output(r"PAUSED 8\b", timeout_s=60)
        snapshot = session.freeze()
        export_heap(snapshot, file)
    reader = Path(__file__).with_name("memlab_reader.js")
    command = [str(NODE), str(reader), str(PACKAGES), str(file), "__main__.NaturalLanguageProcessor"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    answer = json.loads(result.stdout)
    names = [name for _, name, _ in answer["trace"]]
    assert names[-1] == "__main__"
    assert "['instance_map']" in names
    tree, own = snapshot.analysed.dominators, snapshot.analysed.roots.own
    ours = {
        FIRST_ID + 2 * row: int(tree.retained[row]) for row in range(snapshot.heap.n_objects) if not own[row]
    }
    theirs = {int(number): size for number, size in answer["retained"].items() if int(number) >= FIRST_ID}
    assert theirs == ours
    assert len(ours) > 10_000
