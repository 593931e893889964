"""The add-on as it is built, in one Thunderbird for all tests of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.served import serve
from tests.thunderbird.composing import Agent
from tests.thunderbird.running import is_installed, running
from web.clients.addon import pack


@pytest.fixture(scope="session")
def addon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The add-on's file."""
    target = tmp_path_factory.mktemp("addon") / "drafting.xpi"
    pack(target)
    return target


@pytest.fixture(scope="session")
def agent(addon: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """A person at a Thunderbird that has the add-on."""
    if not is_installed():
        pytest.skip("Thunderbird and Xvfb aren't installed: apt-get install -y thunderbird xvfb")
    folder = tmp_path_factory.mktemp("thunderbird")
    with running(folder) as control:
        agent = Agent(control, folder / "profile")
        agent.install(addon)
        yield agent


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """Address of the program as a person starts it, with the real model."""
    with serve() as address:
        yield address
