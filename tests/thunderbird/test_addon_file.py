"""The add-on's file: the same bytes each time, whole, and with nothing in it that reads texts as markup."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from drafting import __version__
from tests.thunderbird.window import ORDER
from web.clients.addon import pack, read_files

FILES = {name: data.decode() for name, data in read_files()}
SCRIPTS = [name for name in FILES if name.endswith(".js")]


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    pack(tmp_path / "one" / "a.xpi")
    pack(tmp_path / "b.xpi")
    assert (tmp_path / "one" / "a.xpi").read_bytes() == (tmp_path / "b.xpi").read_bytes()
    with ZipFile(tmp_path / "b.xpi") as archive:
        assert archive.namelist() == sorted(FILES)
        assert archive.testzip() is None


def test_its_version_is_the_programs() -> None:
    assert json.loads(FILES["manifest.json"])["version"] == __version__


@pytest.mark.parametrize("name", [n for n in FILES if n.endswith((".js", ".html", ".json"))])
def test_all_that_a_file_names_is_there(name: str) -> None:
    text = FILES[name]
    folder = name.rpartition("/")[0]
    imported = [f"{folder}/{found}" for found in re.findall(r'from "\./([^"]+)"', text)]
    named = re.findall(r'(?:href|src)="([^"#]+)"', text) if name.endswith(".html") else []
    named += re.findall(r'"((?:[\w/]+)\.(?:svg|html))"', text) if name == "manifest.json" else []
    assert {*imported, *named} <= FILES.keys()


def test_nothing_is_in_it_that_nothing_names() -> None:
    everything = "\n".join(FILES.values())
    named = {f"compose/{name}.js" for name in ORDER} | {"manifest.json"}
    for name in FILES.keys() - named:
        assert re.search(rf'["/]{re.escape(name.rpartition("/")[2])}["#]', everything), name


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_text_is_read_as_markup(name: str) -> None:
    ways = r"(?:innerHTML|outerHTML)\s*\+?=[^=]|insertAdjacentHTML|document\.write|createContextualFragment"
    assert not re.search(rf"{ways}|\beval\b|new Function", FILES[name])


def test_what_it_may_do() -> None:
    manifest = json.loads(FILES["manifest.json"])
    assert manifest["permissions"] == ["compose", "scripting", "storage"]
    policy = manifest["content_security_policy"]["extension_pages"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_every_script_of_the_compose_window_is_put_into_it() -> None:
    listed = re.search(r"FILES = \[([^\]]+)\]", FILES["js/compose.js"])
    assert listed
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == ORDER
