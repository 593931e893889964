"""How near a reply is to a person's, without a neural model: chrF and SARI, both from 0 to 100.

chrF (M. Popović, WMT 2015) compares character n-grams, so a draft copied scores high: most of a
good reply is the draft. SARI (W. Xu et al., TACL 4, 2016) asks instead which word n-grams were
rightly kept, added and deleted, so that a copied draft gets nothing for the adding.
"""

import re
from collections import Counter
from functools import cache

from sacrebleu.metrics.chrf import CHRF

ORDERS = 4
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")

Grams = Counter[tuple[str, ...]]


def rate_chrf(reply: str, reference: str) -> float:
    """Return chrF2 with character 6-grams (sacrebleu's default)."""
    return float(_chrf().sentence_score(reply, [reference]).score)


@cache
def _chrf() -> CHRF:
    return CHRF()


def rate_sari(draft: str, reply: str, reference: str) -> float:
    """Return SARI against one reference, over lower-case words and marks up to 4-grams.

    Follows the authors' code but for two things, so that a reply that is the reference scores 100
    in any case: where nothing was done and nothing was to be done, that counts as 1 and not as 0;
    and a word rightly deleted once of twice is right, though it still stands in the reference.
    """
    texts = [_TOKEN.findall(text.lower()) for text in (draft, reply, reference)]
    scores = [_rate_order(*(_count(tokens, order) for tokens in texts)) for order in range(1, 5)]
    return 100 * sum(scores) / ORDERS


def _count(tokens: list[str], order: int) -> Grams:
    return Counter(zip(*(tokens[start:] for start in range(order)), strict=False))


def _rate_order(source: Grams, output: Grams, reference: Grams) -> float:
    """Return the mean of keep F1, delete precision and add F1 over the n-grams of one order."""
    kept, to_keep = source & output, source & reference
    deleted, to_delete = source - output, source - reference
    added, to_add = output.keys() - source.keys(), reference.keys() - source.keys()
    keep = delete = add = 1.0
    if kept or to_keep:
        both = kept & reference
        precision = _share(sum(both[gram] / kept[gram] for gram in both), len(kept))
        keep = _f1(precision, _share(sum(both[g] / to_keep[g] for g in both), len(to_keep)))
    if deleted or to_delete:
        both = deleted & to_delete
        delete = _share(sum(both[gram] / deleted[gram] for gram in both), len(deleted))
    if added or to_add:
        right = len(added & to_add)
        add = _f1(_share(right, len(added)), _share(right, len(to_add)))
    return (keep + delete + add) / 3


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0
