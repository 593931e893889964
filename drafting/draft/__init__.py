"""Take a draft apart into greeting, sentences, sign-off and quoted history; rewrites nothing."""

from drafting.draft.document import Draft, Hints, Sentence, SentenceKind
from drafting.draft.parser import parse

__all__ = ["Draft", "Hints", "Sentence", "SentenceKind", "parse"]
