"""The README's examples of the API are real: they are run against a server."""

import json
import re
import shlex
from pathlib import Path

import httpx
import pytest

from tests.serving import listening

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
SERVED = "http://127.0.0.1:5000"
REPLY = "We haven't received the receipt for $129 yet. Please send it now."


def block(language: str, holding: str) -> str:
    """Return the README's code block of a language that holds some text."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    (found,) = [text for text in blocks if holding in text]
    return str(found)


def test_the_python_example(capsys: pytest.CaptureFixture[str]) -> None:
    with listening() as (address, _):
        exec(block("python", "httpx").replace(SERVED, address), {})
    assert capsys.readouterr().out == REPLY + "\n"


def test_the_curl_example() -> None:
    words = shlex.split(block("bash", "curl").replace("\\\n", " "))
    body = words[words.index("-d") + 1]
    header = words[words.index("-H") + 1].split(": ")
    url = next(word for word in words if word.startswith(SERVED))
    with listening() as (address, _):
        answer = httpx.post(url.replace(SERVED, address), content=body, headers=[tuple(header)])
    assert answer.json()["reply"] == REPLY


def test_the_javascript_example_sends_the_same() -> None:
    example = block("javascript", "fetch")
    draft = re.search(r"draft: (\".*?\") \}", example)
    assert draft
    with listening() as (address, _):
        answer = httpx.post(f"{address}/api/v1/rewrite", json={"draft": json.loads(draft[1])})
    assert answer.json()["reply"] == REPLY
    assert '"Content-Type": "application/json"' in example


def test_every_address_of_the_api_is_named() -> None:
    from web.openapi import make_document

    for path in make_document()["paths"]:
        assert path in README
