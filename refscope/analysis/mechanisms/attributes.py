"""Mechanisms of plain names: module globals, class attributes, attributes of single instances."""

from __future__ import annotations

from refscope.analysis.mechanisms.story import Kind, Mechanism, Story
from refscope.analysis.places import Place
from refscope.heap.vocabulary import EdgeKind, RootKind
from refscope.text import format_count, short_name

MIN_TABLE = 10
"""Attributes of one class that an instance has not by its program's text, but by `setattr`."""


def class_attribute(story: Story) -> Mechanism | None:
    """An attribute of a class: one for all instances, alive as long as the class."""
    above = story.above
    if above is None or not above.is_class or story.held.is_entry:
        return None
    words = f"class attribute {short_name(above.name)}.{story.held.how.name}{container_words(story.held)}"
    return Mechanism(Kind.CLASS_ATTRIBUTE, words, variable=story.held.how.name)


def module_global(story: Story) -> Mechanism | None:
    """A global variable of a module."""
    above = story.above
    if above is None or story.held.is_entry:
        return None
    is_root = story.holder == 1 and story.root_kind == RootKind.MODULE
    if not is_root and above.type_name != "module" and above.how.kind != EdgeKind.GLOBALS:
        return None
    words = f"module global {story.held.name}{container_words(story.held)}"
    return Mechanism(Kind.MODULE_GLOBAL, words, variable=short_name(story.held.name))


def made_variables(story: Story) -> Mechanism | None:
    """Ever new variables of a module, or attributes of a class or instance, made at run time."""
    held, entry = story.held, story.entry
    if entry is None or entry.how.kind not in (EdgeKind.ATTRIBUTE, EdgeKind.KEY):
        return None
    if held.type_name == "module":
        words, holder = f"globals of the module {held.name}", f"the globals of {held.name}"
    elif held.is_class:
        words, holder = f"attributes of the class {held.name}", f"the attributes of {held.name}"
    elif entry.how.kind == EdgeKind.ATTRIBUTE and held.fan_out >= MIN_TABLE:
        words, holder = f"attributes of {held.full_name}", f"the attributes of {held.full_name}"
    else:
        return None
    words += f", new ones made at run time, such as {entry.how.name}"
    return Mechanism(Kind.MADE_VARIABLES, words, holder_text=holder, variable=entry.how.name)


def instance_attribute(story: Story) -> Mechanism | None:
    """An attribute of an instance that itself lives long."""
    above = story.above
    if above is None or story.held.how.kind not in (EdgeKind.ATTRIBUTE, EdgeKind.FIELD):
        return None
    words = f"attribute {story.held.how.name} of {above.type_name}{container_words(story.held)}"
    if above.is_single:
        words += ", a single instance"
    return Mechanism(Kind.INSTANCE_ATTRIBUTE, words, variable=story.held.how.name)


def any_container(story: Story) -> Mechanism:
    """What is left: an entry of something, named by where it hangs."""
    held = story.held
    return Mechanism(
        _kind_of_entry(story),
        f"{short_name(held.type_name)}{container_words(held, is_named=True)}",
        variable=held.name,
    )


def _kind_of_entry(story: Story) -> str:
    """By the named thing that the entry is in: `Host.hooks['page']` by `hooks`."""
    number = story.holder
    while number and story.places[number].is_entry:
        number -= 1
    above = story.places[number - 1] if number else None
    if above is not None and above.is_class:
        return Kind.CLASS_ATTRIBUTE
    is_attribute = story.places[number].how.kind in (EdgeKind.ATTRIBUTE, EdgeKind.FIELD)
    is_instance = above is not None and above.type_name != "module" and is_attribute
    return (
        Kind.INSTANCE_ATTRIBUTE if is_instance or story.root_kind != RootKind.MODULE else Kind.MODULE_GLOBAL
    )


def container_words(place: Place, is_named: bool = False) -> str:
    """`, dict of 861 entries` for something that holds many alike; "" for anything else."""
    if place.fan_out < 3:
        return ""
    words = f"{format_count(place.fan_out)} alike entries"
    return f" of {words}" if is_named else f", {short_name(place.type_name)} of {words}"
