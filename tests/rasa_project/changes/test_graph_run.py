"""Graphs run node after node, and give what Rasa's own way gives."""

from __future__ import annotations

import pytest
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.nlu.changes import graph_run
from bot.nlu.changes.graph_run import GraphRunChangedError, install_ordered_run, run_in_order

_own_run = DaskGraphRunner.run


class Adding(GraphComponent):
    """Adds what it gets."""

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):  # noqa: ARG003 - Rasa's signature.
        """Make one."""
        return cls()

    def add(self, first: int, second: int = 0) -> int:
        """Return the sum."""
        if first < 0:
            raise RuntimeError("less than nothing")
        return first + second


def _node(needs, **named):
    return SchemaNode(needs=needs, uses=Adding, constructor_name="create", fn="add", config={}, eager=True, **named)


@pytest.fixture
def runner(model_storage):
    """Return a graph whose last node stands first in the schema."""
    schema = GraphSchema(
        {
            "last": _node({"first": "left", "second": "right"}, is_target=True),
            "left": _node({"first": "given"}),
            "right": _node({"first": "left", "second": "given"}),
            "unasked": _node({"first": "given"}, is_target=False),
        }
    )
    return DaskGraphRunner.create(schema, model_storage, ExecutionContext(schema, "test"))


@pytest.mark.parametrize("targets", [None, ["right"], ["left", "last"]])
def test_it_gives_what_rasa_gives(runner, targets):
    """For the graph's own targets and for others, the second time too."""
    for number in (1, 5):
        expected = _own_run(runner, {"given": number}, targets)

        assert run_in_order(runner, {"given": number}, targets) == expected


def test_error_of_a_node_is_rasas(runner):
    """Whoever catches it, catches the same."""
    with pytest.raises(GraphComponentException):
        run_in_order(runner, {"given": -1})


def test_another_rasa_is_refused(monkeypatch):
    """An upgrade that runs graphs differently must be looked at."""
    monkeypatch.setattr(graph_run, "KNOWN_SOURCE_SHA256", "another")
    monkeypatch.setattr(DaskGraphRunner, "run", _own_run)

    with pytest.raises(GraphRunChangedError, match="KNOWN_SOURCE_SHA256"):
        install_ordered_run()


def test_known_source_is_that_of_this_rasa(monkeypatch):
    """Else Frontdesk would not start."""
    monkeypatch.setattr(DaskGraphRunner, "run", _own_run)

    install_ordered_run()

    assert DaskGraphRunner.run is run_in_order
