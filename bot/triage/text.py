"""How a message is cut into plain words, with the breaks between them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from bot.reading.folding import fold

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`\u2032\uff07", "'"))
_PIECE = re.compile(  # a number, a word, line breaks, the end of a sentence, a dash, a mark
    r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*(?:(?<=n)'(?=\s))?|\n+|[.!?\u2026]+|\s-+\s|[,;:()&\u2013\u2014\u2022|/+-]"
)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")

# How far a mark moves two words apart, in words: a full stop does not end a thought in a hurried message.
_BREAKS = {",": 1, ";": 2, ":": 1, "(": 1, ")": 1, "-": 0, "/": 0, "|": 1, "\u2013": 1, "\u2014": 1, "\u2022": 2}
_SENTENCE_BREAK = 3
_SHORT_LINE = 3  # Fewer words to a line: the break is only where the writer's thumb went.

_EXPANSIONS: dict[str, tuple[str, ...]] = {
    "im": ("i", "am"), "ive": ("i", "have"), "hes": ("he", "is"), "shes": ("she", "is"), "its": ("it", "is"),
    "thats": ("that", "is"), "theres": ("there", "is"), "whats": ("what", "is"), "theyre": ("they", "are"),
    "youre": ("you", "are"), "weve": ("we", "have"), "theyve": ("they", "have"), "heres": ("here", "is"),
    "gonna": ("going", "to"), "wanna": ("want", "to"), "gotta": ("have", "to"), "cannot": ("cant",),
    "cnt": ("cant",), "aint": ("isnt",), "dnt": ("dont",), "u": ("you",), "ur": ("your",), "n": ("and",),
    "tmrw": ("tomorrow",), "w": ("with",), "&": ("and",), "+": ("and",), "bc": ("because",),
    "iam": ("i", "am"), "alot": ("much",), "icant": ("i", "cant"), "idont": ("i", "dont"), "ihave": ("i", "have"),
}  # fmt: skip
_TAILS = ("", "t")  # of "can't" and its mistyped forms
CONTRACTED = {
    "can": "cant", "could": "couldnt", "do": "dont", "does": "doesnt", "did": "didnt", "will": "wont",
    "would": "wouldnt", "should": "shouldnt", "is": "isnt", "are": "arent", "was": "wasnt", "were": "werent",
    "has": "hasnt", "have": "havent", "had": "hadnt",
}  # fmt: skip
_NOT_FORMS = ("cant", "dont", "wont", *sorted(set(CONTRACTED.values()) - {"cant", "dont", "wont"}))


@dataclass(kw_only=True, slots=True)
class Words:
    """A message as words, each with its place and its sentence.

    Attributes:
        words: Lower-case words without apostrophes; "is not" is "isnt", "I'm" is "i", "am".
        places: Where each word stands, counted in words, with a few more for the marks in between.
        sentences: The number of the sentence each word is in.
    """

    words: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)

    def add(self, word: str, *, place: int, sentence: int) -> None:
        """Add one word at the end.

        Args:
            word: The word.
            place: Where it stands.
            sentence: The number of its sentence.
        """
        self.words.append(word)
        self.places.append(place)
        self.sentences.append(sentence)


def split(text: str) -> Words:
    """Cut a text into words.

    Args:
        text: Any text.

    Returns:
        The words with their places. Marks, emoji and invisible characters leave only their breaks.
    """
    found = Words()
    place, sentence, broken, line = 0, 0, False, 0
    for piece in _PIECE.findall(_plain(text)):
        if piece[0].isalnum() or piece in {"&", "+"}:
            for word in _words_of(piece, found.words, joined=not broken):
                found.add(word, place=place, sentence=sentence)
                place, broken = place + 1, False
        elif piece[0] in ".!?\u2026":
            broken = True
            if piece[0] == "\u2026" or piece.startswith(".."):
                place += 1
            else:
                place, sentence = place + _SENTENCE_BREAK, sentence + 1
        elif piece[0] == "\n":
            # People break lines anywhere; only an empty line is a new thought.
            if len(piece) > 1 and found.words and found.sentences[-1] == sentence:
                sentence, place = sentence + 1, place + 1
            broken = broken or len(found.words) - line >= _SHORT_LINE
            line = len(found.words)
        else:
            place += _BREAKS.get(piece, 1)
            broken = broken or piece not in "-/"
    return found


def _plain(text: str) -> str:
    text = text.translate(_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", fold(text))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return text.casefold()


def _words_of(piece: str, before: list[str], *, joined: bool) -> tuple[str, ...]:
    if "'" in piece:
        base, _, ending = piece.rpartition("'")
        piece = piece.replace("'", "")
        if ending == "s" and piece not in _EXPANSIONS:
            return (base.replace("'", ""), "is")
        piece = _contraction(piece) if ending in _TAILS else piece
    if piece in _EXPANSIONS:
        return _EXPANSIONS[piece]
    if piece == "t" and joined and before and before[-1] + "t" in _NOT_FORMS:  # "can t", as some keyboards leave it
        before[-1] += "t"
        return ()
    if piece == "not" and joined and before and before[-1] in CONTRACTED:
        before[-1] = CONTRACTED[before[-1]]
        return ()
    if len(piece) > 3 and _STRETCHED.search(piece):
        return (_STRETCHED.sub(r"\1\1", piece),)
    return (piece,)


def _contraction(typed: str) -> str:
    """Read "an't", "ca't" and "can'" as "cant": no other word is written like that."""
    if typed in _NOT_FORMS:
        return typed
    for full in _NOT_FORMS:
        if len(full) == len(typed) + 1 and any(full[:at] + full[at + 1 :] == typed for at in range(len(full))):
            return full
    return typed
