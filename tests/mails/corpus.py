"""Draft mails as many clients write them: replies on top of, below and between quotes.

All of it is written by us: the drafts, the customers, and the shapes after what these clients send.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import cycle

from tests.mails.writing import CRLF, LF, Shape, attachment, headed, image, multi, part

DRAFTS = (
    ("Your claim FR-118-402 has been denied. Per our policy, refunds are not available after 30 days.",
     "You failed to send the receipt for $129. Send it to claims@northgate.example within 14 days!!"),
    ("We cannot process your order 4471. You did not provide the address.",
     "Send the form D-2 by 12 March 2026!"),
    ("As I already told you, the deposit of 45.00 is not refunded.",
     "You must return the kettle first. You failed to attach the photo."),
)  # fmt: skip
ASKED = ("Where is my refund? I have waited three weeks.", "I need the money for the rent, please.")
ATTRIBUTIONS = {
    "en": "On Tue, 3 Mar 2026 at 10:12, Ann Adeyemi <ann@mail.example> wrote:",
    "en_us": "On Mar 3, 2026, at 10:12 AM, Ann Adeyemi <ann@mail.example> wrote:",
    "de": "Am 3. März 2026 um 10:12 schrieb Ann Adeyemi <ann@mail.example>:",
    "fr": "Le 3 mars 2026 à 10:12, Ann Adeyemi <ann@mail.example> a écrit :",
    "es": "El mar, 3 mar 2026 a las 10:12, Ann Adeyemi (<ann@mail.example>) escribió:",
    "it": "Il 3 marzo 2026 alle ore 10:12 Ann Adeyemi <ann@mail.example> ha scritto:",
    "nl": "Op 3 maart 2026 om 10:12 schreef Ann Adeyemi <ann@mail.example>:",
    "pt": "Em ter., 3 de mar. de 2026 às 10:12, Ann Adeyemi <ann@mail.example> escreveu:",
    "sv": "Den 3 mars 2026 kl. 10:12 skrev Ann Adeyemi <ann@mail.example>:",
    "pl": "W dniu 3.03.2026 o 10:12, Ann Adeyemi <ann@mail.example> napisał(a):",
    "cs": "Dne 3. 3. 2026 v 10:12 napsal(a) Ann Adeyemi <ann@mail.example>:",
    "ja": "2026年3月3日(火) 10:12 Ann Adeyemi <ann@mail.example>:",
}
HEADERS = {
    "en": ("From:", "Sent:", "To:", "Subject:"),
    "de": ("Von:", "Gesendet:", "An:", "Betreff:"),
    "fr": ("De :", "Envoyé :", "À :", "Objet :"),
    "es": ("De:", "Enviado:", "Para:", "Asunto:"),
}
VALUES = ("Ann Adeyemi <ann@mail.example>", "3 March 2026 10:12", "Claims", "Where is my refund?")
SIGNATURE = ("Kind regards,", "Renée Kowalski", "Northgate Claims, +44 20 7946 0018")


@dataclass(frozen=True)
class Made:
    """A mail of the corpus."""

    name: str
    data: bytes
    sealed: bool = False


@dataclass(frozen=True)
class Words:
    """What a mail says."""

    draft: tuple[str, str]
    language: str

    @property
    def said(self) -> str:
        return ATTRIBUTIONS[self.language]

    @property
    def plain(self) -> str:
        """The reply's own text, a paragraph a line."""
        return "\n".join(["Dear Ms Adeyemi,", "", self.draft[0], "", self.draft[1], "", *SIGNATURE])

    @property
    def quoted(self) -> str:
        return "\n".join([self.said, "", *(f"> {line}" for line in ("Hello,", "", *ASKED))])

    @property
    def header(self) -> tuple[tuple[str, str], ...]:
        return tuple(zip(HEADERS[self.language], VALUES, strict=True))


def wrap(text: str, width: int = 72, end: str = "") -> str:
    """Return a text with its long lines wrapped, each but the last ended by `end`."""
    return "\n".join(f"{end}\n".join(_cut(line, width)) for line in text.split("\n"))


def _cut(line: str, width: int) -> Iterator[str]:
    while len(line) > width and " " in line[1:width]:
        at = line.rindex(" ", 1, width)
        yield line[:at]
        line = line[at + 1 :]
    yield line


def divs(text: str) -> str:
    lines = (f"<div>{escape(line, quote=False) or '<br>'}</div>" for line in text.split("\n"))
    return "".join(lines)


def gmail(words: Words, newline: str) -> bytes:
    shape = Shape(newline=newline)
    html = (
        f'<div dir="ltr">{divs(words.plain)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(words.said)}<br></div><blockquote class="gmail_quote" '
        'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f'<div dir="ltr">Hello,<br><br>{ASKED[0]}<br>{ASKED[1]}</div></blockquote></div>\n'
    )
    plain = f"{wrap(words.plain)}\n\n{words.quoted}\n"
    parts = [part("text/plain", plain, shape), part("text/html", html, shape)]
    return headed(multi("alternative", "000000000000a1b2", parts, newline), newline, "")


def outlook_desktop(words: Words, newline: str) -> bytes:
    shape = Shape("iso-8859-1", newline=newline)
    lines = "".join(
        f"<p class=MsoNormal><span lang=EN-GB style='color:#1F497D'>{escape(line, quote=False) or '&nbsp;'}"
        "<o:p></o:p></span></p>\n\n"
        for line in words.plain.split("\n")
    )
    fields = "<br>\n".join(f"<b>{name}</b> {escape(value)}" for name, value in words.header)
    html = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>\n<meta http-equiv=Content-Type '
        'content="text/html; charset=iso-8859-1"><meta name=Generator content="Microsoft Word 15">\n'
        "<style><!--\np.MsoNormal {margin:0cm; font-size:11.0pt;}\n--></style></head>"
        f'<body lang=EN-GB link="#0563C1"><div class=WordSection1>{lines}<p class=MsoNormal>'
        '<img width=120 height=40 id="Picture_x0020_1" src="cid:logo@northgate" alt="Northgate"></p>'
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        f"<p class=MsoNormal>{fields}<o:p></o:p></p></div><p class=MsoNormal>Hello,<o:p></o:p></p>"
        f"<p class=MsoNormal>{ASKED[0]}<o:p></o:p></p><p class=MsoNormal>{ASKED[1]}</p></div></body></html>\n"
    )
    fields = "\n".join(f"{name} {value}" for name, value in words.header)
    plain = words.plain.replace("\n", "\n\n") + f"\n\n{fields}\n\nHello,\n{ASKED[0]}\n{ASKED[1]}\n"
    texts = [part("text/plain", plain, shape), part("text/html", html, shape)]
    related = [multi("alternative", "_000_AM9", texts, newline), image(newline)]
    body = multi(
        "related",
        "_004_AM9",
        related,
        newline,
        "This is a multi-part message in MIME format." + newline,
    )
    return headed(body, newline, "X-Mailer: Microsoft Outlook 16.0")


def outlook_web(words: Words, newline: str) -> bytes:
    shape = Shape(transfer="base64", newline=newline)
    style = 'style="font-family: Aptos, Calibri, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);"'
    lines = "".join(
        f'<div class="elementToProof" {style}>{escape(line, quote=False) or "<br>"}</div>\n'
        for line in words.plain.split("\n")
    )
    fields = "<br>\n".join(f"<b>{name}</b> {escape(value)}" for name, value in words.header)
    html = (
        f'<html><head></head><body dir="ltr">\n{lines}<div id="appendonsend"></div><hr style="display:'
        'inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">'
        f"{fields}</font><div>&nbsp;</div></div><div>Hello,</div><div>{ASKED[0]}</div></body></html>\n"
    )
    rule = "_" * 32
    fields = "\n".join(f"{name} {value}" for name, value in words.header)
    plain = f"{words.plain}\n{rule}\n{fields}\n\nHello,\n{ASKED[0]}\n"
    parts = [part("text/plain", plain, shape), part("text/html", html, shape)]
    return headed(multi("alternative", "_000_VI1PR", parts, newline), newline, "x-ms-has-attach:")


def apple_mail(words: Words, newline: str) -> bytes:
    shape = Shape(newline=newline)
    html = (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body '
        f'style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">{divs(words.plain)}<div><br>'
        f'<blockquote type="cite"><div>{escape(words.said)}</div><br class="Apple-interchange-newline">'
        f"<div><div>Hello,<br><br>{ASKED[0]}</div></div></blockquote></div><br></body></html>"
    )
    related = multi(
        "related", "Apple-Mail=_B2", [part("text/html", html, shape), image(newline)], newline
    )
    plain = f"{words.plain}\n\n{words.quoted}\n\n"
    parts = [part("text/plain", plain, shape), related]
    body = multi("alternative", "Apple-Mail=_B", parts, newline, newline)
    return headed(body, newline, "X-Mailer: Apple Mail (2.3826.400.131.1.6)")


def iphone(words: Words, newline: str) -> bytes:
    shape = Shape(newline=newline)
    plain = f"{words.plain}\n\nSent from my iPhone\n\n> {words.said}\n> \n> Hello,\n> {ASKED[0]}\n"
    files = [part("text/plain", plain, shape), attachment(newline)]
    return headed(
        multi("mixed", "Apple-Mail-7F", files, newline), newline, "X-Mailer: iPhone Mail (22D72)"
    )


def thunderbird_html(words: Words, newline: str) -> bytes:
    shape = Shape("UTF-8", "8bit", newline)
    paragraphs = wrap(
        "\n".join(f"    <p>{escape(line)}</p>" for line in words.plain.split("\n") if line)
    )
    html = (
        '<!DOCTYPE html>\n<html>\n  <head>\n    <meta http-equiv="content-type" content="text/html; '
        f'charset=UTF-8">\n  </head>\n  <body>\n{paragraphs}\n    <div class="moz-cite-prefix">'
        f'{escape(words.said)}<br>\n    </div>\n    <blockquote type="cite" cite="mid:CAF+8x1@mail.example">\n'
        f'      <pre class="moz-quote-pre" wrap="">Hello,\n\n{ASKED[0]}\n{ASKED[1]}\n</pre>\n    </blockquote>\n'
        "  </body>\n</html>\n"
    )
    return headed(part("text/html", html, shape), newline, "User-Agent: Mozilla Thunderbird")


def thunderbird_flowed(words: Words, newline: str) -> bytes:
    shape = Shape("UTF-8", "8bit", newline, "; format=flowed")
    text = f"{wrap(words.plain, end=' ')}\n\n{words.quoted}\n"
    return headed(part("text/plain", text, shape), newline, "User-Agent: Mozilla Thunderbird")


def thunderbird_below(words: Words, newline: str) -> bytes:
    shape = Shape(
        "UTF-8", "7bit" if words.said.isascii() else "8bit", newline, "; format=flowed; delsp=yes"
    )
    own = "\n".join(["Dear Ms Adeyemi,", "", *words.draft, "", "-- ", "Northgate Claims"])
    flowed = "\n".join(line if line == "-- " else wrap(line, end="  ") for line in own.split("\n"))
    return headed(part("text/plain", f"{words.quoted}\n\n{flowed}\n", shape), newline, "")


def mutt(words: Words, newline: str) -> bytes:
    shape = Shape(
        "us-ascii" if words.said.isascii() else "utf-8",
        "" if words.said.isascii() else "8bit",
        newline,
    )
    own = words.plain.replace("é", "e")
    text = f"{wrap(own)}\n\n{words.quoted}\n"
    return headed(
        part("text/plain", text, shape, "Content-Disposition: inline\n"),
        newline,
        "User-Agent: Mutt/2.2.9",
    )


def mutt_between(words: Words, newline: str) -> bytes:
    shape = Shape(transfer="8bit", newline=newline)
    text = (
        f"{words.said}\n> Hello,\n> {ASKED[0]}\n\n{wrap(words.draft[0])}\n\n> {ASKED[1]}\n\n"
        f"{wrap(words.draft[1])}\n\n-- \nRenée Kowalski\nNorthgate Claims\n"
    )
    return headed(part("text/plain", text, shape), newline, "User-Agent: NeoMutt/20220429")


def bare(words: Words, newline: str) -> bytes:
    """What an editor gets from mutt with `edit_headers`: no MIME header at all."""
    text = f"{wrap(words.plain)}\n\n{words.quoted}\n".replace("\n", newline)
    return headed(newline.encode() + text.encode(), newline, "", mime=False)


def emacs(words: Words, newline: str) -> bytes:
    shape = Shape("utf-8", "quoted-printable", newline)
    text = f"{wrap(words.plain)}\n\n{words.quoted}\n"
    files = [part("text/plain", text, shape), attachment(newline)]
    return headed(
        multi("mixed", "=-=-=", files, newline), newline, "User-Agent: Gnus/5.13 (Gnus v5.13)"
    )


def aerc(words: Words, newline: str) -> bytes:
    shape = Shape("UTF-8", "quoted-printable", newline, "; format=flowed")
    return headed(
        part("text/plain", f"{words.plain}\n\n{words.quoted}\n", shape),
        newline,
        "User-Agent: aerc/0.18.2",
    )


def yahoo(words: Words, newline: str) -> bytes:
    shape = Shape("UTF-8", "7bit" if words.said.isascii() else "8bit", newline)
    own = words.plain.replace("é", "e")
    html = (
        '<html><head></head><body><div class="ydp8yahoo-style-wrap" style="font-family:Helvetica;font-size:13px;">'
        f'{divs(own)}</div><div id="ydp1yahoo_quoted_77" class="ydp1yahoo_quoted"><div style="color:#26282a;">'
        f"<div>{escape(words.said)}</div><div><br></div><div>{ASKED[0]}</div></div></div></body></html>"
    )
    parts = [
        part("text/plain", f" {own}\n\n    {words.quoted}\n", shape),
        part("text/html", html, shape),
    ]
    return headed(
        multi("alternative", "----=_Part_12_34", parts, newline),
        newline,
        "X-Mailer: WebService/1.1",
    )


def proton(words: Words, newline: str) -> bytes:
    shape = Shape(transfer="base64", newline=newline)
    html = (
        f'<div style="font-family: Arial, sans-serif; font-size: 14px;">{divs(words.plain)}</div>'
        '<div class="protonmail_signature_block" style="font-size: 14px;"><div class="protonmail_signature_block-user">'
        'Northgate Claims</div></div><div class="protonmail_quote">'
        f'{escape(words.said)}<br><br><blockquote class="protonmail_quote" type="cite">{ASKED[0]}'
        "</blockquote><br></div>"
    )
    return headed(part("text/html", html, shape), newline, "")


def zimbra(words: Words, newline: str) -> bytes:
    shape = Shape("windows-1252", newline=newline)
    fields = "<br>".join(f"<b>{name}</b>{escape(value)}" for name, value in words.header)
    html = (
        '<html><body><div style="font-family: arial; font-size: 12pt;">'
        f'{divs(words.plain)}<hr id="zwchr" data-marker="__DIVIDER__"><div>{fields}<br></div><br>'
        f"<div>{ASKED[0]}</div></div></body></html>"
    )
    fields = "\n".join(f"{name} {value}" for name, value in words.header)
    plain = f"{words.plain}\n\n{fields}\n\n{ASKED[0]}\n"
    parts = [part("text/plain", plain, shape), part("text/html", html, shape)]
    inner = multi("alternative", "=_9", parts, newline)
    return headed(
        multi("mixed", "=_9b", [inner, attachment(newline)], newline),
        newline,
        "X-Mailer: Zimbra 8.8",
    )


def roundcube(words: Words, newline: str) -> bytes:
    shape = Shape("UTF-8", "8bit", newline, ";\n format=flowed".replace("\n", newline))
    text = f"{words.said}\n> Hello,\n> {ASKED[0]}\n\n{wrap(words.plain, end=' ')}\n"
    return headed(part("text/plain", text, shape), newline, "User-Agent: Roundcube Webmail/1.6.9")


def evolution(words: Words, newline: str) -> bytes:
    shape = Shape("ISO-8859-15", "8bit", newline)
    plain = f"{wrap(words.plain)}\n\n{words.quoted}\n".encode("iso-8859-15", "replace").decode(
        "iso-8859-15"
    )
    html = (
        f'<html><head></head><body>{divs(words.plain)}<div><br></div><blockquote type="cite" style="margin:0 0 0 .8ex">'
        f"<div>{ASKED[0]}</div></blockquote></body></html>"
    )
    parts = [part("text/plain", plain, shape), part("text/html", html, shape)]
    return headed(
        multi("alternative", "=-abc", parts, newline), newline, "User-Agent: Evolution 3.46.4"
    )


def notes(words: Words, newline: str) -> bytes:
    shape = Shape("US-ASCII", "quoted-printable", newline)
    own = words.plain.replace("é", "e")
    html = (
        f'<font size=2 face="sans-serif">{own.replace(chr(10), "<br>" + chr(10))}</font><br><br><hr>'
        f"<table width=100%><tr><td><font size=1 color=#5f5f5f>From: Ann Adeyemi<br>Date: 3 March 2026 10:12<br>"
        f"To: Claims<br>Subject: Where is my refund?</font></td></tr></table><br>{ASKED[0]}<br>"
    )
    return headed(part("text/html", html, shape), newline, "X-Mailer: HCL Notes Release 12.0.2")


MAKERS: dict[str, tuple[Callable[[Words, str], bytes], tuple[str, ...]]] = {
    "gmail": (gmail, ("en", "de", "fr", "ja", "pt", "sv")),
    "outlook_desktop": (outlook_desktop, ("en", "de", "fr", "es")),
    "outlook_web": (outlook_web, ("en", "de", "fr", "es")),
    "apple_mail": (apple_mail, ("en_us", "de", "it", "nl")),
    "iphone": (iphone, ("en_us", "fr", "es")),
    "thunderbird_html": (thunderbird_html, ("en", "de", "pl", "cs")),
    "thunderbird_flowed": (thunderbird_flowed, ("en", "de", "sv", "it")),
    "thunderbird_below": (thunderbird_below, ("en", "fr", "nl", "pl")),
    "mutt": (mutt, ("en", "de", "cs", "es")),
    "mutt_between": (mutt_between, ("en", "fr", "pt")),
    "bare": (bare, ("en", "de", "sv")),
    "emacs": (emacs, ("en", "fr", "nl")),
    "aerc": (aerc, ("en", "de", "it")),
    "yahoo": (yahoo, ("en", "es", "pt")),
    "proton": (proton, ("en", "de", "fr")),
    "zimbra": (zimbra, ("en", "de", "es")),
    "roundcube": (roundcube, ("en", "it", "pl")),
    "evolution": (evolution, ("en", "fr", "sv")),
    "notes": (notes, ("en", "en_us")),
}  # fmt: skip


@cache
def corpus() -> dict[str, bytes]:
    """Return all mails by name; line ends and drafts take turns."""
    mails: dict[str, bytes] = {}
    drafts, newlines = cycle(DRAFTS), cycle((CRLF, LF, CRLF))
    for client, (make, languages) in MAKERS.items():
        for language in languages:
            mails[f"{client}_{language}"] = make(Words(next(drafts), language), next(newlines))
    return mails
