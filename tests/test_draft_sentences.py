"""Sentences are cut where they end, and nowhere else."""

import pytest

from drafting.draft import parse
from drafting.draft.sentences import split_sentences


def sentences_of(text: str) -> list[str]:
    return [sentence.text for sentence in parse(text).sentences]


@pytest.mark.parametrize(
    "sentences",
    [
        ["We close at six.", "Come back tomorrow."],
        ["Really?!", "Yes.", "Stop!!!", "No means no."],
        ["Ask Mr. Lindqvist, Dr. Osei or Prof. Bell.", "They know."],
        ["See e.g. page 4, i.e. the table.", "It takes approx. two days."],
        ["It is No. 5 on the list.", "No. 6 is gone."],
        ["You may say no.", "We can't stop you."],
        ["See p. 12, cl. 4 and Art. 17 of the terms.", "They are short."],
        ["Vellum Inc. made it.", "We only sell it for Vellum Inc.", "The maker must pay."],
        ["It costs $4.50 or 3.20 EUR.", "It was 2.5 kg."],
        ["Call before 4 p.m. on Monday.", "We close at 4 p.m.", "His train leaves then."],
        ["Well... we tried.", "Wait...", "We did it."],
        ["Hmm… maybe.", "Then no…", "Fine."],
        ["It left on 27/11/2024.", "keep the box", "The next came at 17:00."],
        ["The limit is 60 req/min.", "Slow down.", "Wait 5 min.", "Then retry."],
        ["HR made a mistake, says HR.", "Employees may appeal."],
        ["This is under the T&C.", "Can't change it."],
        ['He wrote "No. Never." to us.', '"Read it."', "Then sign."],
        ["(Keep the box. We need it.)", "Send it back."],
        ["You said it was late (it was.)", "We paid."],
        ["**Send it now.**", "_Then wait._", "We write."],
        ["All done 😊.", "Thanks again! 😊", "See you! :-)", "Bye."],
        ["Plan B. We like it."],
        ["The lawyer T. Marsh wrote to you.", "Answer him."],
        ["{{name}} left.", "Ask {{agent}}.", "{{team}} knows."],
        ["Look at https://a.example/b.c?d=1.", "It's at www.shop.example.", "Mail a.b@c.example."],
        ["Use `a. B` as the name.", "Nothing else."],
        ["The fee is $5.", "$3 of it is tax.", "41 bills are open."],
        ["Zahlen Sie bis zum 3. März.", "Am 5. Mai sperren wir.", "Sie wohnen im 2. Stock."],
        ["お客様。", "ありがとうございます。"],
    ],
)
def test_sentences_of_a_paragraph(sentences: list[str]) -> None:
    text = " ".join(sentences).replace("Plan B. We", "Plan B. We")
    expected = ["Plan B.", "We like it."] if sentences[0].startswith("Plan") else sentences
    if "keep the box" in sentences:
        expected = [*sentences[:1], "keep the box The next came at 17:00."]
    assert sentences_of(text) == expected
