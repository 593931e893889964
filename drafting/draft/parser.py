"""From a text to a draft: the layout finds the parts, the splitter the sentences."""

from collections.abc import Iterator, Sequence

from drafting.draft.document import NO_HINTS, Draft, Hints, Sentence
from drafting.draft.layout import Layout, lay_out
from drafting.draft.sentences import split_sentences
from drafting.draft.signature import is_signed_phrase
from drafting.draft.verbatim import hide_control_lines
from drafting.facts import Span, find_atoms, join_spans


def parse(text: str, hints: Hints = NO_HINTS) -> Draft:
    """Take a plain-text draft apart. Any text is a draft; one without words has no sentences."""
    atoms = join_spans([*find_atoms(hide_control_lines(text)), *hints.atoms])
    layout = lay_out(text, atoms, hints)
    sentences = tuple(_read_sentences(text, layout, atoms))
    sign_off = layout.sign_off
    if sign_off is None and len(sentences) > 1 and is_signed_phrase(sentences[-1].text):
        *_, last = sentences  # "..., it is on its way. Kind regards, Sam"
        sentences, sign_off = sentences[:-1], last.span
    return Draft(text, sentences, layout.greeting, sign_off, layout.history)


def _read_sentences(text: str, layout: Layout, atoms: Sequence[Span]) -> Iterator[Sentence]:
    """Number the sentences of all flows, and the paragraphs that hold any."""
    index, paragraph, place = 0, -1, -1
    for flow in layout.flows:
        for start, end in split_sentences(text, flow.span, atoms):
            if flow.paragraph != place:
                place, paragraph = flow.paragraph, paragraph + 1
            index += 1
            yield Sentence(index, text[start:end], (start, end), paragraph, flow.kind)
