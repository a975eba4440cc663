"""The agent's words about heaps, for the layers that may not import the agent."""

from __future__ import annotations

from refscope.agent.vocabulary import EdgeKind, ObjectFlag, RootKind, TypeFlag

__all__ = ["EdgeKind", "ObjectFlag", "RootKind", "TypeFlag"]
