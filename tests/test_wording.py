"""The wording file holds what its examples say, fits a grammar, and names a wrong entry."""

import copy
import re
from typing import Any

import llguidance
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.wording import (
    WORDING_FILE,
    Avoided,
    Rule,
    avoided_phrases,
    even_out,
    find_avoided,
    load_rules,
    load_wording,
    parse_wording,
)
from tests.drafts import rows

AVOID = load_wording().avoid
FINDS = [(rule, text) for rule in load_rules() for text in rule.finds]
LEAVES = [(rule, text) for rule in load_rules() for text in rule.leaves]
FAMILIES = {
    "policy_shield", "blame", "suspicion", "talking_down", "legalese", "cold_refusal", "passing_on",
    "canned_empathy", "command", "hollow_service", "impersonal_passive", "finality", "threat_tone",
}  # fmt: skip
NEVER = (
    "I know how you feel.", "I understand, Ms Okafor.", "I understand your frustration.",
    "I'm sorry you feel that way.", "I'm sorry that you feel that way.", "Sorry for any inconvenience.",
    "Please calm down.", "As I already said, it is late.", "It is our policy.", "That is company policy.",
    "Per policy, it ends.", "Per our terms, it ends.", "The policy states that.", "You failed to sign.",
    "You should have called.", "You neglected it.", "As a valued customer, you know.",
    "Rest assured.", "Obviously not.", "As you should know, it ends.", "Not at this point in time.",
    "Please be advised.", "Kindly send it.", "Do the needful.", "Thanks for reaching out.",
    "We will make sure that it works.", "We guarantee it.", "We will call as soon as possible.",
    "Don't hesitate to call.", "Do not hesitate to call.", "Feel free to contact us.",
    "We appreciate your patience.", "Thank you for your understanding.", "We value your feedback.",
    "I hope this helps.", "I understand how hard it is.", "We sincerely apologize.",
    "We truly apologise.", "Happy to assist.", "As an AI, no.", "I am a language model.",
    "Dear customer.", "No worries.", "Sorry, my friend.", "We look forward to hearing from you.",
    "It is in your best interest.",
)  # fmt: skip
CLEAN = (
    "Unfortunately, we can't refund this.", "I'm sorry that the parcel came late.",
    "I'm happy to help with the form.", "Please tell us if the date doesn't suit you.",
    "I can see why a charge that you didn't expect is upsetting.", "We can't approve your request.",
    "Waiting three weeks for a parcel must be frustrating.", "You can write to us at any time.",
    "Your travel insurance starts on Monday.", "Thank you for telling us what happened.",
)  # fmt: skip


def small() -> dict[str, Any]:
    """Return the smallest wording that can be used."""
    structural = yaml.safe_load(WORDING_FILE.read_text("utf-8"))["structural"]
    for name in ("missing_acknowledgement", "missing_next_step"):
        structural[name] = structural[name] | {"needed_by_rules": [], "met_by_rules": []}
    rule = {
        "id": "rude", "label": "explanation", "advice": "Say it as you would to a guest.",
        "patterns": "go away\nget (?P<mark>lost)", "finds": ["Go away!", "Get lost."],
        "leaves": ["The bus goes away.", "Good day."],
    }  # fmt: skip
    phrase = {
        "id": "rude", "label": "explanation", "reason": "Nobody wants it.", "pattern": "go away",
        "example": "Please go away.", "allows": "It goes away.",
    }  # fmt: skip
    return {"rules": [rule], "structural": structural, "avoid": [phrase]}


def refused(wording: dict[str, Any]) -> str:
    with pytest.raises(PromptFileError) as caught:
        parse_wording(yaml.safe_dump(wording))
    return str(caught.value)


@pytest.mark.parametrize(("rule", "text"), FINDS, ids=lambda value: getattr(value, "id", value))
def test_rule_finds_its_examples(rule: Rule, text: str) -> None:
    spans = rule.find_spans(text)
    assert spans
    assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize(("rule", "text"), LEAVES, ids=lambda value: getattr(value, "id", value))
def test_rule_leaves_its_counterexamples(rule: Rule, text: str) -> None:
    assert not rule.find_spans(text)


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.id)
def test_advice_is_one_or_two_kind_sentences(rule: Rule) -> None:
    plain = re.sub(r'"[^"]*"', "", rule.advice)
    assert 1 <= len(re.findall(r"[.:](?= [A-Z]|$)", plain)) <= 3
    assert "!" not in rule.advice
    assert not find_avoided(plain)


def test_every_family_has_a_rule_and_every_label_is_used() -> None:
    assert {rule.id for rule in load_rules()} >= FAMILIES
    assert {rule.label for rule in load_rules()} == set(Label)


def test_rules_see_through_curly_apostrophes_and_line_breaks() -> None:
    rule = {rule.id: rule for rule in load_rules()}["blame"]
    assert rule.find_spans("You didn’t even sign it.")
    assert rule.find_spans("You\nfailed\u00a0to sign it.")


@given(st.text(max_size=80))
@settings(max_examples=50)
def test_even_text_keeps_its_length(text: str) -> None:
    assert len(even_out(text)) == len(text)


@pytest.mark.parametrize("phrase", AVOID, ids=lambda phrase: phrase.id)
def test_avoided_phrase_catches_its_example_alone(phrase: Avoided) -> None:
    for text in (phrase.example, phrase.example.upper(), phrase.example.replace("'", "’")):
        assert phrase.find_spans(text)
    assert not phrase.find_spans(phrase.allows)
    assert not find_avoided(phrase.allows)


@pytest.mark.parametrize("phrase", AVOID, ids=lambda phrase: phrase.id)
def test_avoided_phrase_is_a_plain_regular_expression(phrase: Avoided) -> None:
    source = phrase.pattern.replace(r"\p{L}", "L").replace("['’]", "")
    assert not re.search(r"[\\^$.+{}]|\((?!\?:)|\?[?+=!<]|\*[?+]", source)
    assert not re.search(r"['’]", source), "apostrophes are written ['’]"
    grammar = llguidance.grammar_from("lark", f"start: A\nA: /(?i:{phrase.pattern})/")
    assert not llguidance.LLMatcher.validate_grammar(grammar)


def test_the_whole_list_can_be_complemented_in_a_grammar() -> None:
    banned = "|".join(avoided_phrases())
    lines = [
        "start: TEXT",
        rf"BANNED: /(?s:(.*[^\p{{L}}])?(?i:{banned})([^\p{{L}}].*)?)/",
        "ANY: /[a-zA-Z' ]*/",
        "TEXT: ANY & ~BANNED",
    ]
    grammar = llguidance.grammar_from("lark", "\n".join(lines))
    assert not llguidance.LLMatcher.validate_grammar(grammar)
    assert 50 <= len(avoided_phrases()) <= 120


@pytest.mark.parametrize("text", NEVER)
def test_what_no_reply_may_say_is_caught(text: str) -> None:
    assert find_avoided(text)


@pytest.mark.parametrize("text", CLEAN)
def test_plain_sentences_are_let_through(text: str) -> None:
    assert not find_avoided(text)


def test_no_worked_rewrite_holds_an_avoided_phrase() -> None:
    texts = [step.text for row in rows() for step in row.script if step.text]
    # No phrase runs over a full stop, so that one search sees them all.
    assert [hit.text for hit in find_avoided(" . ".join(texts))] == []


@given(st.lists(st.sampled_from([*(p.example for p in AVOID), "Yes, both.", "{{a}} — ok"])))
@settings(max_examples=50)
def test_avoided_spans_hold_their_text_in_order(parts: list[str]) -> None:
    text = "  ".join(parts)
    found = find_avoided(text)
    assert all(text[slice(*hit.span)] == hit.text and hit.text for hit in found)
    assert [hit.span for hit in found] == sorted(hit.span for hit in found)


def test_no_letter_may_touch_an_avoided_phrase() -> None:
    assert not find_avoided("They spoke unkindly.")
    assert find_avoided("Send it kindly2.")


def test_a_space_of_a_pattern_stands_for_any_white_space() -> None:
    assert find_avoided("rest\n  assured")[0].text == "rest\n  assured"


def test_small_wording_is_read() -> None:
    wording = parse_wording(yaml.safe_dump(small()))
    assert wording.rules[0].patterns == ("go away", "get (?P<mark>lost)")
    assert wording.rules[0].find_spans("Get lost, or go away.") == ((13, 20), (4, 8))


@pytest.mark.parametrize("block", ["go away", "go away\n\n", "\n  \ngo away\n"])
def test_patterns_may_be_written_in_any_block(block: str) -> None:
    wording = small()
    wording["rules"][0] |= {"patterns": block, "finds": ["Go away!", "go away"]}
    assert parse_wording(yaml.safe_dump(wording)).rules[0].patterns == ("go away",)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"patterns": "go ("}, "is no Python regex"),
        ({"patterns": "(?:go)?"}, "finds an empty text"),
        ({"patterns": "(go) away"}, "write (?:...) instead"),
        ({"patterns": "(?P<word>go) away"}, "write (?:...) instead"),
        ({"finds": ["Go away!", "Shoo."]}, "'Shoo.'; widen a pattern"),
        ({"leaves": ["Hello.", "go away"]}, "'go away', which it must leave; narrow a pattern"),
        ({"finds": ["Go away!"]}, "at least 2 items"),
        ({"label": "kindness"}, "'acknowledgement'"),
        ({"advise": "typo"}, "Extra inputs are not permitted"),
        ({"advice": ""}, "at least 10 characters"),
    ],
)
def test_wrong_rule_is_named_and_says_what_to_do(change: dict[str, Any], says: str) -> None:
    wording = small()
    wording["rules"][0] |= change
    message = refused(wording)
    assert message.startswith("wording.yaml, rude (rules.0")
    assert says in message


@pytest.mark.parametrize(
    "pattern",
    [
        "^go away", "go away$", r"\bgo away", "(?=go) away", "(?<!x)go away", "go{2} away", "(go) away",
        "go .way", "go+ away", "go away??", r"go\saway", "[^a]o away", "go away!", "(?P<a>go) away",
    ],
)  # fmt: skip
def test_avoided_pattern_must_suit_every_engine(pattern: str) -> None:
    wording = small()
    wording["avoid"][0]["pattern"] = pattern
    assert "is not for every regex engine; write letters" in refused(wording)


@pytest.mark.parametrize("pattern", ["(?:go away", "go away)", "*go away", "(?:go|?) away"])
def test_unbalanced_avoided_pattern_is_refused(pattern: str) -> None:
    wording = small()
    wording["avoid"][0]["pattern"] = pattern
    assert "rude (avoid.0.pattern)" in refused(wording)


def test_avoided_phrase_is_held_to_its_examples() -> None:
    for change in ({"example": "Shoo."}, {"allows": "Just go away."}):
        wording = small()
        wording["avoid"][0] |= change
        assert "rude (avoid.0)" in refused(wording)


@pytest.mark.parametrize("part", ["rules", "avoid"])
def test_an_id_stands_once(part: str) -> None:
    wording = small()
    wording[part].append(copy.deepcopy(wording[part][0]))
    assert "'rude' is used twice" in refused(wording)


def test_a_rule_cannot_take_the_id_of_a_structural_one() -> None:
    wording = small()
    wording["rules"][0]["id"] = "shouting"
    assert "'shouting' is used twice" in refused(wording)


def test_structural_rules_name_known_rules() -> None:
    wording = small()
    wording["structural"]["missing_next_step"]["needed_by_rules"] = ["rued"]
    assert "no rule has the id 'rued'; name one of rude" in refused(wording)


@pytest.mark.parametrize("source", ["", "[]", "rules: [1", "rules: []\n"])
def test_file_that_is_no_wording_is_refused(source: str) -> None:
    with pytest.raises(PromptFileError, match=r"wording\.yaml"):
        parse_wording(source)
