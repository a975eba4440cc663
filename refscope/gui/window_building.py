"""A window from its panels to its controllers, built in steps.

In one go it takes 0.2 s, for which other windows would not answer. Each step is some 30 ms at most.
"""

from __future__ import annotations

from collections.abc import Generator

from refscope.gui.main_window import MainWindow, application
from refscope.gui.panel_set import PanelSet
from refscope.gui.settings import Settings
from refscope.gui.system_looks import wanted_theme
from refscope.gui.timeline import Timeline
from refscope.gui.window_controller import Services, WindowController


def building(services: Services, settings: Settings) -> Generator[None, None, WindowController]:
    """Build a window with the start page; it is returned before it is shown."""
    theme = wanted_theme(settings)
    theme.apply_base(application())
    timeline = Timeline()
    yield
    panels = PanelSet(theme, timeline)
    yield
    window = MainWindow(panels.for_window(), settings)
    yield
    yield from window.dressing()
    yield
    controller = WindowController(services, settings, panels, window)
    yield
    return controller
