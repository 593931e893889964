"""JSON and JSON Lines keep every byte but the replies': order, numbers, escapes, spaces."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.batch.files.json_tree import JsonError, Table, read_json, walk_tables
from drafting.errors import BrokenFileError, EmptyInputError, FieldError
from tests.batch_files import opened, passed_through, texts, written

ODD = (
    '[\n  {"id": 12345678901234567890123, "rate": 1.0, "big": 1e5,"body":"Caf\\u00e9 \\/ no.",'
    ' "tags" : [ ], "z": null},\n  {"body": "Second", "id": -0.0E+2}\n]\n'
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
ROWS = st.lists(
    st.dictionaries(st.text(max_size=4), ANY, max_size=3).flatmap(
        lambda extra: st.text(max_size=9).map(lambda body: {**extra, "body": body})
    ),
    min_size=1,
    max_size=4,
)
WAYS: list[dict[str, Any]] = [
    {},
    {"indent": 2},
    {"indent": "\t", "ensure_ascii": False},
    {"separators": (",", ":")},
]


def same(one: object, other: object) -> bool:
    """Compare values; NaN is like itself."""
    return json.dumps(one) == json.dumps(other)


def strings(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


@given(ANY, st.sampled_from(WAYS))
def test_the_reader_agrees_with_the_stdlib(value: object, way: dict[str, Any]) -> None:
    text = json.dumps(value, **way)
    read_json(text)
    for table in walk_tables(read_json(text)):
        inner = json.loads(text[table.start : table.end])
        assert [member.name for member in table.members] == list(inner)
        for member in table.members:
            assert same(json.loads(text[member.value.start : member.value.end]), inner[member.name])


@given(st.text(st.sampled_from('[]{}",:\\ 01eE.-+tn/u\n'), max_size=14))
def test_what_the_stdlib_refuses_is_refused(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        with pytest.raises(JsonError):
            read_json(text)
    else:
        read_json(text)


@given(ROWS, st.sampled_from(WAYS), st.text(max_size=9))
def test_replies_and_nothing_else(rows: list[Any], way: dict[str, Any], reply: str) -> None:
    data = json.dumps(rows, **way).encode("utf-8", "surrogatepass")
    assert passed_through("a.json", data, {}, in_place=True) == data
    assert passed_through("a.json", data, {}, in_place=False) == data
    out = json.loads(passed_through("a.json", data, {"[0].body": reply}, in_place=True))
    assert same(out, [{**rows[0], "body": reply}, *rows[1:]])
    out = json.loads(passed_through("a.json", data, {"[0].body": reply}, in_place=False))
    added = set(out[0]) - set(rows[0])
    assert len(added) == 1
    name = added.pop()
    assert out[0].pop(name) == reply
    assert same(out, rows)


@given(ROWS, st.text(max_size=9), st.sampled_from(["\n", "\r\n"]))
def test_lines(rows: list[Any], reply: str, end: str) -> None:
    data = "".join(json.dumps(row) + end for row in rows).encode()
    assert passed_through("a.jsonl", data, {}, in_place=True) == data
    out = passed_through("a.jsonl", data, {"1.body": reply}, in_place=True)
    assert same(json.loads(out.splitlines()[0]), {**rows[0], "body": reply})
    assert out.split(end.encode(), 1)[1] == data.split(end.encode(), 1)[1]


def test_numbers_escapes_and_spaces_stay() -> None:
    out = passed_through("a.json", ODD.encode(), {"[0].body": "Yes/é"}, in_place=True).decode()
    assert out == ODD.replace("Caf\\u00e9 \\/ no.", "Yes\\/\\u00e9")
    out = passed_through("a.json", ODD.encode(), {"[0].body": "Yes"}, in_place=False).decode()
    assert out == ODD.replace('no.",', 'no.","body_reply":"Yes",')


def test_signs_that_are_escaped_stay_escaped() -> None:
    data = '{"content": "\\u003cp\\u003eNo.\\u003c/p\\u003e"}'
    out = passed_through("a.json", data.encode(), {"content": "<p>Yes.</p>"}, in_place=True)
    assert out.decode() == data.replace("No", "Yes")


def test_raw_letters_stay_raw_and_the_mark_stays() -> None:
    data = "\ufeff" + '{\n\t"text": "Schön"\n}'
    out = passed_through("a.json", data.encode(), {"text": "Übel"}, in_place=False)
    assert out.decode() == "\ufeff" + '{\n\t"text": "Schön",\n\t"text_reply": "Übel"\n}'


def test_bad_lines_are_told_and_left_alone(tmp_path: Path) -> None:
    data = '{"text": "one"}\n{"text": \n\n["no"]\n{"text": 5}\n{"text": null}\n{"text":"a","text":"b"}\n'
    data += '{"text": "last"}\n'
    source = opened(tmp_path, "a.jsonl", data)
    assert texts(source) == {"1.text": "one", "5.text": "", "7.text": "last"}
    assert [problem.number for problem in source.problems] == [2, 3, 4, 6]
    out = written(source, {"7.text": "new"}, in_place=True, name="a.jsonl").decode()
    assert out == data.replace("last", "new")


def test_bad_elements_are_told(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.json", '[{"text": "one"}, "two", {"x": "three"}]')
    assert [problem.key for problem in source.problems] == ["[1]", "[2].text"]


def test_a_broken_file_says_where_and_not_what(tmp_path: Path) -> None:
    with pytest.raises(BrokenFileError, match="in line 2 a comma") as caught:
        opened(tmp_path, "a.json", '[\n{"body": "secret" "x": 1}]')
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("data", ["", " \n", "[]", "{}", "[1, 2]", '{"macros": []}'])
def test_nothing_to_do_is_said(data: str, tmp_path: Path) -> None:
    with pytest.raises((EmptyInputError, FieldError)):
        opened(tmp_path, "a.json", data)


def test_nesting_has_an_end(tmp_path: Path) -> None:
    with pytest.raises(BrokenFileError, match="deep"):
        opened(tmp_path, "a.json", "[" * 100_000)


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ({"data": {"body": "x"}, "n": 1}, None),
        ({"results": [{"body": "x"}], "links": [{"href": "y"}]}, ["results[0].body"]),
        ({"_embedded": {"saved-replies": [{"text": "x"}]}}, ["_embedded.saved-replies[0].text"]),
        ({"title": "a", "content": "x"}, ["content"]),
        ({"a": [{"text": "x"}], "b": [{"text": "x"}]}, None),
    ],
)
def test_the_list_is_found(data: object, keys: list[str] | None, tmp_path: Path) -> None:
    if keys is None:
        with pytest.raises(FieldError):
            opened(tmp_path, "a.json", json.dumps(data))
    else:
        assert list(texts(opened(tmp_path, "a.json", json.dumps(data)))) == keys


def test_a_path_names_a_nested_field(tmp_path: Path) -> None:
    data = '[{"id": 1, "answer": {"plain": "x", "n": 2}}, {"id": 2}]'
    source = opened(tmp_path, "a.json", data, field="answer.plain")
    assert (source.field, texts(source)) == ("answer.plain", {"[0].answer.plain": "x"})
    out = written(source, {"[0].answer.plain": "y"}, in_place=False, name="a.json").decode()
    assert out == data.replace('"x"', '"x", "plain_reply": "y"')


@pytest.mark.parametrize("read", [read_json])
def test_doubles_are_known(read: Callable[[str], object]) -> None:
    table = read('{"a": 1, "b": 2, "a": 3}')
    assert isinstance(table, Table)
    assert table.doubles == ["a"]
