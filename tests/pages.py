"""HTML for tests: mails as real clients write them (tests/mails), made mails, and tag soup."""

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from tests.drafts import CARRIERS, FACTS

MAILS = Path(__file__).resolve().parent / "mails"

SOUP = (
    "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<a href='https://x.example/1'>", "</a>",
    "<a href=javascript:x>", "<ul>", "</ul>", "<ol start=2>", "</ol>", "<li>", "</li>", "<br>", "<table>", "</table>",
    "<tr>", "<td>", "</td>", "<th>", "<tbody>", "</tr>", "<caption>", "<hr>", "<pre>", "</pre>", "<blockquote>",
    "</blockquote>", "<h2>", "</h3>", "<dl>", "<dt>", "<dd>", "<font color=red>", "</font>",
    "<span style='font-weight:bold'>", "</span>", "<code>", "</code>", "<script>x", "</script>", "<style>p{}</style>",
    "<!-- c -->", "<!--", "<![if !mso]>", "<svg>", "</svg>", "<o:p>", "</o:p>", "<p hidden>",
    "<img src=cid:1 alt=Logo>", "<img src=x width=1 height=1>", "{{#each x}}", "{{/each}}", "{{ a & b }}", "{{> p}}",
    "<a href='{{ u | default: \"x\" }}'>", "<a title=\"{{'\" href=/y>", "<%= n %>", "<<date>>", "&nbsp;", "&amp;lt;",
    "&lt;", "&copy", "&", "<", ">", "\"", "'", " ", "\n", "\t", "Send it.", "No refund!", "a", "\u00a0", "👍", "é",
    "<section>", "<center>", "</center>", "<textarea>", "</title>", "<math><mtext>", "<p class=MsoNormal>", "\x00",
    "\r", "<select><option>", "<div class=gmail_signature>", "</br>", "<a name=x>", "<base href=//x>", "</", "<a b='",
    "]]>",
)  # fmt: skip

_BLOCKS = (
    "<p>{}</p>", "<div>{}</div>", "<div>{}</div><div><br></div>", "<ul><li>{}</li></ul>", "<p>{}<br></p>",
    "<ol><li>{}</li><li>Keep it.</li></ol>", "<table><tr><td>{}</td><td>x</td></tr></table>", "{}<br>",
    "<blockquote>{}</blockquote>", "<h2>{}</h2>", "<div><p>{}</p></div>", "{}<br><br>", "<p>&nbsp;</p><p>{}</p>",
    "<font face=Arial><div>{}</div></font>", "<div>{}\n</div>\n",
)  # fmt: skip
_AROUND = (
    "{}", "{}", "{}", "<b>{}</b>", "<a href='https://x.example/?a=1&amp;b=2'>{}</a>", "<i>{}</i> ", "<code>{}</code>",
    "{} <img src='cid:7' alt='Photo'>", "<span style='font-weight:700'>{}</span>", "{} {{{{tag}}}}",
)  # fmt: skip
_WORDS = ("You failed", "to send", "the form", "per our policy", "no refund", "Pay now", "at once")


@cache
def mails() -> dict[str, str]:
    """Return the mails of real clients by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted(MAILS.glob("*.html"))}


def soups() -> st.SearchStrategy[str]:
    """Draw tags and text in any order."""
    return st.lists(st.sampled_from(SOUP), max_size=25).map("".join)


@st.composite
def made_pages(draw: st.DrawFn) -> str:
    """Draw a mail of blocks with sentences, parts of which are linked, bold or the like."""
    blocks = draw(
        st.lists(st.tuples(st.sampled_from(_BLOCKS), sentences()), min_size=1, max_size=5)
    )
    return "<p>Hi Ann,</p>" + "".join(block.replace("{}", text) for block, text in blocks)


def sentences() -> st.SearchStrategy[str]:
    """Draw one to three sentences in HTML."""
    return st.lists(st.one_of(_worded(), _carried()), min_size=1, max_size=3).map(" ".join)


@st.composite
def _worded(draw: st.DrawFn) -> str:
    parts = draw(
        st.lists(
            st.tuples(st.sampled_from(_AROUND), st.sampled_from(_WORDS)), min_size=1, max_size=4
        )
    )
    return " ".join(around.format(word) for around, word in parts) + draw(st.sampled_from(".!"))


@st.composite
def _carried(draw: st.DrawFn) -> str:
    carrier = draw(st.sampled_from([text for text in CARRIERS if not text.startswith("-")]))
    while "{}" in carrier:
        fact = draw(st.sampled_from(FACTS)).replace("{}", "").replace("&", "&amp;")
        carrier = carrier.replace("{}", draw(st.sampled_from(_AROUND[:6])).format(fact), 1)
    return carrier


def any_pages() -> st.SearchStrategy[str]:
    """Draw made mails, real ones, tag soup and arbitrary text."""
    return st.one_of(
        made_pages(), st.sampled_from(list(mails().values())), soups(), st.text(max_size=200)
    )
