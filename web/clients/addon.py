"""Pack the Thunderbird add-on: its own files, and those of the page that it shows changes with.

`python -m web.clients.addon FILE.xpi`

The same files give the same bytes: names are in order, nothing is compressed (programs differ in
that), and nothing of the machine goes in. Knows nothing of mail.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from drafting import __version__

OWN = Path(__file__).with_name("thunderbird")
PAGE = Path(__file__).parents[1] / "static"
SHARED = (
    "favicon.svg", "icons.svg",
    "css/base.css", "css/diff.css", "css/reply.css", "css/tokens.css",
    "js/actions.js", "js/announce.js", "js/change_head.js", "js/changes.js", "js/diff.js", "js/dom.js",
    "js/editor.js", "js/facts.js", "js/history.js", "js/keys.js", "js/labels.js", "js/reply.js", "js/rewriting.js",
    "js/rows.js", "js/run_view.js", "js/sse.js", "js/store.js", "js/summary.js", "js/text.js", "js/wordings.js",
    "js/words.js",
)  # fmt: skip
"""Files of the page, under the names that they have there."""
KINDS = {".css", ".html", ".js", ".json"}
_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


def read_files() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file of the add-on, in order."""
    own = {
        path.relative_to(OWN).as_posix(): path for path in OWN.rglob("*") if path.suffix in KINDS
    }
    for name, path in sorted({name: PAGE / name for name in SHARED}.items() | own.items()):
        data = path.read_bytes()
        yield name, _set_version(data) if name == "manifest.json" else data


def _set_version(manifest: bytes) -> bytes:
    """Return the manifest with the version of the program."""
    return json.dumps(json.loads(manifest) | {"version": __version__}, indent=2).encode() + b"\n"


def pack(target: Path) -> None:
    """Write the add-on."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(target, "w") as archive:
        for name, data in read_files():
            entry = ZipInfo(name, _DATE)
            entry.external_attr = _PLAIN_FILE
            entry.create_system = 3
            archive.writestr(entry, data)


if __name__ == "__main__":
    pack(Path(sys.argv[1]))
