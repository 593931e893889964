"""Which elements and attributes of a mail are kept, under which name, and how they lie.

Data for all of the package. Knows nothing of parsing; what a link may point to is known to the
sanitizer.
"""

BLANK_LINE = 2
NEW_LINE = 1

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"ul", "ol", "dl"})
CELLS = frozenset({"td", "th", "caption"})
SECTIONS = frozenset({"thead", "tbody", "tfoot"})
ROWS = frozenset({"tr"})
TABLE_PARTS = CELLS | SECTIONS | ROWS
TABLE_CONTEXT = SECTIONS | ROWS | {"table"}
"""Blocks that hold no text of their own, only the next part of a table."""

BREAKS: dict[str, int] = {
    **dict.fromkeys(HEADINGS | LISTS | TABLE_PARTS, BLANK_LINE),
    **dict.fromkeys(("p", "blockquote", "pre", "table", "hr"), BLANK_LINE),
    **dict.fromkeys(("div", "li", "dt", "dd"), NEW_LINE),
}
"""The blocks, with how many line breaks each is apart from what is beside it in plain text."""

LINK = "a"
CODE = "code"
NEEDING_ATTRIBUTES = frozenset({"a", "span", "font", "abbr"})
"""Inline elements that do nothing without an attribute."""

INLINES = NEEDING_ATTRIBUTES | frozenset(
    "b strong i em u s del ins sub sup small big mark code cite q".split()
)
VERBATIM = frozenset({LINK, CODE})
"""Inline elements whose text is a fact, and which no new text may slip into."""

RENAMED = {
    **dict.fromkeys(
        "center section article header footer main nav aside figure figcaption address details"
        " summary form fieldset".split(),
        "div",
    ),
    **dict.fromkeys(("tt", "kbd", "samp", "var"), "code"),
    **dict.fromkeys(("dir", "menu"), "ul"),
    "strike": "s",
    "image": "img",
}
"""Elements that are kept under the name of a plainer one."""

RAW = frozenset(
    "script style title textarea xmp iframe noembed noframes noscript plaintext".split()
)
"""Elements whose content is no markup; all of it goes."""

DROPPED = frozenset(
    "svg math template object embed applet select datalist video audio canvas map frameset"
    " portal dialog xml".split()
)
"""Elements that go with everything in them."""

EVERYWHERE = frozenset({"dir", "lang"})
_CELL = frozenset({"colspan", "rowspan", "align", "valign", "width", "height", "bgcolor"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "title"}),
    "abbr": frozenset({"title"}),
    "font": frozenset({"color", "face", "size"}),
    "img": frozenset({"src", "alt", "title", "width", "height"}),
    "blockquote": frozenset({"type", "cite"}),
    "ol": frozenset({"start", "type"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"value", "type"}),
    "table": frozenset({"border", "cellpadding", "cellspacing", "width", "align", "bgcolor"}),
    "tr": frozenset({"align", "valign", "bgcolor"}),
    "td": _CELL,
    "th": _CELL | {"scope"},
}

SIGNATURE = ("class", "signature")
"""The one class that is kept: it tells the signature of a mail client from the mail."""

TAGS = frozenset(BREAKS) | INLINES | {"br", "img"}
PROTOCOLS = frozenset({"http", "https", "mailto", "tel", "cid"})


def may_have(tag: str, attribute: str) -> bool:
    """Tell whether an element keeps an attribute."""
    return attribute in EVERYWHERE or attribute in ATTRIBUTES.get(tag, frozenset())
