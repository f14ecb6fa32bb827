"""Reading the public sets, and the table of the understanding benchmark."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.nlu.datasets import CLINC, DataMissingError, Example, read_set
from bench.nlu.report import Result, table
from bench.nlu.worker import of_the_set, score

RESULT = Result(
    key="curekart",
    title="HINT3 Curekart full",
    pipeline="ours",
    top1=0.8,
    top3=0.9,
    auroc=0.88,
    parse_ms=3.0,
    parse_cpu_ms=2.9,
    train_seconds=4.0,
    train_cpu_seconds=6.0,
    peak_mb=700.0,
    load=1.0,
    examples=600,
    intents=28,
    asked=452,
    outside=539,
)


def test_out_of_scope_sentences_of_hint3_have_no_intent(tmp_path: Path):
    """Its authors mark them with a label of their own."""
    folder = tmp_path / "hint3"
    folder.mkdir()
    (folder / "curekart_train.csv").write_text("sentence,label\nWhere is  my order,ORDER_STATUS\n", encoding="utf-8")
    (folder / "curekart_test.csv").write_text("sentence,label\nHy,NO_NODES_DETECTED\n", encoding="utf-8")

    read = read_set("curekart", tmp_path)

    assert [(e.text, e.intent) for e in read.train] == [("Where is my order", "ORDER_STATUS")]
    assert [e.intent for e in read.test] == [None]


def test_clinc_is_trained_with_few_examples_and_nothing_out_of_scope(tmp_path: Path):
    """Both pipelines learn the first twenty of each intent; the out-of-scope test stays."""
    (tmp_path / "clinc150").mkdir()
    parts = {
        "train": [["say it in french", "translate"], *[["another", "translate"]] * 30, ["how tall", "size"]],
        "oos_train": [["how high is it", "oos"]],
        "test": [["in spanish please", "translate"]],
        "oos_test": [["how deep is it", "oos"]],
    }
    (tmp_path / "clinc150" / "data_full.json").write_text(json.dumps(parts), encoding="utf-8")

    read = read_set(CLINC, tmp_path)

    assert [e.text for e in read.train] == ["say it in french", *["another"] * 19, "how tall"]
    assert [e.intent for e in read.test] == ["translate", None]


def test_a_missing_set_says_where_to_get_it(tmp_path: Path):
    """Readers do not have our folder."""
    with pytest.raises(DataMissingError, match="hellohaptik/HINT3"):
        read_set("curekart", tmp_path)


def test_the_table_shows_the_means_of_hint3_and_what_was_gained():
    """One set alone has no mean."""
    sets = [RESULT, replace(RESULT, key="sofmattress", top1=0.7)]
    stock = [replace(result, pipeline="stock", top1=result.top1 - 0.1, auroc=0.7) for result in sets]

    lines = table([*sets, *stock]).splitlines()

    assert [cell.strip() for cell in lines[-1].split("|")][1:6] == ["difference, points", "", "+10.0", "+0.0", "+18.0"]
    assert "mean" not in table(sets[:1])


def test_only_intents_of_the_set_are_scored():
    """What says "none of these" is no confidence in one of them."""
    ranking = [("nlu_fallback", 0.6), ("out_of_scope", 1.0), ("refund", 0.3)]

    assert of_the_set(ranking, {"refund", "order"}) == [("refund", 0.3)]


def test_a_sentence_without_an_intent_of_the_set_counts_as_least_sure():
    """That is right for one out of scope, and a miss for one in scope."""
    test = [Example(text="where is it", intent="order"), Example(text="mera order kahan hai", intent=None)]

    figures = score(test, [[("order", 0.2)], []])

    assert (figures["top1"], figures["auroc"]) == (1.0, 1.0)
