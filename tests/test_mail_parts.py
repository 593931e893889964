"""The walk over a mail's bytes: any nesting, boundaries that begin alike, damaged ends."""

import email
from email import policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.mail.parts import Part, read_parts

BOUNDARIES = ("a", "ab", "a-", "--a", "=_b=1", "a b", "b'()+_,./:=?")
TEXTS = (
    b"",
    b"Hello.",
    b"--",
    b"--a",
    b"--ab",
    b"--a--x",
    b"a\r\n--abc\r\nb",
    b"-- \r\nSam",
    b"\r\n\r\n",
)


@st.composite
def built(draw: st.DrawFn, depth: int = 3, used: tuple[str, ...] = ()) -> tuple[bytes, list[bytes]]:
    """Draw a part, and the bodies of its leaves."""
    newline = b"\r\n"
    free = [each for each in BOUNDARIES if each not in used]
    if not depth or not free or draw(st.booleans()):
        text = draw(st.sampled_from(TEXTS))
        around = [b"--" + each.encode() for each in used]
        lines = text.split(b"\r\n")
        hit = any(line.rstrip(b" ") in (a, a + b"--") for line in lines for a in around)
        text = b"x" if hit else text
        return b"Content-Type: text/plain\r\n\r\n" + text, [text]
    boundary = draw(st.sampled_from(free))
    parts = draw(st.lists(built(depth - 1, (*used, boundary)), min_size=1, max_size=3))
    mark = b"--" + boundary.encode()
    head = b'Content-Type: multipart/mixed; boundary="' + boundary.encode() + b'"\r\n\r\n'
    lead = draw(st.sampled_from([b"", b"Preamble.\r\n"]))
    body = b"".join(mark + b"\r\n" + part + newline for part, _ in parts)
    end = draw(st.sampled_from([mark + b"--", mark + b"-- \r\nEpilogue."]))
    return head + lead + body + end, [text for _, texts in parts for text in texts]


def leaves(part: Part) -> list[Part]:
    return [each for each in part.walk() if not each.is_multipart]


@settings(max_examples=150, derandomize=True)
@given(built(), st.booleans())
def test_bodies_are_found_in_any_nesting(made: tuple[bytes, list[bytes]], unix: bool) -> None:
    data, bodies = made
    if unix:
        data = data.replace(b"\r\n", b"\n")
        bodies = [body.replace(b"\r\n", b"\n") for body in bodies]
    whole = read_parts(data)
    assert [data[slice(*part.body)] for part in leaves(whole)] == bodies


@settings(max_examples=100, derandomize=True)
@given(built())
def test_spans_are_in_order_and_never_overlap(made: tuple[bytes, list[bytes]]) -> None:
    done = 0
    for part in leaves(read_parts(made[0])):
        assert done <= part.head[0] <= part.head[1] <= part.body[0] <= part.body[1]
        done = part.body[1]


@settings(max_examples=100, derandomize=True)
@given(built())
def test_python_finds_as_many(made: tuple[bytes, list[bytes]]) -> None:
    data, _ = made
    theirs = email.message_from_bytes(data, policy=policy.compat32)
    kinds = [each.get_content_type() for each in theirs.walk()]
    assert [part.kind for part in read_parts(data).walk()] == kinds


LINE = b'Content-Type: multipart/mixed; boundary="b"\n\n'


@pytest.mark.parametrize(
    ("data", "bodies"),
    [
        (LINE + b"--b\n\none\n--b\n\ntwo\n--b--\nrest", [b"one", b"two"]),
        (LINE + b"--b\n\none\n--b\n\ntwo\n", [b"one", b"two\n"]),
        (LINE + b"pre\n--b\n\none\n--b--", [b"one"]),
        (LINE + b"--b\n--b\n\ntwo\n--b--", [b"", b"two"]),
        (LINE + b"--b \t\n\none\n--b--\n--b\n\nno", [b"one"]),
        (LINE + b"x --b\n\none\n--bb\n--b--\n", []),
        (b'Content-Type: multipart/mixed; boundary="b', []),
        (b"Content-Type: multipart/mixed\n\n--b\n\none\n--b--", []),
        (LINE.replace(b"\n", b"\r") + b"--b\r\rone\r--b--\r", [b"one"]),
        (b"Subject: a\n folded\n\nbody", [b"body"]),
        (b"Subject: a\nno field\n\nbody", [b"no field\n\nbody"]),
        (b"Subject: a", [b""]),
        (b"\n\nbody", [b"\nbody"]),
        (b"", [b""]),
    ],
)
def test_damaged_and_plain_ones(data: bytes, bodies: list[bytes]) -> None:
    assert [data[slice(*part.body)] for part in leaves(read_parts(data))] == bodies


@settings(max_examples=300, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            [b"--b", b"--b--", b"\n", b"\r\n", b"\r", b"Content-Type: multipart/mixed; boundary=b",
             b"Content-Type: multipart/alternative;\n boundary*0=b; boundary*1=", b" ", b":", b"x", b"\xff", b"\x00",
             b"Content-Type: text/plain; charset*=utf-8''%ff", b"boundary*=x'y'z",
             b"Content-Disposition: ;filename*0*=a'"]
        ),
        max_size=25,
    ).map(b"".join)
)  # fmt: skip
def test_no_bytes_are_too_strange(data: bytes) -> None:
    for part in read_parts(data).walk():
        assert isinstance(part.file_name, str | None)
        assert part.charset == part.charset.lower()
        assert part.parameter("format") is not None
        assert part.is_attached in (True, False)


def test_deep_and_many_parts_end() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(200)
    )
    assert len(list(read_parts(deep).walk())) <= 22
    many = LINE + b"--b\n\nx\n" * 5000
    assert len(list(read_parts(many).walk())) <= 1001


def test_a_comment_behind_a_type_is_no_part_of_it() -> None:
    (part,) = read_parts(b"Content-Type: TEXT/html (ours); charset=utf-8\n\nx").walk()
    assert (part.kind, part.charset) == ("text/html", "utf-8")
