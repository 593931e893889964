"""One server with the real model, one with a scripted engine."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from drafting.engine import Bar
from tests.browser.desk import Desk
from tests.browser.gated import GatedEngine
from tests.browser.served import serve
from tests.serving import listening

OpenDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def real() -> Iterator[str]:
    """Address of the program as a person starts it."""
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def _scripted() -> Iterator[tuple[str, GatedEngine]]:
    engine = GatedEngine()
    limits = {"rewrite_limit": "9999/minute", "other_limit": "9999/minute"}
    with listening(engine, **limits) as (address, _):
        yield address, engine


@pytest.fixture
def engine(_scripted: tuple[str, GatedEngine]) -> Iterator[GatedEngine]:
    """The scripted engine; its gate stands open and it keeps all, and does again after each test."""
    engine = _scripted[1]
    yield engine
    engine.is_open = True
    engine.script, engine.verdict, engine.bar = {}, None, Bar()


@pytest.fixture
def scripted(_scripted: tuple[str, GatedEngine], engine: GatedEngine) -> str:
    """Address of a server in this process whose moves and phrases are real and whose model isn't."""
    return _scripted[0]


@pytest.fixture
def open_desk(browser: Browser) -> Iterator[OpenDesk]:
    """Open the page of a server; in the end, nothing may have gone wrong in any of its tabs."""
    opened = []

    def open_page(address: str, **options: object) -> Desk:
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        context = browser.new_context(base_url=address, **(settings | options))  # type: ignore[arg-type]
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        desk = Desk(context.new_page())
        opened.append((context, desk))
        desk.page.goto("/")
        return desk

    yield open_page
    for context, _ in opened:
        context.close()
    assert [wrong for _, desk in opened for wrong in desk.wrong] == []
