"""What holds for all tests: hypothesis never judges by the clock, since machines here are noisy."""

import os

import pytest
from hypothesis import settings

settings.register_profile("drafting", deadline=None)
settings.load_profile("drafting")


@pytest.fixture(scope="session", autouse=True)
def _data(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the servers that tests start away from the batches of whoever runs them."""
    os.environ["DRAFTING_DATA"] = str(tmp_path_factory.mktemp("data"))
