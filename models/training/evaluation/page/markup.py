"""Elements of HTML and SVG as text; what isn't markup already is escaped."""

from collections.abc import Iterable
from html import escape


class Html(str):
    """Text that is markup, and so is never escaped again."""

    __slots__ = ()


Child = str | Iterable[str]
VOID = frozenset({"meta", "br", "line", "rect", "circle"})


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Html:
    """Return an element; `class_` stands for `class`, and an attribute that is None is left out."""
    named = (
        f' {key.rstrip("_").replace("_", "-")}="{escape(_write(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    start = f"<{name}{''.join(named)}>"
    if name in VOID and not children:
        return Html(f"{start[:-1]}/>")
    return Html(f"{start}{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """Return children one after another."""
    return Html("".join(map(_flatten, children)))


def _flatten(child: Child) -> str:
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return escape(child, quote=False)
    return join(*child)


def _write(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.5g}"
