"""Which topic a follow-up asks about, by the topic that was spoken of: what data/knowledge/follow_ups.yml says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from bot.errors import ContentError
from bot.vocabulary import FollowUp
from bot.yaml_file import line_of, read_yaml

_KEY = "follow_ups"
_OTHERWISE, _NOTHING = "otherwise", "nothing"
_KINDS = tuple(kind.value for kind in FollowUp)


@dataclass(frozen=True, kw_only=True)
class _Asks:
    """What one kind of follow-up asks: after which topic, after any other, and when nothing was spoken of."""

    after: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    nothing: str | None = None


class FollowUpTopics:
    """Says which topic a follow-up asks about."""

    def __init__(self, kinds: Mapping[str, _Asks]) -> None:
        """Take what each kind asks, as `from_file` reads it; no kinds leave every follow-up to be asked back."""
        self._kinds = dict(kinds)

    @classmethod
    def from_file(cls, path: Path, topics: Collection[str] | None = None) -> FollowUpTopics:
        """Read the file; a clinic may go without one.

        Args:
            path: follow_ups.yml.
            topics: The topics there are; None when they are not known, so that none is missed.

        Raises:
            ContentError: Something in it is wrong; names the line.
        """
        if not path.is_file():
            return cls({})
        kinds = read_yaml(path).get(_KEY)
        if not isinstance(kinds, CommentedMap):
            raise ContentError(path, f"must hold the kinds of follow-ups under '{_KEY}:'.", 1)
        return cls({str(kind): _Reading(path, topics).asks(kinds, str(kind)) for kind in kinds})

    def asked(self, kind: FollowUp, topic: str | None) -> str | None:
        """Give the topic that a follow-up asks about after this one; None if nobody has said."""
        asks = self._kinds.get(kind.value, _Asks())
        return asks.nothing if topic is None else asks.after.get(topic, asks.otherwise)

    def all_asked(self, kind: FollowUp) -> frozenset[str]:
        """Give every topic that a kind of follow-up may ask about after some topic."""
        return frozenset(self._kinds.get(kind.value, _Asks()).after.values())


class _Reading:
    def __init__(self, path: Path, topics: Collection[str] | None) -> None:
        self._path = path
        self._topics = topics

    def asks(self, kinds: CommentedMap, kind: str) -> _Asks:
        said = kinds[kind]
        if kind not in _KINDS:
            raise self._error(f"there is no follow-up '{kind}'; there are {', '.join(_KINDS)}.", kinds, kind)
        if not isinstance(said, CommentedMap):
            raise self._error(f"{kind}: must be topics, as in 'otherwise: aftercare'.", kinds, kind)
        after: dict[str, str] = {}
        for asked, before in said.items():
            if asked in {_OTHERWISE, _NOTHING}:
                self._check(before, said, asked)
                continue
            self._check(asked, said, asked)
            if not isinstance(before, list):
                raise self._error(f"{kind}.{asked}: must be a list of topics.", said, asked)
            for place, topic in enumerate(before):
                self._check(topic, before, place)
                if topic in after:
                    raise self._error(f"{kind}: {topic} stands here twice; keep one.", before, place)
                after[str(topic)] = str(asked)
        return _Asks(after=after, otherwise=said.get(_OTHERWISE), nothing=said.get(_NOTHING))

    def _check(self, topic: object, node: object, place: object) -> None:
        if not isinstance(topic, str):
            raise self._error(f"{topic!r} is no topic's slug.", node, place)
        if self._topics is not None and topic not in self._topics:
            raise self._error(f"there is no topic '{topic}' in topics.yml.", node, place)

    def _error(self, problem: str, node: object, place: object) -> ContentError:
        return ContentError(self._path, problem, line_of(node, place))
