"""Whatever weights write, a mail keeps its bytes around the text, and its facts in it."""

from drafting.mail import read_mail, write_mail
from drafting.rewriter import Rewriter
from tests.mails.comparing import find_changed, hollow, read_with_email
from tests.mails.corpus import corpus
from tests.tiny import random_engine

NAMES = sorted(corpus())[::7]


def squeeze(text: str) -> str:
    return "".join(text.split())


def test_random_weights_break_no_mail() -> None:
    mails = [read_mail(corpus()[name]) for name in NAMES]
    results = Rewriter(random_engine("babbling")).rewrite(
        [mail.request(candidates=1) for mail in mails]
    )
    for name, mail, result in zip(NAMES, mails, results, strict=True):
        after = write_mail(mail, result).data
        changed = find_changed(corpus()[name], after)
        assert hollow(corpus()[name], changed, heads=True) == hollow(after, changed, heads=True)
        for number in changed:
            kind, text = read_with_email(after)[number]
            for fact in result.facts:
                if kind == "text/plain" and "@" not in fact.text:
                    assert squeeze(fact.text) in squeeze(str(text))
