"""Openings that give back what the customer tells of what they go through, in the second person.

"I've been waiting since May for my visa." becomes "You've been waiting since May for your visa, and
I can see how frustrating that is." Reflective listening is as specific as an opening can be, and
needs no model: the words are the customer's own (`prompts/echoes.yaml`). Only clauses of a few
closed shapes are taken. It knows neither the draft nor the situation: whether anything may be given
back is for `fit` to say.
"""

import re
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from drafting.candidate import Candidate, Op, Source
from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.phrases.drawing import draw
from drafting.phrases.spelling import load_spellings
from drafting.prompt import PROMPTS, read_entry, read_mapping
from drafting.situations import Entry, Identifier
from drafting.verification.known_words import known_words

ECHOES = PROMPTS / "echoes.yaml"
MOST_WORDS = 16
"""Of a clause; a longer one tells a story."""
FEWEST_WORDS = 3
_STRAIGHT = str.maketrans({"’": "'", "‘": "'"})
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_CLAUSE_END = re.compile(
    r"[,;:()\[\]—–\"“”…#]| - |\s\S*\d"
    r"|\sand (?:(?=i'|')|(?=(?:i|we|the|my|our|no|nobody|nothing|was|were|am|has|had|have|got|still|can|could)\b))"
    r"|\s(?:but|so|because|although|though|while|or)\b|\ssince (?=(?:i|we)\b)"
    r"|\s(?:since |until |from |as of )?(?:now|today|tonight|yesterday|tomorrow|this (?:morning|afternoon|evening))\b",
    re.IGNORECASE,
)
_TO_US = re.compile(
    r"\b(asked|called|contacted|emailed|e-mailed|messaged|paid|phoned|rang|reach|reached|rung|sent|texted|told|by|for|from|to|with)"
    r" you\b(?! (?:are|were|have|had|can|could|will|would|did|do|don't|didn't|said|told|people|guys|lot)\b)",
    re.IGNORECASE,
)
"""Places where "you" is surely the object: it becomes "us"."""
_THAT = re.compile(r"\bthat (?=(?:i|we|my|our|the|your)\b)", re.IGNORECASE)
"""Where it points at nothing."""
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_SHOUTED = re.compile(r"\b(?!I\b)[A-Z]{2,}(?:'[A-Z]+)?\b")
_SHORT_NAMES = frozenset(
    "AI CEO CT CV DIY DVD EU GP GPS HR ID IT MRI NHS PC PDF PIN SIM SMS TV UK UPS URL US USA USB VAT".split()
)
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
"""How 2 to 12 are said; a reply shows no figure that the draft doesn't show."""
_FIGURE = re.compile(r"(?<![\w.,:/-])(?:[2-9]|1[0-2])(?= [a-z])")
_TURNED = (
    (r"(?:i|we)(?: am|'m| are|'re)|\bim", "you're"),
    (r"(?:i|we) (?:was|were)", "you were"),
    (r"(?:i|we)(?:'ve| have)|\bive|\bweve", "you've"),
    (r"(?:i|we)'d", "you'd"),
    (r"i|we|me|us", "you"),
    (r"my|our", "your"),
    (r"mine|ours", "yours"),
    (r"myself", "yourself"),
    (r"ourselves", "yourselves"),
    (r"<us>", "us"),
    (r"your", "our"),
)
_TURNS = re.compile(
    "|".join(rf"(?<![\w'-])(?P<t{n}>{p})(?![\w'-])" for n, (p, _) in enumerate(_TURNED)),
    re.IGNORECASE,
)


class Echo(Entry):
    """One shape of clause, and what may be said of it."""

    id: Identifier
    pattern: str
    not_if: str = ""
    claims: bool = False
    frames: tuple[str, ...] = Field(min_length=1)
    finds: dict[str, str] = Field(min_length=1)
    leaves: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _frames_hold_the_clause(self) -> Self:
        for frame in self.frames:
            if len(re.findall(r"\{[Yy]ou\}", frame)) != 1 or frame[-1] != ".":
                raise ValueError(f"frames: {frame!r} needs {{you}} or {{You}} once and a full stop")
        return self

    def takes(self, clause: str) -> bool:
        """Whether a clause has this shape."""
        if not re.fullmatch(self.pattern, clause, re.IGNORECASE):
            return False
        return not (self.not_if and re.search(self.not_if, clause, re.IGNORECASE))


class EchoFile(Entry):
    """The checked file."""

    words: dict[str, str]
    refused: dict[str, str]
    echoes: tuple[Echo, ...]

    @cached_property
    def unsaid(self) -> frozenset[str]:
        """Words that no clause to give back may hold."""
        names = ("pointing", "heated", "private")
        return frozenset(word for name in names for word in self.refused[name].split())

    @cached_property
    def loose(self) -> frozenset[str]:
        """Words with which no whole clause ends."""
        return frozenset(self.refused["loose"].split())

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, raw: dict[str, object]) -> dict[str, object]:
        """Put `words` in for their names, each of which may use those above it."""
        words = raw.get("words")
        echoes = raw.get("echoes")
        if not isinstance(words, dict) or not isinstance(echoes, list):
            raise ValueError("needs `words` and `echoes`")

        def fill(pattern: object) -> str:
            return (
                re.sub(r"\{([a-z]+)\}", lambda m: str(words.get(m[1], m[0])), str(pattern))
                .replace("{{", "{")
                .replace("}}", "}")
            )

        return raw | {
            "echoes": [
                echo | {key: fill(echo[key]) for key in ("pattern", "not_if") if key in echo}
                for echo in echoes
            ]
        }


@cache
def load_echoes(path: Path = ECHOES) -> EchoFile:
    """Read and check the echoes; each example must come out as it says.

    Raises:
        PromptFileError: an entry is wrong, or one of its examples is.

    """
    book = read_entry(EchoFile, read_mapping(path), path.name)
    for echo in book.echoes:
        for clause, wanted in echo.finds.items():
            clause = _spell(clause)
            if not (echo.takes(clause) and _is_plain(clause, book) and turn(clause) == wanted):
                raise PromptFileError(f"{path.name}, {echo.id}: {clause!r} comes out otherwise")
        for clause in echo.leaves:
            if echo.takes(clause) and _is_plain(clause, book):
                raise PromptFileError(f"{path.name}, {echo.id}: takes {clause!r}")
    return book


def echo_openings(
    message: str, draft: str, seed: int, *, disputed: bool = False
) -> Iterator[Candidate]:
    """Yield openings made of the customer's own words, those of the first clause first.

    Where the draft has the matter `disputed`, nothing is given back that it may see differently. The
    same texts and seed give the same frames.
    """
    book = load_echoes()
    for clause in _clauses(message):
        for echo in book.echoes:
            if echo.takes(clause) and _is_plain(clause, book) and not (echo.claims and disputed):
                for frame in sorted(
                    echo.frames, key=lambda f: draw(f"{seed}|{f}|{draft}|{clause}")
                ):
                    text = _say(frame, turn(clause))
                    yield Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text, Source.PHRASEBOOK)
                break


def turn(clause: str) -> str:
    """Put a clause of the first person into the second: "my case" to "your case"."""

    def instead(match: re.Match[str]) -> str:
        return _TURNED[int((match.lastgroup or "t0")[1:])][1]

    return _TURNS.sub(instead, _TO_US.sub(r"\1 <us>", clause))


def _clauses(message: str) -> Iterator[str]:
    """Yield the beginning of each sentence that tells something."""
    for sentence in _SENTENCE.split(message.translate(_STRAIGHT)):
        if sentence.rstrip()[-1:] != "?":
            clause = _CLAUSE_END.split(_spell(sentence).strip(), maxsplit=1)[0]
            yield clause.strip().rstrip(".!").rstrip()


def _spell(clause: str) -> str:
    """Write figures as words, and put right what is often written wrongly ("cant")."""
    named = _FIGURE.sub(lambda figure: _NUMBERS[int(figure[0]) - 2], clause)
    return _WORD.sub(lambda word: _respell(word[0]), named)


def _respell(word: str) -> str:
    right = load_spellings().get(word.lower())
    if right is None:
        return word
    return right[0].upper() + right[1:] if word[0].isupper() else right


def _is_plain(clause: str, book: EchoFile) -> bool:
    """Whether a clause can be given back at all: whole, calm, of known words, about nobody else."""
    words = _WORD.findall(_TO_US.sub(r"\1 us", _THAT.sub("", clause)))
    small = [word.lower() for word in words]
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or re.search(r"[^\w\s',.%&/-]", clause):
        return False
    if set(_SHOUTED.findall(clause)) - _SHORT_NAMES or re.search(r"\d", clause):
        return False
    if any(word in book.unsaid for word in small) or words[-1] in book.loose:
        return False
    # A word with a capital may be a name; of the others, an unknown one is most likely mistyped.
    return all(word in known_words() or word[0].isupper() for word in words if word.isalpha())


def _say(frame: str, you: str) -> str:
    return frame.replace("{you}", you).replace("{You}", you[0].upper() + you[1:])
