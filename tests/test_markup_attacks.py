"""Known ways to smuggle a script through a sanitizer, and what is left of each."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.markup.elements import PROTOCOLS, SIGNATURE, TAGS, may_have
from drafting.markup.sanitizer import sanitize
from tests.pages import SOUP, any_pages

VECTORS = (
    "<script>alert(1)</script>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<SCRIPT/SRC=//x.example/x.js>",
    "<img src=x onerror=alert(1)>", "<img/src='x'/onerror=alert(1)>", "<img src=x:x onerror=alert(1)//",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script>", "<svg><a xlink:href=javascript:alert(1)><text>x",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>", "<math href='javascript:alert(1)'>x</math>",
    "<a href=javascript:alert(1)>x</a>", "<a href='JaVaScRiPt:alert(1)'>x", "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>", "<a href=' javascript:alert(1)'>x",
    "<a href='\x01javascript:alert(1)'>x</a>", "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='javascript&colon;x'>x", "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href='javascript&#58;alert(1)'>x", "<a href='&#0000106avascript:x'>x",
    "<a href='java\u200bscript:alert(1)'>x</a>", "<a href='vbscript:x'>x</a>",
    "<a href='data:text/html,<script>x</script>'>x", "<a href='{{x}}javascript:alert(1)'>x</a>",
    "<a href='java{{x}}script:alert(1)'>x</a>", "<a href='javascript{{x}}:y'>x",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<iframe src=javascript:alert(1)>", "<embed src=//x>",
    "<object data='javascript:x'>", "<form action=javascript:x><button>x",
    "<button formaction=javascript:x>x</button>", "<base href='javascript:x//'>",
    "<meta http-equiv=refresh content='0;url=javascript:x'>", "<link rel=stylesheet href=x>",
    "<style>@import 'x';</style>", "<div style='background:url(javascript:x)'>x</div>",
    "<p style=x:expression(alert(1))>", "<table background=javascript:x><td background=javascript:x>",
    "<body onload=alert(1)>", "<input autofocus onfocus=x>", "<details open ontoggle=alert(1)>x",
    "<video><source onerror=alert(1)>", "<audio src onerror=x>", "<marquee onstart=x>x",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<textarea></textarea><script>x</script>",
    "<title></title><img src=x onerror=x>", "<xmp><p title='</xmp><img src onerror=x>'>",
    "<plaintext><script>x</script>", "<p title='--><img src=x onerror=alert(1)>'>x</p>",
    "<!--><img src=x onerror=alert(1)>-->", "<!--!><img src onerror=x>", "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>", "<?php <img src onerror=x> ?>",
    "<a title='{{\"}}' onmouseover=alert(1) x='\"'>x</a>", "<a href='{{ \" onmouseover=alert(1) \" }}'>x</a>",
    "<a href=\"{{ x | default: \" onclick=alert(1) \" }}\">x</a>",
    "<a title=\"{{ ' }}\" href='{{ \" onclick=x }}'>x</a>", "{{<script>alert(1)</script>}}",
    "{{ x < script>alert(1)</script> }}", "<<script>>alert(1)<</script>>", "<%<script>x%>",
    "<% ><script>x</script> %>", "{%raw%}<img src=x onerror=x>{%endraw%}", "[[<img src=x onerror=alert(1)>]]",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>", "<a\x0bhref='javascript:x' onclick=x>x</a>",
    "<img src=\"x` `<script>x</script>\"` `>", "<div id='x'\x00onclick=alert(1)>x", "<p/onclick=alert(1)>x",
    "<a href=//x onx=y", "<img src='x' alt='\"onerror=alert(1)'>", "<a href='x' title='`onclick=alert(1)'>x",
    "<use href='data:image/svg+xml,x'>", "<template><script>x</script></template>",
    "<select><style></select><img src=x onerror=x></style>", "<isindex onfocus=x>",
)  # fmt: skip


class Checker(HTMLParser):
    """Fails at whatever may not be in clean HTML."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            assert may_have(tag, name) or (name, value) == SIGNATURE, name
            if name in {"href", "src", "cite"}:
                assert_safe_address(value or "")

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction")


def assert_safe_address(value: str) -> None:
    scheme, colon, _ = "".join(c for c in value if c.isprintable() and c > " ").partition(":")
    if colon and scheme.isalnum():
        assert scheme.lower() in PROTOCOLS, value


def check(source: str) -> None:
    checker = Checker()
    checker.feed(sanitize(source))
    checker.close()


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_runs_gets_through(vector: str) -> None:
    for source in (
        vector,
        f"<p>Hi {vector} there</p>",
        f"<table><tr>{vector}",
        f"<b><a href=/x>{vector}",
    ):
        check(source)
    clean = sanitize(vector)
    assert sanitize(clean) == clean


@given(any_pages())
def test_nothing_that_runs_gets_through_any_page(source: str) -> None:
    check(source)


@given(st.lists(st.sampled_from(VECTORS + SOUP), max_size=8).map("".join))
def test_attacks_do_not_help_each_other(source: str) -> None:
    check(source)
