"""Running a graph node after node, in an order worked out once.

Rasa hands every run to dask, which works the order out anew, for graphs that are run three times a message.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Sequence
from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

# The source of the method that is replaced, as Rasa 3.6.21 has it. With another one, this module has to be read again.
KNOWN_SOURCE_SHA256 = "45f0f52f574f3aa9546a552bf671183e171092c18b66e97f5771a7fa295de37e"
_PLANS = "_plans_of_frontdesk"

Plan = Sequence[tuple[str, GraphNode, tuple[str, ...]]]
"""The nodes in the order they are run: the name of each, the node, and the names of what it needs."""


class GraphRunChangedError(Exception):
    """Raised when Rasa's own way of running a graph is no longer the one that this module replaces."""


def install_ordered_run() -> None:
    """Make Rasa run its graphs in an order worked out once for each set of targets.

    Raises:
        GraphRunChangedError: Rasa's method has changed.
    """
    if DaskGraphRunner.run is run_in_order:
        return
    if source_sha256() != KNOWN_SOURCE_SHA256:
        raise GraphRunChangedError(
            "Rasa runs its graphs differently now. Compare DaskGraphRunner.run with bot/nlu/changes/graph_run.py, then "
            "update KNOWN_SOURCE_SHA256."
        )
    DaskGraphRunner.run = run_in_order


def run_in_order(
    runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """Run a graph, as Rasa's own method does.

    Args:
        runner: Whose graph.
        inputs: What the nodes get from outside, by name.
        targets: The nodes whose outcome is wanted; by default those that the graph names.

    Returns:
        The outcome of each target.

    Raises:
        GraphRunError: A node failed with a RuntimeError.
    """
    schema = runner._graph_schema  # noqa: SLF001 - there is no public way in.
    wanted = tuple(targets or schema.target_names)
    plans: dict[tuple[str, ...], Plan] = runner.__dict__.setdefault(_PLANS, {})
    if wanted not in plans:
        plans[wanted] = _plan(schema.minimal_graph_schema(list(wanted)), runner._instantiated_nodes)  # noqa: SLF001
    # As from a node: the name, and what it gave.
    given: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, node, needs in plans[wanted]:
            given[name] = node(*(given.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(given[name] for name in wanted)


def source_sha256() -> str:
    """Return the fingerprint of the source of Rasa's own method."""
    return hashlib.sha256(inspect.getsource(DaskGraphRunner.run).encode()).hexdigest()


def _plan(schema: GraphSchema, nodes: dict[str, GraphNode]) -> Plan:
    plan: list[tuple[str, GraphNode, tuple[str, ...]]] = []
    planned: set[str] = set()

    def add(name: str) -> None:
        # What is no node comes from outside.
        if name in planned or name not in schema.nodes:
            return
        planned.add(name)
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            add(need)
        plan.append((name, nodes[name], needs))

    for name in schema.nodes:
        add(name)
    return plan
