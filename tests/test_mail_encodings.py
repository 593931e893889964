"""Text in any encoding: replaced where it stands, and all bytes around it as they were."""

import base64
import quopri
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.application import Edit, apply_edits
from drafting.candidate import Op
from drafting.errors import DraftingError, MailError, SealedMailError
from drafting.labels import Label
from drafting.mail import read_mail, write_mail
from drafting.mail.content import read_content
from drafting.mail.flowed import read_flowed, read_lines
from drafting.mail.parts import read_parts
from drafting.mail.splices import Splice, splice
from drafting.mail.transfer import BytesSplice, read_transfer, splice_bytes
from drafting.rewriter import read_request
from tests.mails.corpus import corpus
from tests.mails.odd import ODD

RAW = st.lists(
    st.sampled_from(
        [b"=\n", b"=\r\n", b"=3D", b"=C3=A9", b"=e2=80=99", b" ", b"\t", b"\n", b"\r\n", b"ab", b"x" * 40,
         b"= \n", b"\xc3\xa9", b".", b"From "]
    ),
    max_size=30,
).map(b"".join)  # fmt: skip
NEW = st.text("ab é’=\n ", max_size=90).map(lambda text: text.replace("\n", "\r\n").encode())


@settings(max_examples=300, derandomize=True)
@given(RAW, NEW, st.data())
@pytest.mark.parametrize("encoding", ["quoted-printable", "8bit"])
def test_a_splice_touches_nothing_else(
    encoding: str, raw: bytes, new: bytes, data: st.DataObject
) -> None:
    encoded = read_transfer(raw, encoding)
    size = len(encoded.data)
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    assert encoded.splice([]) == raw
    made = encoded.splice([BytesSplice(start, end, new)])
    if encoding == "8bit":
        assert made == splice_bytes(raw, [BytesSplice(start, end, new)])
    again = read_transfer(made, encoding).data
    wanted = splice_bytes(encoded.data, [BytesSplice(start, end, new)])
    # White space that comes to the end of a line is lost in quoted-printable: the caller looks
    # whether the same is read again, and encodes all of it where it isn't.
    assert b"".join(again.split()) == b"".join(wanted.split())


LINES = ("word ", "word", " x", ">", "> q", "-- ", "", "a  ", "From ")
TEXT = st.text("ab é’ł.\n", max_size=60)


@settings(max_examples=200, derandomize=True)
@given(TEXT, TEXT, st.data())
@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n",
        b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
        b"Content-Type: text/plain; charset=utf-8; format=x\nContent-Transfer-Encoding: 8bit\n",
        b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n",
        b'Content-type: text/plain;\n charset="US-ASCII"\n',
        b"Content-Type: text/plain; charset=iso-2022-jp\n",
        b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n",
        b"Subject: x\nMIME-Version: 1.0\n",
    ],
)
def test_what_is_put_in_is_read_again(head: bytes, old: str, new: str, data: st.DataObject) -> None:
    charset = str(read_parts(head + b"\n").charset or "us-ascii")
    raw = old.encode(charset, "ignore")
    if b"base64" in head:
        raw = base64.encodebytes(raw)
    elif b"quoted" in head:
        raw = quopri.encodestring(raw)
    mail = head + b"\n" + raw
    whole = read_parts(mail)
    content = read_content(mail, whole, whole=whole)
    start = data.draw(st.integers(0, len(content.text)))
    end = data.draw(st.integers(start, len(content.text)))
    made = content.replace([Splice(start, end, new)])
    again = (made.head or head) + b"\n" + made.body
    part = read_parts(again)
    text = read_content(again, part, whole=part).text
    wanted = splice(content.text, [Splice(start, end, new)])
    assert text.rstrip() == wanted.rstrip() or text.split() == wanted.split()
    if made.head is not None:
        assert b"utf-8" in made.head
        kept = [line for line in head.splitlines() if b"Subject" in line or b"MIME" in line]
        assert all(line in made.head for line in kept)


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.sampled_from(LINES), max_size=12), st.booleans())
def test_flowed_text_without_a_change_is_as_it_was(lines: list[str], delsp: bool) -> None:
    source = "\n".join(lines)
    read = read_flowed(source, delsp=delsp)
    assert read.place([]) == []
    assert splice(source, read.place([])) == source
    assert "".join(read.text.split()) == "".join(read_lines(source).text.split())


@settings(max_examples=200, derandomize=True)
@given(st.text("ab >-\n", max_size=80), st.text("cd ", max_size=200), st.booleans(), st.data())
def test_flowed_text_reads_as_what_was_put_in(
    source: str, new: str, delsp: bool, data: st.DataObject
) -> None:
    read = read_flowed(source, delsp=delsp)
    start = data.draw(st.integers(0, len(read.text)))
    end = data.draw(st.integers(start, len(read.text)))
    made = splice(source, read.place([Splice(start, end, new)]))
    wanted = splice(read.text, [Splice(start, end, new)])
    assert "".join(read_flowed(made, delsp=delsp).text.split()) == "".join(wanted.split())
    known = set(source.split("\n"))
    assert all(
        len(line) <= 78 or line in known or " " not in line.strip() for line in made.split("\n")
    )


JUNK = (b"", b"\n", b"--", b"=", b"\xff\x00", b"\r", b'"', b"Content-Type: text/html\n\n")
SEALED = [
    b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nNo.\n--b\n"
    b"Content-Type: application/pgp-signature\n\nx\n--b--\n",
    b"Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nNo.\n--b--\n",
    b"Content-Type: application/x-pkcs7-mime; smime-type=enveloped-data\n\nMIIB\n",
    b"Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNo refund.\n",
    b"Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n",
    b"Content-Type: multipart/mixed; boundary=a\n\n--a\n"
    b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nNo.\n--b--\n--a\n\nlist footer\n--a--\n",
]  # fmt: skip


@pytest.mark.parametrize("data", SEALED)
def test_sealed_mails_are_refused(data: bytes) -> None:
    with pytest.raises(SealedMailError) as caught:
        read_mail(data)
    assert "first" in str(caught.value)


def test_a_sealed_mail_that_is_only_quoted_is_none() -> None:
    read_mail(b"Subject: x\n\nNo refund.\n\n> -----BEGIN PGP MESSAGE-----\n> hQEMA\n")


DELIVERED = [
    b"DKIM-Signature: v=1; a=rsa-sha256; d=mail.example; s=a;\r\n h=from:to; bh=x; b=y\r\n",
    b"dkim-signature: v=1; b=\r\n",
    b"ARC-Seal: i=1; b=x\r\nARC-Message-Signature: i=1; b=y\r\n",
    b"ARC-Authentication-Results: i=1; mx.example; spf=pass\r\n",
    b"DomainKey-Signature: a=rsa-sha1; b=x\r\n",
]


@pytest.mark.parametrize("name", ["gmail_en", "mutt_en", "outlook_web_de"])
@pytest.mark.parametrize("seal", DELIVERED)
def test_a_delivered_mail_is_refused_and_told_what_to_do(seal: bytes, name: str) -> None:
    newline = b"\r\n" if b"\r\n" in corpus()[name] else b"\n"
    data = seal.replace(b"\r\n", newline) + corpus()[name]
    with pytest.raises(SealedMailError) as caught:
        read_mail(data)
    assert "draft" in str(caught.value)
    assert "take out the field" in str(caught.value)
    assert read_mail(data, only_read=True).draft == read_mail(corpus()[name]).draft


def test_taking_out_the_fields_that_are_told_is_enough() -> None:
    """A mail program that begins a draft from an old mail may leave them in."""
    lines = [*DELIVERED[2].splitlines(keepends=True), *DELIVERED[3:]]
    with pytest.raises(SealedMailError) as caught:
        read_mail(b"".join(lines) + corpus()["mutt_en"])
    told = str(caught.value).partition("take out ")[2]
    rest = [line for line in lines if f"`{line.partition(b':')[0].decode()}`" not in told]
    assert read_mail(b"".join(rest) + corpus()["mutt_en"]).draft


@pytest.mark.parametrize("name", ["gmail_en", "mutt_en"])
def test_a_delivered_mail_within_a_draft_is_no_reason_to_refuse(name: str) -> None:
    """Forwarded as an attachment, inline, or quoted in the text."""
    delivered = DELIVERED[0] + DELIVERED[2] + corpus()["emacs_en"]
    for disposition in (b"attachment; filename=old.eml", b"inline"):
        mail = (
            b"Subject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=fw\r\n\r\n"
            b"--fw\r\n\r\nPer our policy, refunds end after 30 days.\r\n--fw\r\nContent-Type: message/rfc822\r\n"
            b"Content-Disposition: " + disposition + b"\r\n\r\n" + delivered + b"\r\n--fw--\r\n"
        )
        assert read_mail(mail).draft.startswith("Per our policy")
    quoted = corpus()[name] + b"\n\nDKIM-Signature: v=1; b=x\n"
    assert read_mail(quoted).draft


def try_all(data: bytes) -> None:
    """Read, change and write a mail, whatever it is: only our own errors may come."""
    try:
        mail = read_mail(data)
        request = mail.request()
        reading = read_request(request)
    except DraftingError:
        return
    edit = Edit(f"s{reading.draft.sentences[0].index}", Op.REWRITE, Label.EXPLANATION, "It’s here.")
    after = write_mail(mail, apply_edits(request, [edit])).data
    text = "".join(read_mail(after).bodies[0].content.text.split())
    assert "shere." in text


def list_python_messages() -> list[str]:
    try:
        folder = resources.files("test.test_email.data")
    except ModuleNotFoundError:
        return []
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".txt"))


@pytest.mark.skipif(not list_python_messages(), reason="Python's tests aren't installed")
@pytest.mark.parametrize("name", list_python_messages())
@pytest.mark.parametrize("crlf", [False, True])
def test_pythons_own_samples(name: str, crlf: bool) -> None:
    data = resources.files("test.test_email.data").joinpath(name).read_bytes()
    try_all(data.replace(b"\n", b"\r\n") if crlf else data)


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("crlf", [False, True])
def test_odd_mails_break_nothing(name: str, crlf: bool) -> None:
    try_all(ODD[name].replace(b"\n", b"\r\n") if crlf else ODD[name])


@settings(max_examples=60, derandomize=True)
@given(st.sampled_from(sorted(corpus().values())), st.data())
def test_broken_mails_break_nothing(mail: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(mail)))
        end = min(len(mail), start + data.draw(st.integers(0, 200)))
        junk = data.draw(st.sampled_from(JUNK))
        mail = mail[:start] + junk + mail[end:]
    try_all(mail)


@settings(max_examples=100, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes_after_a_header(junk: bytes) -> None:
    try_all(b"Subject: x\n" + junk)
    try_all(b"Subject: x\nContent-Type: text/html\n\n" + junk)


def test_no_error_holds_what_is_written() -> None:
    for data in (b"secret: words\n\nsecret", b"To: a\nContent-Transfer-Encoding: secret\n\nx"):
        with pytest.raises(MailError) as caught:
            read_mail(data)
        assert "secret" not in str(caught.value)
