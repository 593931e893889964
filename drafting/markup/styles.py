"""What a style attribute says that outlives it: hidden, bold, a line of its own.

Styles themselves are not kept: without their sheet they mean little, and some of them leak. Knows
nothing of cascades.
"""

import re

from drafting.markup.tokens import Tag

_HIDDEN = re.compile(
    r"(?:^|;)(?:display:none|visibility:hidden|mso-hide:all|max-height:0(?:px|pt|em)?(?=;|!|$))"
)
_SMALL = re.compile(r"[01](?:px|pt)?")
_SIZE = re.compile(r"(?:^|;)(width|height):([^;!]*+)")
_FAINT = re.compile(r"(?:^|;)opacity:0(?:\.0*)?(?=;|!|$)")
_NAMED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("b", re.compile(r"(?:^|;)font-weight:(?:bold|[6-9]00)")),
    ("i", re.compile(r"(?:^|;)font-style:(?:italic|oblique)")),
    ("u", re.compile(r"(?:^|;)text-decoration(?:-line)?:[a-z]*underline")),
    ("s", re.compile(r"(?:^|;)text-decoration(?:-line)?:[a-z]*line-through")),
)
_LIGHT = re.compile(r"(?:^|;)font-weight:(?:normal|[1-5]00)")
_UPRIGHT = re.compile(r"(?:^|;)font-style:normal")
_LINE_CLASS = re.compile(r"\bMso(?:Normal|PlainText|NoSpacing)\b", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:gmail_signature|moz-signature|protonmail_signature_block|signature|AppleMailSignature)",
    re.IGNORECASE,
)
_NO_MARGIN = re.compile(r"(?:^|;)margin:0(?:[a-z]{2})?(?=;|!|$)")


def is_hidden(tag: Tag) -> bool:
    """Whether readers never see the element."""
    return "hidden" in tag.attributes or _HIDDEN.search(tag.style) is not None


def is_pixel(tag: Tag) -> bool:
    """Whether an image is there to be fetched, not to be seen."""
    if is_hidden(tag) or _FAINT.search(tag.style):
        return True
    sizes = {name: tag.attributes[name] for name in ("width", "height") if name in tag.attributes}
    sizes.update(_SIZE.findall(tag.style))
    return bool(sizes) and all(_SMALL.fullmatch(size.strip().lower()) for size in sizes.values())


def find_emphasis(tag: Tag) -> list[str]:
    """Return the elements that say what an inline element's style says."""
    return [name for name, pattern in _NAMED if tag.style and pattern.search(tag.style)]


def is_plain(tag: Tag) -> bool:
    """Whether a style takes back what the element's name says (`<b style="font-weight:normal">`)."""
    bold, slanted = tag.name in {"b", "strong"}, tag.name in {"i", "em"}
    return bool((bold and _LIGHT.search(tag.style)) or (slanted and _UPRIGHT.search(tag.style)))


def is_signature(tag: Tag) -> bool:
    """Whether a block is the signature that a mail client puts in."""
    names = [*tag.attributes.get("class", "").split(), tag.attributes.get("id", "")]
    return any(_SIGNATURE.fullmatch(name) for name in names)


def is_line(tag: Tag) -> bool:
    """Whether a paragraph has no space around it, as Outlook's: it is a line."""
    named = _LINE_CLASS.search(tag.attributes.get("class", ""))
    return named is not None or _NO_MARGIN.search(tag.style) is not None
