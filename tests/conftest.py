"""What holds for all tests: one browser; hypothesis never judges by the clock, since machines here are noisy."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.browser.chromium import chromium

settings.register_profile("drafting", deadline=None)
settings.load_profile("drafting")


@pytest.fixture(scope="session", autouse=True)
def _data(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the servers that tests start away from the batches of whoever runs them."""
    os.environ["DRAFTING_DATA"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests: Playwright can't be started a second time beside itself."""
    with chromium() as started:
        yield started
