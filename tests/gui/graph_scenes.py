"""Scenes made by hand: those of the mockups, and large ones of any size."""

from __future__ import annotations

from refscope.present.scene import Box, Column, EdgeStyle, NodeKind, Scene, VisibleEdge, VisibleNode

CELL_TIP = "order_service.log_later.__closure__[0].cell_contents\nclosure variable audit, order_service.py:41"
K = NodeKind
S = EdgeStyle


def hunt_scene() -> Scene:
    """The registry on a class, as in mockup 03."""
    nodes = (
        VisibleNode(
            "o1",
            K.MODULE,
            "mindmeld.components.nlp",
            "module, root",
            "module",
            1,
            0x7F01,
            globals_count=214,
            is_root=True,
            is_on_path=True,
        ),
        VisibleNode(
            "o2",
            K.CONTAINER,
            ".instance_map",
            "class Processor",
            "dict",
            2,
            0x7F02,
            36_968,
            63_963_136,
            entries=861,
            is_on_path=True,
            is_holder=True,
        ),
        VisibleNode(
            "o3",
            K.INSTANCE,
            "NaturalLanguageProcessor",
            "key 139887101530064",
            "mindmeld.components.nlp.NaturalLanguageProcessor",
            3,
            0x7F03,
            64,
            900,
            is_on_path=True,
        ),
        VisibleNode(
            "o4",
            K.INSTANCE,
            "ResourceLoader",
            "507.8 KiB, 1 of 123",
            "mindmeld.resource_loader.ResourceLoader",
            4,
            0x7F3A5C1E2B50,
            56,
            519_987,
            is_on_path=True,
            is_target=True,
        ),
        VisibleNode(
            "o5",
            K.INSTANCE,
            "QueryFactory",
            "cycle with the loader",
            "mindmeld.query_factory.QueryFactory",
            5,
            0x7F05,
            56,
            56,
            hidden_referrers=2,
        ),
        VisibleNode(
            "g1",
            K.INSTANCE,
            "IntentProcessor",
            "4 alike, 2.1 KiB each",
            "mindmeld.components.nlp.IntentProcessor",
            count=4,
        ),
        VisibleNode(
            "g2",
            K.INSTANCE,
            "DomainProcessor",
            "2 alike, 1.8 KiB each",
            "mindmeld.components.nlp.DomainProcessor",
            count=2,
        ),
    )
    edges = (
        VisibleEdge("o2", "g1"),
        VisibleEdge("o2", "g2"),
        VisibleEdge("o5", "o4", "._resource_loader"),
        VisibleEdge("g1", "o4", ".resource_loader"),
        VisibleEdge("g2", "o4", ".resource_loader"),
        VisibleEdge("o1", "o2", is_on_path=True),
        VisibleEdge("o2", "o3", is_on_path=True),
        VisibleEdge("o3", "o4", ".resource_loader", is_on_path=True),
    )
    boxes = {
        "o1": Box(-40, 88, 236, 46),
        "o2": Box(226, 88, 140, 46),
        "o3": Box(406, 88, 206, 46),
        "o4": Box(756, 88, 168, 46),
        "o5": Box(406, 0, 206, 46),
        "g1": Box(406, 172, 206, 46),
        "g2": Box(406, 246, 206, 46),
    }
    holder = "mindmeld.components.nlp.Processor.instance_map"
    banner = f"123 ResourceLoader are reached through **{holder}**, a class attribute."
    expression = "mindmeld.components.nlp.Processor.instance_map[139887101530064].resource_loader"
    return Scene(nodes, edges, boxes, (), banner, expression)


def service_scene() -> Scene:
    """Everything that a graph can show, as in mockup 05."""
    nodes = (
        VisibleNode(
            "o1",
            K.MODULE,
            "flask.signals",
            "module, root",
            "module",
            1,
            globals_count=31,
            hidden_referents=46,
            is_root=True,
            is_on_path=True,
        ),
        VisibleNode(
            "o2",
            K.CONTAINER,
            "request_finished.receivers",
            "dict, 600 entries",
            "dict",
            2,
            0x7F11,
            18_520,
            entries=600,
            is_on_path=True,
            is_holder=True,
        ),
        VisibleNode(
            "o3",
            K.FUNCTION,
            "RequestAudit.on_finished",
            "bound method",
            "method",
            3,
            0x7F12,
            64,
            is_on_path=True,
        ),
        VisibleNode(
            "g1",
            K.FUNCTION,
            "599 more bound methods",
            "each holds another audit",
            "method",
            count=599,
            is_rest=True,
            hidden_referents=599,
        ),
        VisibleNode(
            "r1",
            K.FRAME,
            "serve_forever",
            "MainThread, line 239",
            "frame",
            None,
            is_root=True,
            is_pinned=True,
        ),
        VisibleNode(
            "o4",
            K.FUNCTION,
            "cell of log_later",
            "closure variable audit",
            "cell",
            4,
            0x7F13,
            40,
            40,
            hidden_referrers=1,
            tooltip=CELL_TIP,
        ),
        VisibleNode(
            "o5",
            K.FRAME,
            "flush_audits",
            "suspended generator, line 88",
            "generator",
            5,
            0x7F14,
            112,
            hidden_referrers=2,
        ),
        VisibleNode("r2", K.NATIVE, "Native code", "1 unseen reference", "", None, is_root=True),
        VisibleNode(
            "o6",
            K.INSTANCE,
            "sqlite3.Connection",
            "open, 216 B",
            "sqlite3.Connection",
            6,
            0x7F15,
            216,
            hidden_referents=4,
        ),
        VisibleNode(
            "o7", K.MODULE, "order_service", "module, root", "module", 7, globals_count=38, is_root=True
        ),
        VisibleNode(
            "o8",
            K.CONTAINER,
            "_recent_audits",
            "WeakSet, 600 entries",
            "weakref.WeakSet",
            8,
            0x7F16,
            18_000,
            entries=600,
        ),
        VisibleNode(
            "o9",
            K.INSTANCE,
            "RequestAudit",
            "61.2 KiB, 1 of 600",
            "order_service.RequestAudit",
            9,
            0x7F11C80A,
            48,
            62_668,
            hidden_referents=3,
            is_target=True,
            is_on_path=True,
        ),
        VisibleNode(
            "o10",
            K.INSTANCE,
            "Request",
            "14.8 KiB",
            "flask.wrappers.Request",
            10,
            0x7F17,
            48,
            15_155,
            hidden_referrers=2,
            hidden_referents=9,
        ),
        VisibleNode(
            "o11",
            K.CONTAINER,
            "list",
            "120 items, 45.9 KiB",
            "list",
            11,
            0x7F18,
            1016,
            47_001,
            hidden_referents=120,
        ),
    )
    edges = (
        VisibleEdge("o2", "g1"),
        VisibleEdge("r1", "o4", "local log_later"),
        VisibleEdge("o4", "o9", "cell_contents"),
        VisibleEdge("o5", "o9", "local audit"),
        VisibleEdge("r2", "o6", "unseen", S.UNSEEN),
        VisibleEdge("o6", "o9", "row_factory"),
        VisibleEdge("o7", "o8", "_recent_audits", S.GLOBALS),
        VisibleEdge("o8", "o9", "weak", S.WEAK),
        VisibleEdge("o9", "o10", ".request"),
        VisibleEdge("o9", "o11", ".records"),
        VisibleEdge("o1", "o2", is_on_path=True),
        VisibleEdge("o2", "o3", "[5368…]", is_on_path=True),
        VisibleEdge("o3", "o9", "__self__", is_on_path=True),
    )
    rows = {
        "o1": (0, 0, 186), "o2": (236, 0, 206), "o3": (512, 0, 216), "g1": (512, 100, 216),
        "r1": (0, 192, 186), "o4": (512, 192, 216), "o5": (512, 280, 216), "r2": (0, 366, 186),
        "o6": (512, 366, 216), "o7": (0, 452, 196), "o8": (512, 452, 216), "o9": (864, 0, 190),
        "o10": (1170, 0, 190), "o11": (1170, 72, 190),
    }  # fmt: skip
    boxes = {key: Box(x, y, width, 46) for key, (x, y, width) in rows.items()}
    columns = (
        Column("ROOTS", 0, 216),
        Column("WHO HOLDS IT", 236, 608),
        Column("TARGET", 864, 286),
        Column("WHAT IT HOLDS", 1170, 190),
    )
    holder = "flask.signals.request_finished.receivers"
    banner = f"600 RequestAudit are reached through **{holder}**, connected with weak=False."
    expression = "flask.signals.request_finished.receivers[5368709121].__self__"
    return Scene(nodes, edges, boxes, columns, banner, expression)


KINDS = (K.INSTANCE, K.CONTAINER, K.FUNCTION, K.CLASS, K.FRAME, K.INSTANCE, K.CONTAINER)


def large_scene(n_nodes: int, *, per_column: int = 0) -> Scene:
    """A target at the right and layers of holders to its left, about one and a half edges a node."""
    per_column = per_column or max(4, round((n_nodes * 0.9) ** 0.5 * 1.6))
    nodes, boxes, edges = [], {}, []
    for number in range(n_nodes):
        layer, row = (0, 0) if number == 0 else (1 + (number - 1) // per_column, (number - 1) % per_column)
        key, kind = f"o{number}", KINDS[number % 7] if number else K.INSTANCE
        lit = row == 0
        nodes.append(
            VisibleNode(
                key,
                kind,
                f"Session{number}" if number else "Target",
                f"{number} items, 1.2 KiB",
                "app.Thing",
                number,
                0x7F00 + number,
                64,
                1200,
                entries=number if kind is K.CONTAINER else None,
                hidden_referrers=number % 4,
                is_target=number == 0,
                is_on_path=lit,
            )
        )
        middle = per_column / 2
        y = 70.0 * (row if number else middle)
        boxes[key] = Box(-320.0 * layer, y, 180.0, 46.0)
        if number:
            before = 0 if layer == 1 else number - per_column
            edges.append(VisibleEdge(key, f"o{before}", f".field_{row}", is_on_path=lit))
            if layer > 1 and row % 2:
                edges.append(VisibleEdge(key, f"o{before - 1}", f"[{row}]"))
    return Scene(tuple(nodes), tuple(edges), boxes)
