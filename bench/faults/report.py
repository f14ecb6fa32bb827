"""What a run of faults came to, as it is printed and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.faults.checker import Evidence, Fault
from bench.faults.trouble import Done
from bench.measures import percentile


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that is over.

    Attributes:
        store: On which database, with how many edges.
        minutes: How long there was trouble.
        done: The faults that were made.
        evidence: What was looked at.
        faults: What was found.
        given_up: What was never acknowledged, though it was tried again for minutes.
        waits: Seconds until each acknowledgement.
        tries: How many tries failed.
        settled_seconds: From the last fault's end until nothing waited any more; None if that never was.
    """

    store: str
    minutes: float
    done: Sequence[Done]
    evidence: Evidence
    faults: Sequence[Fault]
    given_up: Sequence[str]
    waits: Sequence[float]
    tries: int
    settled_seconds: float | None


def page(run: Run, *, machine: str, date: str) -> str:
    """Write it as a page."""
    made = Counter(done.what for done in run.done)
    found = Counter(fault.kind for fault in run.faults)
    settled = "never" if run.settled_seconds is None else f"{run.settled_seconds:.0f} s"
    evidence = run.evidence
    rows = [
        ("acknowledged messages", len(evidence.said)),
        ("of these with a card to come", sum(said.is_danger for said in evidence.said)),
        ("texts to phones", len(evidence.outbox)),
        ("tickets", len(evidence.tickets)),
        ("tries that failed, and were made again", run.tries),
        ("never acknowledged", len(run.given_up)),
        ("acknowledged within, half of them", f"{percentile(run.waits, 0.5):.2f} s" if run.waits else "-"),
        ("acknowledged within, all of them", f"{max(run.waits):.1f} s" if run.waits else "-"),
        ("until nothing waited any more", settled),
        ("faults found by the checker", len(run.faults)),
    ]
    lines = [
        f"# Faults on {run.store}",
        "",
        f"{date}, {run.minutes:g} minutes, {machine}. By `python -m bench.faults`.",
        "",
    ]
    lines += ["| made | times |", "|---|---|", *(f"| {what} | {times} |" for what, times in made.items()), ""]
    lines += ["| | |", "|---|---|", *(f"| {what} | {value} |" for what, value in rows), ""]
    if found:
        lines += ["| found | times |", "|---|---|", *(f"| {kind} | {times} |" for kind, times in found.items()), ""]
    return "\n".join(lines)
