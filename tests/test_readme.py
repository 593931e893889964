"""The README's examples of the API are real: they are run against a server, as they stand there."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.batching import make_csv
from tests.mails.corpus import corpus
from tests.readme import README, block
from tests.serving import listening

SERVED = "http://127.0.0.1:5000"
REPLY = "We haven't received the receipt for $129 yet. Please send it now."


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with listening() as (address, _):
        yield address


def test_the_python_example(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(block("python", "httpx").replace(SERVED, address), {})
    assert capsys.readouterr().out == REPLY + "\n"


def run_curl(example: str, address: str, folder: Path) -> str:
    """Run an example in a shell and return what it prints."""
    if not shutil.which("curl"):
        pytest.skip("curl isn't installed")
    assert example.count(SERVED) == 1
    done = subprocess.run(
        ["sh", "-c", example.replace(SERVED, address)],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def command(holding: str) -> str:
    """Return what is typed in a console block of the README that holds some text."""
    (line,) = re.findall(r"^\$ (.*)", block("console", holding), re.MULTILINE)
    return str(line)


def test_the_curl_example(address: str, tmp_path: Path) -> None:
    answer = run_curl(block("bash", "curl"), address, tmp_path)
    assert f'"reply":"{REPLY}"' in answer


def test_the_curl_example_of_a_mail(address: str, tmp_path: Path) -> None:
    (tmp_path / "draft.eml").write_bytes(corpus()["mutt_en"])
    assert run_curl(command("draft.eml"), address, tmp_path) == ""
    kinder = (tmp_path / "kinder.eml").read_bytes()
    head, _, text = kinder.partition(b"\r\n\r\n")
    assert (head, text) != corpus()["mutt_en"].partition(b"\r\n\r\n")[::2]
    assert head == corpus()["mutt_en"].partition(b"\r\n\r\n")[0]


def test_the_curl_example_of_a_batch(address: str, tmp_path: Path) -> None:
    (tmp_path / "macros.csv").write_bytes(make_csv(["Send it!!"]))
    printed = run_curl(command("macros.csv"), address, tmp_path)
    assert re.fullmatch(r"Location: /api/v1/batches/[\w-]{22}\n", printed.replace("\r", ""))
    assert "Location: /api/v1/batches/" in block("console", "macros.csv")


def test_the_javascript_example_in_a_browser(address: str, browser: Browser) -> None:
    """On a page of the server itself, as scripts of other sites need their origin allowed."""
    page = browser.new_page()
    page.goto(f"{address}/healthz")
    # The browser itself may say that the address has no icon.
    with page.expect_console_message(lambda said: said.type == "log") as said:
        page.evaluate(f"(async () => {{ {script(address)} }})()")
    assert said.value.text == REPLY
    page.close()


def test_the_javascript_example_in_node(address: str) -> None:
    if not shutil.which("node"):
        pytest.skip("node isn't installed")
    done = subprocess.run(
        ["node", "--input-type=module"],
        input=script(address), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    if "fetch is not defined" in done.stderr:
        pytest.skip("this node has no fetch: it is older than 18")
    assert (done.stdout, done.stderr) == (REPLY + "\n", "")


def script(address: str) -> str:
    example = block("javascript", "fetch")
    assert example.count(SERVED) == 1
    return example.replace(SERVED, address)


def test_every_address_of_the_api_is_named() -> None:
    from web.openapi import make_document

    for path in make_document()["paths"]:
        assert path in README
