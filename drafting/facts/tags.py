"""Merge tags: the placeholders that a help desk fills in after the agent is done.

Recognises the shapes of the usual systems (Liquid, Handlebars, Mailchimp, printf, ...). Does not
know which tags a system has, or what a tag will turn into.
"""

import re
from collections.abc import Iterator

from drafting.facts.fact import FactKind, Mark, Span

# Every repetition is bounded or possessive: hostile text costs no more than long text.
_STRING = "|".join(
    rf"(?<!\w){quote}(?:[^{quote}{{]|\{{(?!\{{)){{0,200}}+{quote}" for quote in ('"', "'")
)
_BODY = rf"(?:[^{{}}\"']|{_STRING}|[\"']|\}}(?!\}})|\{{(?!\{{)){{1,400}}+"
_PERCENT_BODY = rf"(?:[^%{{\"']|\{{(?!%)|{_STRING}|[\"']|%(?!\}})){{1,400}}+"

_SHAPES = (
    rf"\{{\{{\{{{_BODY}\}}\}}\}}",
    rf"\{{\{{{_BODY}\}}\}}",
    rf"\{{%{_PERCENT_BODY}%\}}",
    r"<%(?:[^<>%]|%(?!>)){1,200}+%>",
    r"<<[^<>\n]{1,80}+>>",
    r"\*\|[^|\n]{1,80}+\|\*",
    r"\[\[[^\[\]\n]{1,80}+\]\]",
    r"\(\([^()\n]{1,80}+\)\)",
    r"[#%$@!]?\{(?:[^{}\n]|\{[^{}\n]{0,80}+\}){1,300}+\}",
    r"(?<!\w)\[(?=[^\[\]\n]{0,59}[^\W\d_])[^\[\]\n]{1,60}+\](?!\()",
    r"</?[A-Za-z][A-Za-z0-9]{0,14}(?:\s[^<>]{1,300}+)?/?>",
    r"<[/#]?[A-Za-z](?![a-z]{2,9}://)[^<>@\n]{0,200}+>",
    r"(?<![\w%])%%?[A-Za-z_][\w.]{1,60}+%%?",
    r"(?<![\w%])%(?:\(\w{1,40}\))?(?:\d{1,2}\$)?(?:\.\d{1,2})?[sdif@](?!\w)",
    r"(?<![\w#])##?[A-Za-z_][\w.]{1,40}+##?(?!\w)",
    r"(?<![\w$])\$[A-Za-z_]\w{1,60}+",
    r"(?<!\w)__[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)*+__(?!\w)",
)
# "#{{order.id}}", "${{total}}", "INV-{{number}}" and "{{rate}}%" are one thing each.
_TAG = re.compile(
    r"(?=[\[{<*%#$@!(£€¥_A-Z])(?:[#@$£€¥]|(?<!\w)[A-Z]{1,6}[-#](?=[{\[<*%]))?(?:"
    + "|".join(_SHAPES)
    + r")(?:%(?![\w{%]))?"
)

_OPENER = re.compile(
    r"\{%-?\s*(if|unless|for|case|capture|comment|raw|block|with|macro|tablerow)\b"
    r"|\{\{[~-]?\s*[#^]\s*([\w.-]{1,60})"
    r"|\{\{-?\s*(if|range|with|block|define)\s"
    r"|\*\|(IF|IFNOT|INTERESTED):"
)
_CLOSER = re.compile(r"\{%-?\s*end\w*|\{\{[~-]?\s*/|\{\{-?\s*end\b|\*\|END:")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def find_tags(text: str) -> Iterator[Mark]:
    """Mark each merge tag; of a block each tag is one, and the text between is text."""
    for match in _TAG.finditer(text):
        yield Mark(FactKind.MERGE_TAG, match.start(), match.end())


def find_blocks(text: str) -> Iterator[Span]:
    """Yield the outermost `{% if %}...{% endif %}` blocks that stay within a paragraph."""
    open_at: list[int] = []
    for mark in find_tags(text):
        tag = text[mark.start : mark.end]
        if _CLOSER.match(tag) and open_at:
            start = open_at.pop()
            if not open_at and not _BLANK_LINE.search(text, start, mark.end):
                yield start, mark.end
        elif _OPENER.match(tag):
            open_at.append(mark.start)
