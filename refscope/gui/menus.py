"""The menu bar, built from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from refscope.gui.actions import ACTIONS, MENUS, MNEMONICS, WindowFacts, children_off, plain_text, reason_off
from refscope.gui.shortcuts import Shortcuts


class Menus(QObject):
    """Menus and their actions. `triggered(key)`."""

    triggered = Signal(str)

    def __init__(self, window: QMainWindow, shortcuts: Shortcuts) -> None:
        super().__init__(window)
        self._window = window
        self._shortcuts = shortcuts
        self.actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        self._groups: dict[str, QActionGroup] = {}
        for name in MENUS:
            if any(spec.menu.split("/")[0] == name for spec in ACTIONS):
                self._menus[name] = window.menuBar().addMenu(MNEMONICS[name])
        self.recent_menu = QMenu("Recen&t", window)
        self.examples_menu = QMenu("&Examples", window)
        self.children_menu = QMenu("C&hild processes", window)
        for spec in ACTIONS:
            self._add(spec.key)
        self.apply_keys()
        self.facts = WindowFacts()
        self.set_facts(self.facts)

    def apply_keys(self) -> None:
        """Give every action the keys that hold now."""
        for key, keys in self._shortcuts.all().items():
            self.actions[key].setShortcut(QKeySequence(keys))

    def menu(self, path: str) -> QMenu:
        """The menu "View" or "View/Theme"; submenus are made when first asked for."""
        if path not in self._menus:
            above, name = path.rsplit("/", 1)
            self._menus[path] = self.menu(above).addMenu(MNEMONICS.get(path, f"&{name}"))
        return self._menus[path]

    def set_facts(self, facts: WindowFacts) -> dict[str, str]:
        """Switch actions on and off; returns why each that is off is off."""
        self.facts = facts
        reasons: dict[str, str] = {}
        for spec in ACTIONS:
            reason = reason_off(spec, facts)
            if reason:
                reasons[spec.key] = reason
            action = self.actions[spec.key]
            action.setEnabled(not reason)
            tip = spec.tip or plain_text(spec)
            action.setStatusTip(f"{tip}. Off: {reason}." if reason else tip)
        reason, children = children_off(facts), self.children_menu.menuAction()
        children.setEnabled(not reason)
        children.setStatusTip(
            f"Look into a process that the program started.{f' Off: {reason}.' if reason else ''}"
        )
        self.check("trace", facts.is_tracing)
        for key, name in (("undo", facts.undo_name), ("redo", facts.redo_name)):
            text = f"&{key.capitalize()}"
            self.actions[key].setText(f"{text} {name}" if name else text)
        return reasons

    def check(self, key: str, checked: bool = True) -> None:
        """Show a choice as chosen."""
        self.actions[key].setChecked(checked)

    def _add(self, key: str) -> None:
        spec = next(spec for spec in ACTIONS if spec.key == key)
        menu = self.menu(spec.menu)
        if spec.begins_group and not menu.isEmpty():
            menu.addSeparator()
        action = QAction(f"{spec.text}\t{spec.hint}" if spec.hint else spec.text, self._window)
        action.setCheckable(spec.is_checkable or bool(spec.choice_of))
        if spec.choice_of:
            if spec.choice_of not in self._groups:
                self._groups[spec.choice_of] = QActionGroup(self)
            self._groups[spec.choice_of].addAction(action)
        action.triggered.connect(lambda _checked=False: self.triggered.emit(key))
        if key == "attach":
            menu.addMenu(self.children_menu)
        menu.addAction(action)
        self.actions[key] = action
        if key == "open":
            menu.addMenu(self.recent_menu)
        if key == "guide":
            menu.addMenu(self.examples_menu)
