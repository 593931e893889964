"""The question behind a filling, with which a model that learnt it judges what it wrote."""

from dataclasses import dataclass
from itertools import takewhile

from drafting.errors import PromptFileError
from drafting.prompt import Template
from models.encoding import Encoder


@dataclass(frozen=True, slots=True)
class Question:
    """What follows a filling's end token, and the two tokens that answer it."""

    tokens: tuple[int, ...]
    right: int
    """The token that says yes."""
    wrong: int


def make_question(template: Template, encoder: Encoder) -> Question | None:
    """Return the question that follows each filling; None where the template has none.

    What both answers begin with (a space, for some tokenizers) belongs to the question.

    Raises:
        PromptFileError: one answer is the beginning of the other.

    """
    if not template.judge:
        return None
    answers = [encoder.plain(answer) for answer in (template.right, template.wrong)]
    both = zip(*answers, strict=False)
    shared = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], both)]
    if len(shared) == min(map(len, answers)):
        raise PromptFileError(
            f"One of the answers {template.right!r} and {template.wrong!r} of a template begins with "
            "the other. Write others, or leave `judge` out."
        )
    right, wrong = (answer[len(shared)] for answer in answers)
    return Question((*encoder.plain(template.judge), *shared), right, wrong)
