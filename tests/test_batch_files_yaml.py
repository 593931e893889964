"""YAML keeps comments, order and styles; only the replies are new."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import BrokenFileError, EmptyInputError, FieldError
from tests.batch_files import opened, passed_through, texts, written

MACROS = """\
# Our macros. Ann keeps them.
version: 1.0   # not 1
macros:
  - name: Late   # often used
    body: |-
        Too late.

        No refund for {{ order.id }}!

    # says who wrote it
    owner: &ann "Ann"
  - {name: 'It''s short', body: "Send\\tthe form.", tags: [a, 0x1F]}
  - body: 'Don''t ask.'  # curt
    name: !odd Quoted
    owner: *ann
  - name: Folded
    body: >
      One long line
      over two.


  - name: Plain
    body: Wait a week
  - name: Empty
    body:
...
"""
BODY = st.text(st.sampled_from("ab é:#-'\"\\|>\n\t{}[],&*!%@`"), max_size=14) | st.text(max_size=8)
STYLES = st.sampled_from(["|", ">", '"', "'", None])
KEYS = [f"macros[{number}].body" for number in range(6)]


def apply(replies: dict[str, str], *, in_place: bool, data: str = MACROS) -> str:
    return passed_through("a.yaml", data.encode(), replies, in_place=in_place).decode()


def load(text: str) -> Any:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!odd", lambda loader, node: f"!odd {node.value}")
    return yaml.load(text, Loader=Loader)


def test_texts_are_found(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.yaml", MACROS)
    assert list(texts(source)) == KEYS
    assert source.items[0].text == "Too late.\n\nNo refund for {{ order.id }}!"
    assert [item.name for item in source.items][:2] == ["Late", "It's short"]
    assert source.items[5].text == ""


def test_without_replies_every_byte_is_the_same() -> None:
    assert apply({}, in_place=True) == MACROS
    assert apply({}, in_place=False) == MACROS


def test_styles_and_comments_stay_in_place() -> None:
    replies = {key: f"New {number}." for number, key in enumerate(KEYS)}
    replies[KEYS[0]] = "I'm sorry.\n\nIt's too late: # no refund"
    out = apply(replies, in_place=True)
    expected = (
        MACROS.replace(
            "Too late.\n\n        No refund for {{ order.id }}!",
            "I'm sorry.\n\n        It's too late: # no refund",
        )
        .replace('"Send\\tthe form."', '"New 1."')
        .replace("'Don''t ask.'", "'New 2.'")
        .replace(">\n      One long line\n      over two.\n", ">-\n      New 3.\n")
        .replace("Wait a week", "New 4.")
        .replace("body:\n...", 'body: "New 5."\n...')
    )
    assert out == expected


def test_beside_stands_right_below() -> None:
    out = apply(dict.fromkeys(KEYS, "New"), in_place=False)
    assert "{{ order.id }}!\n    body_reply: |-\n        New\n\n    # says who" in out
    assert '"Send\\tthe form.", body_reply: "New", tags' in out
    assert "'Don''t ask.'  # curt\n    body_reply: 'New'\n    name: !odd" in out
    assert "over two.\n    body_reply: >-\n      New\n\n\n  - name: Plain" in out
    assert "body: Wait a week\n    body_reply: New\n" in out
    assert 'body:\n    body_reply: "New"\n...' in out
    data = load(out)
    assert [macro.pop("body_reply") for macro in data["macros"]] == ["New"] * 6
    assert data == load(MACROS)


@given(st.dictionaries(st.sampled_from(KEYS), BODY), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_any_reply_is_read_back(replies: dict[str, str], in_place: bool, newline: str) -> None:
    out = load(apply(replies, in_place=in_place, data=MACROS.replace("\n", newline)))
    expected = load(MACROS)
    for number, key in enumerate(KEYS):
        if key in replies:
            expected["macros"][number]["body" if in_place else "body_reply"] = replies[key]
    assert out == expected


@given(
    st.lists(st.tuples(BODY, STYLES), min_size=1, max_size=3), BODY, st.booleans(), st.booleans()
)
def test_what_pyyaml_writes(
    rows: list[tuple[str, str | None]], reply: str, in_place: bool, flow: bool
) -> None:
    def quoted(dumper: yaml.SafeDumper, value: Styled) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style=value.style)

    class Dumper(yaml.SafeDumper):
        pass

    Dumper.add_representer(Styled, quoted)
    data = [{"id": 1, "text": Styled(text, style), "z": None} for text, style in rows]
    raw = yaml.dump(data, Dumper=Dumper, allow_unicode=True, default_flow_style=flow)
    assert apply({}, in_place=True, data=raw) == raw
    out = yaml.safe_load(apply({"[0].text": reply}, in_place=in_place, data=raw))
    expected = yaml.safe_load(raw)
    expected[0]["text" if in_place else "text_reply"] = reply
    assert out == expected


class Styled(str):
    """A string that is to be written in some style."""

    style: str | None

    def __new__(cls, value: str, style: str | None) -> "Styled":
        self = super().__new__(cls, value)
        self.style = style
        return self


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("text: a\n---\ntext: b\n", ["[0].text", "[1].text"]),
        ("- text: a\n---\n- text: b", ["[0].text", "[1].text"]),
        ("text: a", ["text"]),
        ("? text\n: a\n", ["text"]),
        ("macros:\n- actions:\n  - field: comment_value\n    value:\n    - channel:all\n    - Hi\n",
         ["macros[0].actions[0].value[1]"]),
    ],
)  # fmt: skip
def test_shapes(data: str, keys: list[str], tmp_path: Path) -> None:
    source = opened(tmp_path, "a.yml", data)
    assert list(texts(source)) == keys
    replies = dict.fromkeys(keys, "New one\n\nwith two")
    out = written(source, replies, in_place=True, name="b.yml")
    assert list(texts(opened(tmp_path, "b.yml", out)).values()) == list(replies.values())


def test_a_text_that_stands_twice_is_rewritten_once(tmp_path: Path) -> None:
    data = "- text: &t No.\n- text: *t\n- {a: &b {c: *t}, text: x}\n"
    source = opened(tmp_path, "a.yaml", data)
    assert texts(source) == {"[0].text": "No.", "[2].text": "x"}
    assert [problem.key for problem in source.problems] == ["[1].text"]
    out = written(source, {"[0].text": "Yes."}, in_place=True, name="b.yaml").decode()
    assert out == data.replace("No.", "Yes.")


def test_aliases_do_not_multiply(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)
    ]
    source = opened(tmp_path, "a.yaml", "\n".join([*lines, "rows:", "- text: fine"]))
    assert list(texts(source)) == ["rows[0].text"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ("a: [1\n", BrokenFileError),
        ("a: \x07", BrokenFileError),
        ("[" * 5000, BrokenFileError),
        ("{a: " * 900 + "1" + "}" * 900, BrokenFileError),
        ("", EmptyInputError),
        ("# nothing\n", EmptyInputError),
        ("just text", EmptyInputError),
        ("refund: No.\n", FieldError),
    ],
)
def test_what_cannot_be_read_is_said(data: str, error: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(error):
        opened(tmp_path, "a.yaml", data)
