"""How clients write a mail's bytes: encodings, headers and multiparts, by hand and not by `email`."""

import base64
import quopri
from dataclasses import dataclass

CRLF, LF = "\r\n", "\n"


@dataclass(frozen=True)
class Shape:
    """How a client writes a part."""

    charset: str = "utf-8"
    transfer: str = "quoted-printable"
    newline: str = CRLF
    extra: str = ""
    """More parameters of its type."""


def encode(text: str, shape: Shape) -> bytes:
    data = text.replace("\n", shape.newline).encode(shape.charset)
    if shape.transfer == "base64":
        lines = base64.encodebytes(data).decode().splitlines()
        return (shape.newline.join(lines) + shape.newline).encode()
    if shape.transfer != "quoted-printable":
        return data
    quoted = quopri.encodestring(data.replace(b"\r\n", b"\n"))
    return quoted.replace(b"\n", shape.newline.encode())


def part(kind: str, text: str, shape: Shape, headers: str = "") -> bytes:
    """Return a part with its header."""
    newline = shape.newline
    named = f"; charset={shape.charset}" if shape.charset else ""
    head = f"Content-Type: {kind}{named}{shape.extra}{newline}"
    if shape.transfer:
        head += f"Content-Transfer-Encoding: {shape.transfer}{newline}"
    head += headers.replace("\n", newline)
    return head.encode() + newline.encode() + encode(text, shape)


def multi(kind: str, boundary: str, parts: list[bytes], newline: str, lead: str = "") -> bytes:
    """Return a multipart with its header."""
    end = newline.encode()
    line = b"--" + boundary.encode()
    head = f'Content-Type: multipart/{kind};{newline}\tboundary="{boundary}"{newline}{newline}'
    body = b"".join(line + end + each + end for each in parts)
    return head.encode() + lead.encode() + body + line + b"--" + end


def attachment(newline: str = CRLF) -> bytes:
    """Return a PDF that is attached."""
    data = base64.encodebytes(bytes(range(256)) * 3).decode().replace("\n", newline)
    return newline.join(
        [
            'Content-Type: application/pdf; name="terms.pdf"',
            "Content-Description: terms.pdf",
            'Content-Disposition: attachment; filename="terms.pdf"; size=768',
            "Content-Transfer-Encoding: base64",
            "",
            data,
        ]
    ).encode()


def image(newline: str = CRLF) -> bytes:
    """Return an image that the HTML shows."""
    return newline.join(
        [
            'Content-Type: image/png; name="logo.png"',
            "Content-ID: <logo@northgate>",
            'Content-Disposition: inline; filename="logo.png"',
            "Content-Transfer-Encoding: base64",
            "",
            base64.b64encode(b"\x89PNG" + bytes(60)).decode(),
            "",
        ]
    ).encode()


def headed(body: bytes, newline: str, agent: str, *, mime: bool = True) -> bytes:
    """Return a whole mail."""
    lines = [
        "From: =?utf-8?Q?Ren=C3=A9e_K?= <claims@northgate.example>",
        "To: Ann Adeyemi <ann@mail.example>,",
        "\tJo <jo@mail.example>",
        "Subject: Re: Where is my refund?",
        "In-Reply-To: <CAF+8x1@mail.example>",
        "References: <CAF+8x0@mail.example>",
        " <CAF+8x1@mail.example>",
        "Date: Tue, 3 Mar 2026 11:40:07 +0100",
        "Message-ID: <7731@northgate.example>",
        *([agent] if agent else []),
        *(["MIME-Version: 1.0"] if mime else []),
    ]
    return newline.join([*lines, ""]).encode() + body
