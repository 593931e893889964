"""CSV and TSV keep every byte but the replies', whatever the dialect."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drafting.errors import BrokenFileError, EmptyInputError, FieldError, UnfitReplyError
from tests.batch_files import opened, passed_through, texts, written

CP1252 = (
    'Nr;Titel;Body;Notiz\r\n1;Rückgabe;"Zu spät – kein Geld.\r\nGruß";=1+1\r\n'
    '2;"Wo ist es?";Nach § 3: warten!;"a;b"\r\n'
).encode("cp1252")
CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=["Cs"]),
    max_size=12,
)
TEXTS = st.text(st.sampled_from("ab ,;|\t\"'\n\r=+-@é€"), max_size=10)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[list[str]], csv.Dialect]:
    """Draw a CSV file, its rows, and how it was written."""
    rows = draw(st.lists(st.tuples(CELL, TEXTS, CELL), min_size=1, max_size=6))

    class Written(csv.excel):
        delimiter = draw(st.sampled_from(",;\t|"))
        lineterminator = draw(st.sampled_from(["\n", "\r\n"]))
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))

    # Python's own writer leaves a lone CR unquoted where quotes are few and lines end in LF.
    unsafe = Written.quoting == csv.QUOTE_MINIMAL and Written.lineterminator == "\n"
    assume(not (unsafe and any("\r" in cell for row in rows for cell in row)))
    out = io.StringIO()
    writer = csv.writer(out, Written)
    writer.writerow(["id", "Body", "notes"])
    writer.writerows(rows)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return out.getvalue().encode(encoding), [list(row) for row in rows], Written()


def read(data: bytes, dialect: csv.Dialect) -> list[list[str]]:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), dialect))


@given(files())
def test_without_replies_every_byte_is_the_same(drawn: tuple[bytes, object, object]) -> None:
    assert passed_through("a.csv", drawn[0], {}, in_place=True) == drawn[0]


@given(files(), TEXTS)
def test_beside_only_a_column_is_added(
    drawn: tuple[bytes, list[list[str]], csv.Dialect], reply: str
) -> None:
    data, rows, dialect = drawn
    out = read(passed_through("a.csv", data, {"1": reply}, in_place=False), dialect)
    assert out[0] == ["id", "Body", "Body_reply", "notes"]
    assert [row[:2] + row[3:] for row in out[1:]] == rows
    guarded = reply if reply[:1] not in tuple("=+-@\t\r\n") or not reply else f"'{reply}"
    assert [row[2] for row in out[1:]] == [guarded] + [""] * (len(rows) - 1)


@given(files(), TEXTS)
def test_in_place_only_the_text_changes(
    drawn: tuple[bytes, list[list[str]], csv.Dialect], reply: str
) -> None:
    assume(reply[:1] not in tuple("=+-@\t\r\n"))
    data, rows, dialect = drawn
    out = read(passed_through("a.csv", data, {"1": reply}, in_place=True), dialect)
    assert out[1:] == [[rows[0][0], reply, rows[0][2]], *rows[1:]]


@given(st.text(st.sampled_from('ab,;"\n\r\\é'), max_size=60))
def test_even_a_broken_file_comes_back_byte_for_byte(tail: str) -> None:
    data = f"id,body\n1,x\n{tail}".encode()
    assert passed_through("a.csv", data, {}, in_place=True) == data


def test_a_cp1252_file_with_semicolons_and_crlf(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.csv", CP1252)
    assert source.field == "Body"
    assert texts(source) == {"1": "Zu spät – kein Geld.\r\nGruß", "2": "Nach § 3: warten!"}
    out = written(source, {"2": "Bitte – gern; §3"}, in_place=False, name="b.csv")
    assert out == (
        'Nr;Titel;Body;Body_reply;Notiz\r\n1;Rückgabe;"Zu spät – kein Geld.\r\nGruß";;=1+1\r\n'
        '2;"Wo ist es?";Nach § 3: warten!;"Bitte – gern; §3";"a;b"\r\n'
    ).encode("cp1252")


def test_a_reply_that_the_encoding_lacks_is_named(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.csv", CP1252)
    with pytest.raises(UnfitReplyError) as caught:
        written(source, {"1": "fine", "2": "→"}, in_place=False, name="b.csv")
    assert caught.value.keys == ["2"]
    assert written(source, {"1": "fine"}, in_place=True, name="b.csv")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_reply_becomes_a_formula(start: str, tmp_path: Path) -> None:
    source = opened(tmp_path, "a.csv", "body,x\nhello,=1+1\n-keep,2\n")
    out = written(source, {"1": f"{start}cmd|' /C calc'!A0"}, in_place=True, name="b.csv")
    rows = list(csv.reader(io.StringIO(out.decode(), newline="")))
    assert rows[1] == [f"'{start}cmd|' /C calc'!A0", "=1+1"]
    assert rows[2] == ["-keep", "2"]


def test_bad_rows_are_told_and_left_alone(tmp_path: Path) -> None:
    data = 'id,body\n1,good\n2,a,b,c\n3\n4,"open ""x"y\n5,fine,\n\n6,last'
    source = opened(tmp_path, "a.csv", data)
    assert texts(source) == {"1": "good", "5": "fine", "6": "last"}
    assert [(p.key, p.number, p.code) for p in source.problems] == [
        ("2", 2, "broken_row"),
        ("3", 3, "broken_row"),
        ("4", 4, "broken_row"),
    ]
    assert "4 cells and the header has 2" in source.problems[0].message
    out = written(source, {"6": "new"}, in_place=False, name="b.csv").decode()
    assert out == 'id,body,body_reply\n1,good,\n2,a,,b,c\n3\n4,"open ""x"y\n5,fine,,\n\n6,last,new'


def test_a_quote_that_never_closes_does_not_swallow_the_rest(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.csv", 'id,body\n1,"never closed\n2,fine\n3,also fine\n')
    assert texts(source) == {"2": "fine", "3": "also fine"}


def test_names_and_messages_come_along(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.csv", "Title,Customer message,Text\nLate,Where?,Wait.\nB,,<p>x\n")
    first, second = source.items
    assert (first.name, first.customer_message, first.format) == ("Late", "Where?", "text")
    assert (second.name, second.customer_message, second.format) == ("B", None, "html")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("id,BODY", "BODY"),
        ("macro,text", "text"),
        ("content,content_html", "content_html"),
        ("body,html_body", "html_body"),
        ("customer_message,message", "message"),
        ("Name,Canned Response", "Canned Response"),
    ],
)
def test_the_field_is_found_by_name(header: str, field: str, tmp_path: Path) -> None:
    assert opened(tmp_path, "a.csv", f"{header}\nx,y\n").field == field


@pytest.mark.parametrize("header", ["a,b", "text,response", "body,Body", "note,title"])
def test_where_it_is_not_clear_the_person_is_asked(header: str, tmp_path: Path) -> None:
    with pytest.raises(FieldError, match="--field"):
        opened(tmp_path, "a.csv", f"{header}\nx,y\n")
    assert opened(tmp_path, "a.csv", f"{header},z\nx,y,w\n", field="z").field == "z"


def test_a_missing_field_lists_those_there_are_but_no_text(tmp_path: Path) -> None:
    secret = "We can't refund this, dear Ms Adeyemi, as I told you."
    with pytest.raises(FieldError, match="There are: id, note, and 1 more") as caught:
        opened(tmp_path, "a.csv", f'id,note,"{secret}"\n1,2,3\n', field="body")
    assert "Adeyemi" not in str(caught.value)


@pytest.mark.parametrize("data", ["", "body\n", "\n\n", "id,body\r\n\r\n"])
def test_nothing_to_do_is_said(data: str, tmp_path: Path) -> None:
    with pytest.raises(EmptyInputError):
        opened(tmp_path, "a.csv", data)


@pytest.mark.parametrize(
    "data", [b"body\n\x81\x8d\xff\n", "body\nx\n".encode("utf-16-le"), b"\xff\xfea"]
)
def test_what_is_not_text_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenFileError, match="UTF-8"):
        opened(tmp_path, "a.csv", data)


@pytest.mark.parametrize(
    ("name", "data", "value"),
    [
        ("a.tsv", "id\tbody\n1\tHi, there; you\n", "Hi, there; you"),
        ("a.csv", "sep=|\nid|body\n1|a,b;c\n", "a,b;c"),
        ("a.csv", 'id,body\n1,"say \\"hi\\", then\\\\go"\n2,b\n', 'say "hi", then\\go'),
        ("a.csv", "text\nOne, two\nThree; four\n", "One, two"),
    ],
)
def test_dialects(name: str, data: str, value: str, tmp_path: Path) -> None:
    source = opened(tmp_path, name, data)
    assert source.items[0].text == value
    again = passed_through(name, data.encode(), {"1": 'x "y", \\z'}, in_place=True)
    assert opened(tmp_path, name, again).items[0].text == 'x "y", \\z'


def test_a_taken_name_is_not_taken_twice(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.csv", "body,body_reply\nx,y\n")
    out = written(source, {"1": "z"}, in_place=False, name="b.csv")
    assert out == b"body,body_reply_2,body_reply\nx,z,y\n"


def test_a_huge_cell(tmp_path: Path) -> None:
    huge = "a b" * 400_000
    source = opened(tmp_path, "a.csv", f'id,body\n1,"{huge}"\n')
    assert source.items[0].text == huge
