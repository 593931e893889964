"""Findings stand where their text stands, keep off facts and kind drafts, and see what lacks."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.draft import Draft, parse
from drafting.findings import Finding, already_kind, find_findings, find_in_sentence
from drafting.labels import Label
from drafting.wording import Missing, Rule, load_rules, load_wording
from models.training.rows import Row
from tests.drafts import any_drafts, real_drafts, rows

STRUCTURAL = load_wording().structural
MISSING = [
    ("missing_acknowledgement", STRUCTURAL.missing_acknowledgement),
    ("missing_next_step", STRUCTURAL.missing_next_step),
]
QUOTED = "\n\nOn Tue, 3 Mar 2026 at 10:12, Ann Lee <a@b.example> wrote:\n> "


def rules_of(found: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in found}


def write(row: Row) -> Draft:
    """Return a row's draft as it would be typed, list items on lines of their own."""
    paragraphs = ["\n".join(paragraph) for paragraph in row.paragraphs]
    text = "\n\n".join(part for part in (row.greeting, *paragraphs, row.closing) if part)
    return parse(text + (QUOTED + row.customer_message if row.customer_message else ""))


def texts(op: str, share: int) -> list[str]:
    """Return the draft's sentences that every `share`-th row treats so, without list items."""
    return [
        row.sentences[step.source - 1]
        for row in rows()[::share]
        for step in row.script
        if step.op == op and step.source and not row.sentences[step.source - 1].startswith("-")
    ]


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.id)
def test_examples_of_a_rule_are_findings_of_a_sentence(rule: Rule) -> None:
    for text in rule.finds:
        found = find_in_sentence(text)
        assert found
        assert rule.fallback or rule.id in rules_of(found), text
    for text in rule.leaves:
        assert rule.id not in rules_of(find_in_sentence(text))


def test_shouting_finds_its_examples_and_no_others() -> None:
    for text in STRUCTURAL.shouting.finds:
        assert "shouting" in rules_of(find_in_sentence(text))
    for text in STRUCTURAL.shouting.leaves:
        assert not find_in_sentence(text)


@pytest.mark.parametrize(("name", "missing"), MISSING)
def test_missing_parts_are_seen_as_in_the_examples(name: str, missing: Missing) -> None:
    for text in missing.finds:
        assert name in rules_of(find_findings(parse(text)))
    for text in missing.leaves:
        assert name not in rules_of(find_findings(parse(text)))


@given(any_drafts())
@settings(max_examples=80, deadline=None)
def test_every_finding_stands_where_its_text_stands(text: str) -> None:
    draft = parse(text)
    found = find_findings(draft)
    by_index = {sentence.index: sentence for sentence in draft.sentences}
    assert [finding.span for finding in found] == sorted(finding.span for finding in found)
    for finding in found:
        start, end = finding.span
        assert text[start:end] == finding.text
        if finding.sentence is None:
            assert start == end
            assert finding.rule.startswith("missing_")
        else:
            span = by_index[finding.sentence].span
            assert span[0] <= start < end <= span[1]
    assert already_kind(draft) == (not found)


@given(any_drafts())
@settings(max_examples=40, deadline=None)
def test_findings_never_overlap(text: str) -> None:
    spans = [finding.span for finding in find_findings(parse(text)) if finding.text]
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(st.sampled_from(texts("rewrite", 20)), st.sampled_from(["{{x}}", "https://x.example/y"]))
@settings(max_examples=50, deadline=None)
def test_a_sentence_alone_is_judged_as_in_a_draft(sentence: str, fact: str) -> None:
    draft = parse(f"Dear Ann,\n\nThe page is {fact} for you.\n\n{sentence}\n\nBest,\nSam")
    alone = [(finding.rule, finding.text) for finding in find_in_sentence(sentence)]
    if any(part.text == sentence for part in draft.sentences):
        place = next(part for part in draft.sentences if part.text == sentence)
        within = [f for f in find_findings(draft) if f.sentence == place.index]
        assert [(finding.rule, finding.text) for finding in within] == alone


def test_kind_drafts_give_no_findings() -> None:
    kind = [row for row in rows() if all(step.op == "keep" for step in row.script)]
    flagged = [row.id for row in kind if not already_kind(write(row))]
    assert len(kind) > 50
    # Of these, 80 were written to look like what the rules are after: a kind refusal, a harmless
    # "policy" or "must", and some are all in small letters. 59 of 350 were flagged when this was
    # measured, 110 of 489 with `curt`, where some kept sentences are curt.
    assert len(flagged) <= 0.24 * len(kind), flagged


def test_sentences_that_were_rewritten_mostly_carry_a_finding() -> None:
    sentences = texts("rewrite", 9)
    # Measured: 50 in 100 (57 before the mails full of sneers came). Cold fragments and jibes have no
    # set words that a rule could find.
    assert sum(bool(find_in_sentence(text)) for text in sentences) >= 0.48 * len(sentences)


def test_sentences_that_were_kept_hardly_ever_carry_a_finding() -> None:
    sentences = texts("keep", 9)
    assert sum(bool(find_in_sentence(text)) for text in sentences) < 0.08 * len(sentences)


def test_real_replies_are_read_without_harm() -> None:
    for text in real_drafts()[::7]:
        for finding in find_findings(parse(text)):
            assert text[slice(*finding.span)] == finding.text


@pytest.mark.parametrize(
    ("text", "rule", "span"),
    [
        ("Per our policy, refunds end after 30 days.", "policy_shield", (0, 14)),
        ("You failed to attach the receipt.", "blame", (0, 20)),
        ("You claim that the parcel is lost.", "suspicion", (0, 14)),
        ("Obviously you need to log in first.", "talking_down", (0, 9)),
        ("Remit payment within 14 days.", "legalese", (0, 5)),
        ("Request denied.", "cold_refusal", (8, 14)),
        ("Contact billing.", "passing_on", (0, 15)),
        ("I understand your frustration.", "canned_empathy", (0, 29)),
        ("Send the form.", "command", (0, 4)),
        ("The form is STILL missing.", "shouting", (12, 17)),
        ("That is late!!", "shouting", (12, 14)),
        ("WE HAVE MOVED YOUR TENT.", "shouting", (0, 24)),
        ("We take privacy very seriously.", "hollow_service", (0, 30)),
        ("Late slips will not be processed.", "impersonal_passive", (11, 32)),
        ("Case closed.", "finality", (0, 11)),
        ("You can pay today or else.", "threat_tone", (18, 25)),
        ("Picker error.", "hidden_mistake", (0, 12)),
    ],
)
def test_what_is_pointed_out(text: str, rule: str, span: tuple[int, int]) -> None:
    found = [finding for finding in find_in_sentence(text) if finding.rule == rule]
    assert [finding.span for finding in found] == [span]
    assert found[0].advice
    assert isinstance(found[0].label, Label)


@pytest.mark.parametrize(
    "text",
    [
        'The screen then says "Request denied" for a moment.',
        "You'll find it at https://help.example/you-failed-to/per-our-policy today.",
        "Your note {{ per our policy denied }} is here.",
        "The log says `request denied, final` there.",
        "Your VPN, the GDPR form and the API key are in the PDF.",
        "Your IT department and our US office have it.",
        "Please do not use the lift today.",
        "Could you send us the form?",
        "Let me know which day suits you, and I'll book it.",
        "I'm sorry that we sent it to the wrong town.",
        "I'm not able to refund this, and that decision is final.",
        "Your insurance policy starts on Monday.",
        "Thank you for the photos!",
        "Don't worry about the old key.",
        "You will not be charged for June.",
        "",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert find_in_sentence(text) == ()


def test_a_fact_in_a_sentence_hides_nothing_else() -> None:
    found = find_in_sentence('You failed to click "Request denied" there.')
    assert [finding.text for finding in found] == ["You failed to click"]


def test_the_text_of_a_finding_is_the_drafts_own() -> None:
    line = "On the day of the visit to your flat in the north of the town, you didn’t"
    text = (
        f"Dear Ann,\n\n{line}\nread the card that our engineer had left at the door of the house.\n"
    )
    blame = next(finding for finding in find_findings(parse(text)) if finding.rule == "blame")
    assert blame.text == "you didn’t\nread"
    assert blame.span == (text.index("you didn"), text.index(" the card"))
    assert blame.sentence == 1


def test_the_longest_of_overlapping_findings_stays() -> None:
    assert [f.text for f in find_in_sentence("Sorry for any inconvenience caused.")] == [
        "Sorry for any inconvenience caused"
    ]


def test_a_fallback_rule_gives_way_to_a_better_one() -> None:
    assert rules_of(find_in_sentence("No refunds.")) == {"cold_refusal"}
    assert rules_of(find_in_sentence("Nobody there.")) == {"telegram"}


def test_list_items_may_be_plain_commands() -> None:
    draft = parse(
        "Hi Ann,\n\nHere is how it works:\n\n- Send the form.\n- Check the spam folder.\n"
    )
    assert [sentence.kind for sentence in draft.sentences][-2:] == ["item", "item"]
    assert not any(finding.rule == "command" for finding in find_findings(draft))
    assert rules_of(find_in_sentence("Send the form.")) == {"command"}


def test_greeting_sign_off_and_history_are_not_searched() -> None:
    draft = parse(
        "DEAR VALUED CUSTOMER,\n\nYour table is ready.\n\nKind regards,\nThe Final Notice Team"
        + QUOTED
        + "Per your policy you failed to answer me."
    )
    assert not [finding for finding in find_findings(draft) if finding.text]


def test_an_acknowledgement_is_missed_at_the_first_sentence() -> None:
    draft = parse("Dear Ann,\n\nYour request is denied. You can ask again in May.\n")
    missing = next(f for f in find_findings(draft) if f.rule == "missing_acknowledgement")
    assert missing.span == (11, 11)
    assert (missing.text, missing.sentence, missing.label) == ("", None, Label.ACKNOWLEDGEMENT)


def test_a_next_step_is_missed_after_the_last_sentence() -> None:
    text = "Dear Ann,\n\nYour request is denied."
    missing = next(f for f in find_findings(parse(text + "\n")) if f.rule == "missing_next_step")
    assert missing.span == (len(text), len(text))
    assert (missing.sentence, missing.label) == (None, Label.NEXT_STEPS)


@pytest.mark.parametrize(
    ("opening", "missed"),
    [
        ("I'm sorry that this is the answer.", False),
        ("Waiting so long must have been tiring.", False),
        ("Thank you for telling us about the leak.", False),
        ("I can see why the fee is a surprise.", False),
        ("You're right about the date.", False),
        ("We're sorry for any inconvenience.", True),
        ("Thank you for your email.", True),
        ("I understand your frustration.", True),
        ("The shop opens at nine.", True),
    ],
)
def test_a_set_phrase_is_no_acknowledgement(opening: str, missed: bool) -> None:
    found = find_findings(parse(f"{opening} We can't refund the lamp.\n"))
    assert ("missing_acknowledgement" in rules_of(found)) is missed


@pytest.mark.parametrize(
    ("closing", "missed"),
    [
        ("If something looks wrong to you, just reply to this message.", False),
        ("Which day suits you?", False),
        ("I'll call you on Monday.", False),
        ("Please send us the receipt.", False),
        ("Contact the shop.", False),
        ("The fee is $20.", True),
    ],
)
def test_a_next_step_a_question_or_an_open_door_is_enough(closing: str, missed: bool) -> None:
    found = find_findings(parse(f"Your request is denied. {closing}\n"))
    assert ("missing_next_step" in rules_of(found)) is missed


def test_a_customer_in_trouble_wants_an_acknowledgement() -> None:
    reply = "Your lamp left our warehouse today."
    assert already_kind(parse(reply))
    assert already_kind(parse(reply + QUOTED + "What a lovely lamp, thanks."))
    worried = parse(reply + QUOTED + "I've waited three weeks and nobody answers!!")
    assert rules_of(find_findings(worried)) == {"missing_acknowledgement"}


SCRATCHED = "Someone scratched my car in your car park."


@pytest.mark.parametrize(
    ("reply", "missed"),
    [
        ("Parking is at your own risk. Read the terms.", True),
        ("I'm sorry about your car. Parking is at your own risk. Read the terms.", False),
        ("The car park has no cameras, and I can send you the form tomorrow.", False),
    ],
)
def test_a_curt_reply_to_a_known_occasion_wants_an_acknowledgement(
    reply: str, missed: bool
) -> None:
    found = find_findings(parse(reply), SCRATCHED)
    assert ("missing_acknowledgement" in rules_of(found)) is missed
    assert "missing_acknowledgement" not in rules_of(find_findings(parse(reply), "Where is it?"))


TROUBLES = (
    "I can smell gas in the kitchen.",
    "There is a smell of gas in the hallway.",
    "We smell gas near the meter.",
    "I think there's a gas leak in the basement.",
    "Gas is leaking from the cooker.",
    "The carbon monoxide alarm went off in the bedroom.",
    "There's smoke coming from the socket.",
    "Smoke is coming out of the charger.",
    "The dryer is smoking.",
    "The charger burst into flames.",
    "The heater caught fire last night.",
    "The plug is on fire, what do I do?",
    "There was a fire in our flat on Sunday.",
    "We had a house fire in May.",
    "The kitchen is flooded.",
    "Water is pouring through the ceiling.",
    "Our basement flooded on Sunday.",
    "we buried dad on friday and his phone line is open",
    "The funeral is on Tuesday.",
    "My nan was cremated yesterday.",
    "The cremation is on Monday.",
    "I lost my husband in March.",
    "We lost our baby in June.",
    "we lost our daughter to cancer last year",
    "my mum passed away on Friday",
    "My late wife had an account with you.",
    "I had a miscarriage in week 20.",
    "Our son was stillborn.",
    "I am bleeding after the procedure.",
    "She was found unconscious in the pool.",
    "He passed out in the queue.",
    "I have chest pains since the new tablets.",
    "I want to kill myself.",
    "My brother took his own life.",
    "He tried to commit suicide.",
    "I feel suicidal.",
    "My mother is in a hospice.",
    "He is terminally ill.",
    "My wife's illness is terminal.",
    "I was diagnosed with MS in March.",
    "She got her diagnosis on Monday.",
    "My dad is in hospital.",
    "Our son is in intensive care.",
    "Our house was broken into on Friday.",
    "We were burgled last night.",
    "I was assaulted by the driver.",
    "I was mugged outside the store.",
    "My husband died in May.",
    "Our dad passed in November.",
    "The cable sparks when I plug it in.",
    "I got an electric shock from the lamp.",
    "My daughter swallowed the battery.",
    "He choked on a small part.",
)
NO_TROUBLES = (
    "How do I fire up the app?",
    "The battery is a dead battery type, do you sell it?",
    "I lost my password.",
    "What is on my son's account?",
    "The smoke test passed.",
    "Where is my gas bill?",
    "When is the gas bill due?",
    "How do I change my gas supplier?",
    "Is there a fire door on each floor?",
    "Do you sell smoke alarms?",
    "Where do I find the smoke detector manual?",
    "Can I order the flame red jacket?",
    "How do I open a terminal?",
    "Which terminal does the bus leave from?",
    "The Terminal 2 desk is where?",
    "Run the command in the terminal.",
    "Can you reset the diagnostics?",
    "The app's diagnosis page shows OK.",
    "My mother's account is with you.",
    "Can my husband use my card?",
    "We fired up the grill, it works great.",
    "Please fire the webhook at noon.",
    "The inbox is flooded with your newsletters.",
    "Do you buy flood insurance?",
    "The treasure is buried in level 3.",
    "The setting is buried in the menu.",
    "I love the gas grill.",
    "The fire TV stick works.",
    "Fire sale prices, please.",
    "Does the phone have a bleeding edge chip?",
    "The colours bleed a little.",
    "My partner account is verified.",
    "Do you ship to Father's Day?",
    "Mother's Day flowers, please.",
    "The brother printer is ready.",
    "I passed the course.",
    "The date has passed, can I get a new one?",
    "Send the sister company a copy.",
    "How do I kill the process?",
    "Can I kill the job from the menu?",
    "My chest of drawers arrived.",
    "The bleed valve is where?",
    'What does the error "unconscious bias" course cost?',
    "Please break into two parcels.",
    "Can I change my life insurance online?",
    "Where do I take my life insurance papers?",
    "The stroke width is set where?",
    "Is there a break-in period for the boots?",
    "Thanks for following me on the forum!",
    "Does the toy have a choking hazard label?",
    "The flyers were passed out at the door.",
    "The grill is smoking hot, love it.",
    "Is there a fire drill in May?",
)


@pytest.mark.parametrize("message", TROUBLES)
def test_grief_and_danger_want_an_acknowledgement(message: str) -> None:
    found = find_findings(parse("The form is on our website. The office opens at nine."), message)
    assert rules_of(found) == {"missing_acknowledgement"}


@pytest.mark.parametrize("message", NO_TROUBLES)
def test_words_of_grief_and_danger_alone_want_none(message: str) -> None:
    assert not find_findings(
        parse("The form is on our website. The office opens at nine."), message
    )


def test_an_empty_draft_is_kind() -> None:
    assert already_kind(parse(""))
    assert already_kind(parse("\n\n{{signature}}\n"))


def test_a_long_sentence_is_read_in_time() -> None:
    for word in ("per our ", "please read a ", "no ", "You failed to a, ", "STILL ", "!! ", "= "):
        assert len(find_in_sentence(word * 400)) <= 800


def test_findings_hold_nothing_but_plain_values() -> None:
    (finding,) = find_in_sentence("You failed to sign.")
    values = (finding.rule, finding.text, finding.span, finding.advice, finding.label)
    assert json.loads(json.dumps(values)) == [*values[:2], list(finding.span), *values[3:]]


def test_a_command_is_kindly_meant_in_a_kind_mail_with_nothing_else_wrong() -> None:
    kind = "I'm so sorry about Biscuit. When you feel ready, ring the side door bell."
    assert find_findings(parse(kind)) == ()
    assert "command" in rules_of(find_findings(parse(f"{kind} We do not negotiate.")))
    assert "command" in rules_of(find_findings(parse("When you arrive, ring the side door bell.")))


@pytest.mark.parametrize(
    ("draft", "message", "missed"),
    [
        ("Your claim is declined.", "Where is it??", {"acknowledgement", "next_step"}),
        ("Your claim is declined.", "I'll burn your shop down.", set()),
        ("Your claim is declined.", "Then there is nothing left for me.", set()),
        ("Because it is late. Your claim is declined.", "Why??", {"next_step"}),
    ],
)
def test_what_may_not_be_inserted_is_not_missing(
    draft: str, message: str, missed: set[str]
) -> None:
    rules = rules_of(find_findings(parse(draft), message))
    assert {rule for rule in rules if rule.startswith("missing")} == {
        f"missing_{m}" for m in missed
    }
