"""The four intentions that a change can have; prompts, results, styles and docs share them."""

from enum import StrEnum


class Label(StrEnum):
    """What a change is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    """Names what this is like for the customer, or owns a mistake that the draft admits."""

    BENEFIT_OF_THE_DOUBT = "benefit_of_the_doubt"
    """Takes blame, suspicion or talking-down out."""

    NEXT_STEPS = "next_steps"
    """Says who does what next, or opens the door to a question."""

    EXPLANATION = "explanation"
    """Puts policy wording, jargon or a bare refusal into plain words, with the same decision."""
