"""The greeting is found on its own line and in front of the first sentence, and nothing else is."""

import pytest

from drafting.draft import Draft, parse

BODY = "Your parcel was sent back to us."


def greeting_of(draft: Draft) -> str | None:
    return draft.text[slice(*draft.greeting)] if draft.greeting else None


def sentences_of(text: str) -> list[str]:
    return [sentence.text for sentence in parse(text).sentences]


@pytest.mark.parametrize(
    "greeting",
    [
        "Dear Ms Adeyemi,",
        "Dear Mr. T. Halvorsen,",
        "Dear Elif and Can,",
        "Dear Sir or Madam,",
        "Dear parents of [[pupil]],",
        "Dear {{ customer.title }} {{ customer.last_name }},",
        "Hi {{first_name}},",
        "Hi {%customer.firstName,fallback=there%},",
        "Hi ##requester.name##,",
        "Hi *|FNAME|*,",
        "Hi there",
        "hi sam",
        "hey mrs dunne",
        "Hi @kestrel,",
        "Hello",
        "Hello hello!",
        "Hey team -",
        "Hey Jonas 👋",
        "Good morning,",
        "Good evening Mrs Oyelaran.",
        "Guten Tag Frau X,",
        "Sehr geehrte Damen und Herren,",
        "Hi, Anna!",
        "Hallo",
        "Bonjour",
        "Bonjour Madame Petit,",
        "To whom it may concern:",
        "To the account holder,",
        "TO: {{sender.name}}",
        "Attention all members:",
        "Mr. Petrov,",
        "Captain,",
        "ALL,",
        "Applicant:",
        "[[username]],",
        "{{salutation}}",
    ],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n", "\r\n\r\n"])
def test_a_greeting_line_is_kept_apart(greeting: str, gap: str) -> None:
    draft = parse(greeting + gap + BODY)
    assert greeting_of(draft) == greeting
    assert [sentence.text for sentence in draft.sentences] == [BODY]


@pytest.mark.parametrize(
    ("text", "greeting", "first"),
    [
        ("Hi Anna, your order is late.", "Hi Anna,", "your order is late."),
        ("hi anna, ur order is late", "hi anna,", "ur order is late"),
        ("Hi, Anna! Your order is late.", "Hi, Anna!", "Your order is late."),
        ("Hello, we looked into it.", "Hello,", "we looked into it."),
        ("Hi {{name}}, we looked into it.", "Hi {{name}},", "we looked into it."),
        ("Dear guests of {{hotel}}, the pool is shut.", "Dear guests of {{hotel}},", None),
        ("Good morning! The pool is shut.", "Good morning!", "The pool is shut."),
        ("Hey team - the pool is shut.", "Hey team -", "the pool is shut."),
        ("Hi Mr. Tran. The pool is shut.", "Hi Mr. Tran.", "The pool is shut."),
        ("@kestrel - closing this one.", "@kestrel -", "closing this one."),
        (":wave: @kestrel — closing this one.", ":wave: @kestrel —", "closing this one."),
        ("Mrs Novak, We close at six.", "Mrs Novak,", "We close at six."),
        ("To whom it may concern, the case is shut.", "To whom it may concern,", None),
    ],
)
def test_a_greeting_before_the_first_sentence_is_cut_off(
    text: str, greeting: str, first: str | None
) -> None:
    draft = parse(text)
    assert greeting_of(draft) == greeting
    assert len(draft.sentences) == 1
    assert first is None or draft.sentences[0].text == first


@pytest.mark.parametrize(
    "text",
    [
        "hi we cant help",
        "hi we\ncant help",
        "hello your parcel\nis lost",
        "Hello we cannot refund this",
        "Hi parcel is lost.",
        "Dear customer service was closed",
        "Thanks for contacting us!",
        "Thanks, we have your form.",
        "Unfortunately,\nyour claim is too late.",
        "{{host.name}}, the club that you joined, has closed.",
        "Attention: your account is closed.",
        "Dr Lenz, who saw you, has left.",
    ],
)
def test_a_sentence_is_no_greeting(text: str) -> None:
    draft = parse(text)
    assert draft.greeting is None
    assert draft.sentences


def test_only_a_greeting_has_no_sentence() -> None:
    draft = parse("Hi Anna,\n")
    assert greeting_of(draft) == "Hi Anna,"
    assert draft.sentences == ()


@pytest.mark.parametrize(
    "title",
    [
        "Your authorisation request was declined",
        "There is a problem with the long file that you sent us last night",
        "SUBJECT: We close your account.",
        "Betreff: Kündigung",
        "From: Support\nTo: Ann\nSubject: Your claim",
        "{{service}} update",
    ],
)
def test_a_subject_line_may_stand_above_the_greeting(title: str) -> None:
    draft = parse(f"{title}\n\nDear {{{{name}}}}\n\n{BODY}")
    assert greeting_of(draft) == "Dear {{name}}"
    assert [sentence.text for sentence in draft.sentences] == [BODY]


def test_a_sentence_above_hides_the_greeting() -> None:
    assert sentences_of("We close.\n\nHi Anna,\n\nBye now.")[0] == "We close."
    assert parse("We close.\n\nHi Anna,\n\nBye now.").greeting is None
