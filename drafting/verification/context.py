"""What a check is told about the slot that a candidate wants to fill, and what it answers."""

from dataclasses import dataclass, field

from drafting.facts import Fact, FactKind


@dataclass(frozen=True, slots=True)
class Context:
    """The place of a slot: its sentence and all that surrounds it.

    `sentence` is None for the opening and the closing. `draft` is the whole draft as written,
    `facts` are the facts of the sentence.
    """

    sentence: str | None
    draft: str
    customer_message: str | None = None
    facts: tuple[Fact, ...] = field(default=())

    @property
    def names(self) -> frozenset[str]:
        """The words of the sentence that are known to be names."""
        return frozenset(fact.text for fact in self.facts if fact.kind is FactKind.NAME)

    @property
    def source(self) -> str:
        """The sentence, or an empty string for a slot that has none."""
        return self.sentence or ""

    @property
    def surroundings(self) -> str:
        """The draft and the customer's message: whatever may be spoken of."""
        return f"{self.draft}\n{self.customer_message or ''}"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a candidate is not used: a stable code, and a sentence for a note without any mail text."""

    code: str
    message: str
