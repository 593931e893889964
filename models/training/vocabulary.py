"""Write the words that the worked rewrites are made of into `prompts/vocabulary.txt`.

    python -m models.training.vocabulary

Those of mails to train on only, so that held-out mails are judged as any other mail is.
"""

from collections.abc import Iterable

from drafting.verification.known_words import VOCABULARY, split_words
from models.training.rows import Row, load_rows, split_rows

HEAD = (
    "# Words of the worked rewrites, one a line; made by `python -m models.training.vocabulary`.\n"
)


def collect(rows: Iterable[Row]) -> str:
    """Return the vocabulary's text: all words of sentences and rewrites, sorted."""
    words = {
        word
        for row in rows
        for text in (*row.sentences, *(step.text or "" for step in row.script))
        for word in split_words(text)
    }
    return HEAD + "".join(f"{word}\n" for word in sorted(words))


if __name__ == "__main__":
    VOCABULARY.write_text(collect(split_rows(load_rows())[0]), encoding="utf-8")
