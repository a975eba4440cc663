"""Reports in a real browser: they open, follow the theme, fit a phone and print."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from refscope.api import compare, export_comparison, export_report, launch, open_capture, save_session

TARGET = Path(__file__).parents[1] / "targets" / "run_before_after.py"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

Browse = Callable[..., str]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run before and after a fix."""
    folder = tmp_path_factory.mktemp("report")
    runs = []
    for kind in ("leak", "fixed"):
        with launch([str(TARGET), kind, "30"]) as session:
            for number in (10, 20, 30):
                session.freeze(session.wait_for_output(rf"round {number}", timeout_s=60))
                session.send_line("")
            save_session(session, folder / f"{kind}.refscope")
        runs.append(open_capture(folder / f"{kind}.refscope"))
    before, after = runs
    written = export_report(after, folder / "report.html", before=before)
    again = export_comparison(compare(before, after), folder / "again.html", before, after)
    assert again.read_text(encoding="utf-8") == written.read_text(encoding="utf-8")
    return written


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """Runs a browser without a window on a page and gives its standard output."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("there is no Chromium on this machine")

    def run(page: Path, *options: str) -> str:
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={tmp_path / 'browser'}", *options, page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


def test_a_report_opens_in_a_browser_and_loads_nothing(page: Path, browse: Browse) -> None:
    shown = browse(page, "--dump-dom")
    assert "<b>Fixed:</b> Site.pages no longer grows; 391 KiB per round before, 0 after." in shown
    assert shown.count("<svg") == page.read_text(encoding="utf-8").count("<svg")


def test_a_report_follows_light_and_dark(page: Path, browse: Browse, tmp_path: Path) -> None:
    from PySide6.QtGui import QColor, QImage

    from refscope.present.palette import DARK, LIGHT

    for setting, colours in (("1", LIGHT), ("0", DARK)):
        picture = tmp_path / f"{setting}.png"
        browse(
            page, "--window-size=1280,900", f"--screenshot={picture}",
            f"--blink-settings=preferredColorScheme={setting}",
        )  # fmt: skip
        image = QImage(str(picture))
        assert image.pixelColor(5, 5) == QColor(colours["window"])


def test_a_report_fits_a_phone(page: Path, browse: Browse, tmp_path: Path) -> None:
    """In a frame as wide as a phone the page is as wide as the frame: nothing sticks out of it."""
    frame = tmp_path / "frame.html"
    frame.write_text(
        f"<iframe id=f src='{page.as_uri()}' style='width:390px;height:800px;border:0'></iframe>"
        "<p id=told></p><script>f.onload=()=>{const d=f.contentDocument.documentElement;"
        "told.textContent='wide '+d.scrollWidth+' high '+d.scrollHeight}</script>"
    )
    told = browse(frame, "--allow-file-access-from-files", "--dump-dom", "--virtual-time-budget=5000")
    assert "wide 390 high" in told


def test_a_report_prints(page: Path, browse: Browse, tmp_path: Path) -> None:
    paper = tmp_path / "report.pdf"
    browse(page, f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF")


def test_the_report_of_the_mindmeld_hunt_is_small_and_names_nobodys_machine() -> None:
    page = (Path(__file__).parents[2] / "assets" / "mindmeld-report.html").read_text(encoding="utf-8")
    assert "<b>Fixed:</b> Processor.instance_map no longer grows;" in page
    assert '<th scope="row">mindmeld</th><td>4.3.4</td>' in page
    assert len(page) < 500_000
    assert not re.search(r"/(?:home|root|tmp|work|Users)/", page)
