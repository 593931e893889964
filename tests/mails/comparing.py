"""Two mails held against each other, part by part, with Python's own parser as the judge."""

import email
import re
from email.message import EmailMessage
from email.policy import default

from drafting.mail.parts import Part, read_parts
from drafting.mail.transfer import QUOTED


def list_leaves(data: bytes) -> list[Part]:
    """Return the parts that hold no others, in order."""
    return [part for part in read_parts(data).walk() if not part.parts]


def hollow(data: bytes, changed: set[int], *, heads: bool = False) -> list[bytes]:
    """Return the bytes of a mail around the bodies (and heads) of some of its leaves."""
    pieces, done = [], 0
    for number, part in enumerate(list_leaves(data)):
        if number in changed:
            start = part.head[0] if heads else part.body[0]
            pieces.append(data[done:start])
            done = part.body[1]
    return [*pieces, data[done:]]


def find_changed(before: bytes, after: bytes) -> set[int]:
    """Return the numbers of the leaves whose bodies differ."""
    one, other = list_leaves(before), list_leaves(after)
    assert [part.kind for part in one] == [part.kind for part in other]
    return {
        number
        for number, (a, b) in enumerate(zip(one, other, strict=True))
        if before[slice(*a.body)] != after[slice(*b.body)]
    }


def read_with_email(data: bytes) -> list[tuple[str, str | bytes]]:
    """Return (type, content) of each leaf as Python's parser reads it; text with LF."""
    whole = email.message_from_bytes(data, policy=default)
    assert isinstance(whole, EmailMessage)
    found: list[tuple[str, str | bytes]] = []
    for part in whole.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        kind = part.get_content_type()
        if kind.startswith("text/"):
            charset = part.get_content_charset("utf-8")
            charset = "utf-8" if charset == "us-ascii" else charset
            found.append((kind, payload.decode(charset).replace("\r\n", "\n")))
        else:
            found.append((kind, payload))
    return found


def list_tags(html: str) -> list[str]:
    return re.findall(r"<[^>]*>", html)


def is_within(few: list[str], many: list[str]) -> bool:
    """Whether all of `few` are in `many`, in the same order."""
    rest = iter(many)
    return all(each in rest for each in few)


def check_lines(data: bytes, before: bytes) -> None:
    """No line is longer than mails may have, and no encoded one than it was or may be."""
    known = set(before.splitlines())
    for part in list_leaves(data):
        quoted = str(part.headers.get("Content-Transfer-Encoding", "")).lower() == QUOTED
        for line in data[slice(*part.body)].splitlines():
            if line not in known and part.kind != "text/html":
                assert len(line) <= (76 if quoted else 998)
            elif line not in known and quoted:
                assert len(line) <= 76
