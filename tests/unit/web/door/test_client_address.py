"""Whose request it is: as many proxies are believed as are trusted, and no word of the visitor's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.door.client_address import client_address, network_of

PROXY, HERE = "192.0.2.1", "127.0.0.1"


def _from(peer: str | None, *forwarded: str, trusted: int | None) -> str:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    scope = {"type": "http", "client": None if peer is None else (peer, 5000), "headers": headers}
    return client_address(scope, trusted)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        (PROXY, (), None, PROXY),
        (PROXY, ("198.51.100.7",), None, PROXY),
        (HERE, ("198.51.100.7",), None, "198.51.100.7"),
        (HERE, ("198.51.100.7",), 0, HERE),
        ("::1", ("2001:db8::7",), None, "2001:db8::7"),
        (PROXY, ("198.51.100.7",), 1, "198.51.100.7"),
        (PROXY, ("1.2.3.4, 198.51.100.7",), 1, "198.51.100.7"),
        (PROXY, ("1.2.3.4, 198.51.100.7, 192.0.2.2",), 2, "198.51.100.7"),
        (PROXY, ("1.2.3.4", "198.51.100.7"), 1, "198.51.100.7"),
        (PROXY, ("198.51.100.7",), 2, "198.51.100.7"),
        (PROXY, ("not an address",), 1, PROXY),
        (PROXY, ("", ","), 1, PROXY),
        (None, (), 1, "unknown"),
    ],
)
def test_as_many_proxies_are_believed_as_are_trusted(
    peer: str | None, forwarded: tuple[str, ...], trusted: int | None, address: str
) -> None:
    """Without a setting, one on the same machine is."""
    assert _from(peer, *forwarded, trusted=trusted) == address


@given(st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"])))
def test_what_a_visitor_writes_changes_nothing(written: str) -> None:
    """It stands left of what the proxy adds."""
    headers = [(b"x-forwarded-for", f"{written}, 198.51.100.7".encode("latin-1"))]

    assert client_address({"type": "http", "client": (PROXY, 1), "headers": headers}, 1) == "198.51.100.7"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("unknown", "unknown"),
    ],
)
def test_a_household_counts_as_one(address: str, network: str) -> None:
    """Of IPv6 everybody has more addresses than could be counted."""
    assert network_of(address) == network
