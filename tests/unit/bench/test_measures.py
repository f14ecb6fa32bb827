"""The arithmetic and the tables of the benchmarks."""

from __future__ import annotations

import pytest

from bench.measures import auroc, markdown_table, mean, percentile


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([3.0], 0.95, 3.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([4.0, 1.0, 2.0, 3.0], 0.5, 2.5),
        ([0.0, 10.0], 0.95, 9.5),
        ([5.0, 1.0], 1.0, 5.0),
    ],
)
def test_a_percentile_lies_between_its_neighbours(values: list[float], share: float, expected: float):
    """The order of the values does not matter."""
    assert percentile(values, share) == pytest.approx(expected)


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 95)])
def test_a_percentile_of_nothing_or_beyond_all_is_refused(values: list[float], share: float):
    """A share is no number of percent."""
    with pytest.raises(ValueError, match=r"percentile|share"):
        percentile(values, share)


@pytest.mark.parametrize(
    ("inside", "outside", "expected"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1], [0.9], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.9, 0.3], [0.5], 0.5),
        ([0.9, 0.5], [0.5, 0.1], 0.875),
    ],
)
def test_auroc_counts_the_pairs_in_the_right_order(inside: list[float], outside: list[float], expected: float):
    """A tie counts half."""
    assert auroc(inside, outside) == pytest.approx(expected)


def test_auroc_needs_scores_of_both_kinds():
    """A set without out-of-scope sentences has no AUROC."""
    with pytest.raises(ValueError, match="both kinds"):
        auroc([0.5], [])


def test_a_mean_of_nothing_is_refused():
    """Zero would look like a result."""
    with pytest.raises(ValueError, match="at least one"):
        mean([])


def test_a_table_has_words_to_the_left_and_figures_to_the_right():
    """It is read on a terminal as well as rendered."""
    table = markdown_table(("set", "top 1"), [("curekart", "9.5"), ("sof", "76.3")])

    assert table.splitlines() == [
        "| set      | top 1 |",
        "|----------|------:|",
        "| curekart |   9.5 |",
        "| sof      |  76.3 |",
    ]


def test_a_table_refuses_a_row_of_another_length():
    """A figure under the wrong heading would be worse than none."""
    with pytest.raises(ValueError, match="2 columns"):
        markdown_table(("set", "top 1"), [("curekart",)])
