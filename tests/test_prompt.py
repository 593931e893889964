"""What a model is asked and what it answers: writing and reading a filling undo each other."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from drafting.candidate import Candidate, Op
from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.prompt import (
    HOLES,
    TEMPLATES,
    Mail,
    Template,
    load_templates,
    make_mail,
    one_line,
)

NAMES = tuple(load_templates())
LINES = st.text(max_size=60).map(one_line).filter(bool)
OFFERED = st.sampled_from(NAMES).map(lambda name: load_templates()[name])


def texts(op: Op) -> st.SearchStrategy[Candidate]:
    return st.builds(Candidate, st.just(op), st.sampled_from(Label), LINES)


CANDIDATES = st.one_of(
    st.just(Candidate(Op.KEEP)),
    st.just(Candidate(Op.DELETE)),
    texts(Op.REWRITE),
    texts(Op.INSERT),
)


@given(OFFERED, CANDIDATES)
def test_reading_is_the_inverse_of_writing(template: Template, candidate: Candidate) -> None:
    answer = template.answer(candidate)
    assert template.read(answer, insert=candidate.op is Op.INSERT) == candidate


@given(OFFERED, st.booleans(), st.text(max_size=40))
def test_what_can_be_read_is_written_the_same_again(
    template: Template, insert: bool, text: str
) -> None:
    word = template.words.of(Label.EXPLANATION)
    for answer in (text, f"{word}: {one_line(text)}"):
        try:
            candidate = template.read(answer, insert=insert)
        except ValueError:
            continue
        assert template.answer(candidate) == answer or candidate.text != one_line(answer)


@pytest.mark.parametrize(
    "text", ["keep: it", "care: delete", "a: b: c", "plain: plain: x", "{text}"]
)
def test_a_text_that_looks_like_a_filling_stays_a_text(text: str) -> None:
    template = load_templates()["trained"]
    candidate = Candidate(Op.REWRITE, Label.EXPLANATION, text)
    assert template.read(template.answer(candidate), insert=False) == candidate


@pytest.mark.parametrize(
    "answer",
    ["", "keep ", "Keep", "keep: x", "care", "care:", "care: ", "care:x", "nice: x", "I can."],
)
def test_what_no_grammar_allows_is_not_read(answer: str) -> None:
    with pytest.raises(ValueError, match="not a filling"):
        load_templates()["trained"].read(answer, insert=False)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "message", ["Where is {draft}?", "{customer}", "{{ticket.id}} {sentence}", "{", "}{0}%s"]
)
def test_braces_of_a_customer_stay_what_they_are(name: str, message: str) -> None:
    draft = "Hi {{name}},\nsee {customer} and {draft}."
    asked = load_templates()[name].ask(Mail(message, draft))
    assert asked.count(draft) == 1
    assert message in asked.replace(draft, "")


@given(OFFERED, LINES, LINES)
def test_nothing_of_a_mail_is_lost_or_changed(template: Template, message: str, draft: str) -> None:
    head, middle, tail = (
        template.mail.replace("{customer}", "\0").replace("{draft}", "\0").split("\0")
    )
    assert template.ask(Mail(message, draft)) == head + message + middle + draft + tail
    assert template.ask_sentence(draft) == template.sentence.replace("{sentence}", draft)
    assert template.ask_reverse(draft) == template.reverse.replace("{text}", draft)


@pytest.mark.parametrize("message", [None, ""])
def test_a_draft_without_a_message_says_so(message: str | None) -> None:
    template = load_templates()["untrained"]
    assert template.no_customer in template.ask(Mail(message, "Send it."))


def test_a_mail_is_laid_out_a_paragraph_a_line() -> None:
    mail = make_mail("It is\n\n late. ", "Hi Ann,", [["One\nis bad.", "Two."], ["Three."]])
    assert mail == Mail("It is late.", "Hi Ann,\nOne is bad. Two.\nThree.")
    assert make_mail(None, None, [["One."]]) == Mail(None, "One.")


def test_the_example_of_the_untrained_template_uses_its_own_words() -> None:
    template = load_templates()["untrained"]
    for line in template.system.splitlines():
        word = line.partition(":")[0]
        if word.islower() and " " not in word:
            assert word in template.words.model_dump().values()


@pytest.fixture
def raw() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    return loaded


def load(raw: object, folder: Path) -> None:
    path = folder / "templates.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    load_templates(path)


def test_an_error_names_the_entry_that_lacks_a_text(raw: dict[str, Any], tmp_path: Path) -> None:
    del raw["untrained"]["closing"]
    with pytest.raises(
        PromptFileError, match=r"templates\.yaml, untrained\.closing: Field required"
    ):
        load(raw, tmp_path)


def test_an_error_names_the_entry_with_an_unknown_text(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["trained"]["words"]["skip"] = "skip"
    with pytest.raises(PromptFileError, match=r"templates\.yaml, trained\.words\.skip: Extra"):
        load(raw, tmp_path)


@pytest.mark.parametrize(("text", "hole"), [(t, h) for t, holes in HOLES.items() for h in holes])
def test_a_template_without_room_for_the_mail_is_refused(
    raw: dict[str, Any], tmp_path: Path, text: str, hole: str
) -> None:
    raw["trained"][text] = raw["trained"][text].replace("{" + hole + "}", "")
    with pytest.raises(PromptFileError, match=rf"trained: .*'{text}' must hold {{{hole}}} once"):
        load(raw, tmp_path)


def test_a_template_may_ask_for_the_draft_first(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["trained"]["mail"] = "{draft} | {customer}"
    path = tmp_path / "templates.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    template = load_templates(path)["trained"]
    assert template.ask(Mail("{draft}", "{customer}")) == "{customer} | {draft}"


@pytest.mark.parametrize("word", ["keep", "two words", "a:", "Care", ""])
def test_words_are_single_and_told_apart(raw: dict[str, Any], tmp_path: Path, word: str) -> None:
    raw["trained"]["words"]["acknowledgement"] = word
    with pytest.raises(PromptFileError, match=r"templates\.yaml, trained\.words"):
        load(raw, tmp_path)


@pytest.mark.parametrize("content", ["a: [", "- a\n- b\n", "", "trained: text"])
def test_what_is_no_file_of_templates_is_an_error_of_ours(tmp_path: Path, content: str) -> None:
    path = tmp_path / "templates.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PromptFileError, match=r"templates\.yaml"):
        load_templates(path)
