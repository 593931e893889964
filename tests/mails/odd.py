"""Odd mails, shaped after the samples of Python's `email` tests, which not every Python has."""

_TEXT = "Per our policy, refunds end after 30 days. Send the form!!\n"
_PART = f"--b\n\n{_TEXT}"


def _mixed(parts: str, kind: str = 'multipart/mixed; boundary="b"', end: str = "--b--\n") -> str:
    return f"Subject: x\nMIME-Version: 1.0\nContent-Type: {kind}\n\n{parts}{end}"


_SOURCES = {
    "an envelope line": f"From sam@b.example Tue Mar  3 10:12:00 2026\nTo: a@b.example\n\n{_TEXT}",
    "an escaped envelope line": f">From sam@b.example\nTo: a@b.example\n\n>From now on: {_TEXT}",
    "a header alone": "Subject: x\nTo: a@b.example",
    "no line end": "Subject: x\n\nSend the form!!",
    "a folded field": f"Subject: x\n y\n\tz\nContent-Type: text/plain;\n charset=us-ascii\n\n{_TEXT}",
    "an empty field": f"Subject:\nTo: \n\n{_TEXT}",
    "a type without a kind": f"Subject: x\nContent-Type: text\n\n{_TEXT}",
    "a type with a comment": f"Subject: x\nContent-Type: text/plain (ours); charset=(a) utf-8\n\n{_TEXT}",
    "two types": f"Subject: x\nContent-Type: text/html\nContent-Type: text/plain\n\n{_TEXT}",
    "a character set unknown": f"Subject: x\nContent-Type: text/plain; charset=x-none\n\n{_TEXT}",
    "a character set in pieces": f"Subject: x\nContent-Type: text/plain; charset*0=utf;charset*1=-8\n\n{_TEXT}",
    "an encoding unknown": f"Subject: x\nContent-Transfer-Encoding: x-none\n\n{_TEXT}",
    "uuencoded": "Subject: x\nContent-Transfer-Encoding: x-uuencode\n\nbegin 666 a\n#4V5N\n`\nend\n",
    "torn base64": "Subject: x\nContent-Transfer-Encoding: base64\n\nUGVyIG91ciBwb2xpY3kgbm8gcmVmdW5kLg\n",
    "torn quoted-printable": "Subject: x\nContent-Transfer-Encoding: quoted-printable\n\nSend it=\n=3D=G1=",
    "two texts": _mixed(_PART + _PART),
    "no end": _mixed(_PART, end=""),
    "no boundary": _mixed(_PART, "multipart/mixed"),
    "an empty boundary": _mixed(_PART, 'multipart/mixed; boundary=""'),
    "a boundary with a space": _mixed(_PART.replace("--b", "--b c"), 'multipart/mixed; boundary="b c "'),
    "a boundary in pieces": _mixed(_PART, 'multipart/mixed; boundary*0="";\n boundary*1="b"'),
    "a boundary without an end": _mixed(_PART, 'multipart/mixed; boundary="b'),
    "the same boundary within": _mixed(f'--b\nContent-Type: multipart/mixed; boundary="b"\n\n{_PART}--b--\n'),
    "words around": _mixed(f"Before.\n{_PART}", end="--b--\nBehind.\n"),
    "no parts": _mixed("This has none.\n", end=""),
    "empty parts": _mixed("--b\n--b\n\n--b\n"),
    "a digest": _mixed(f"--b\n\nSubject: y\n\n{_TEXT}" * 2, "multipart/digest; boundary=b"),
    "a mail within": _mixed(f"{_PART}--b\nContent-Type: message/rfc822\n\nSubject: y\n\n{_TEXT}"),
    "a mail within alone": f"Subject: x\nContent-Type: message/rfc822\n\nSubject: y\n\n{_TEXT}",
    "a report": _mixed(
        f"{_PART}--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nAction: failed\n\n"
        f"--b\nContent-Type: message/rfc822\n\nSubject: y\n\n{_TEXT}",
        "multipart/report; report-type=delivery-status; boundary=b",
    ),
    "a piece": f'Subject: x\nContent-Type: message/partial; id="a"; number=1; total=2\n\n{_TEXT}',
    "a text elsewhere": "Subject: x\nContent-Type: message/external-body; access-type=URL\n\nSubject: y\n\n",
    "a file name in pieces": _mixed(
        f"{_PART}--b\nContent-Disposition: attachment; filename*0*=iso-8859-1'en'a%E9; filename*1*=%ZZ;\n"
        " filename*3=c\n\nx\n"
    ),
    "a file name encoded": _mixed(f'{_PART}--b\nContent-Type: text/plain; name="=?utf-8?q?=FF?="\n\nx\n'),
    "a file alone": "Subject: x\nContent-Type: text/plain\nContent-Disposition: attachment\n\nx\n",
}  # fmt: skip
ODD = {name: source.encode() for name, source in _SOURCES.items()} | {
    "letters in the header": b"Subject: \xff\xe9\nTo: \xe9@b.example\n\n" + _TEXT.encode(),
    "letters of no set": b"Subject: x\n\nSend the \xff\xfe form!! " + _TEXT.encode(),
    "letters in a type": b"Subject: x\nContent-Type: text/plain; charset=\xff\xe9\n\n" + _TEXT.encode(),
    "nothing": b"Subject: x\n\n\x00\x0c\x1b\n",
    "CR alone": b"Subject: x\r\r" + _TEXT.encode().replace(b"\n", b"\r"),
}  # fmt: skip
