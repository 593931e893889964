"""API keys: which ones there are, and whose one is; only hashes are kept.

A key that this program makes has 256 random bits, so a plain SHA-256 keeps it safe; keys that
people make up must be long.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from drafting.errors import SettingError

SHORTEST = 20
LINE = re.compile(r"sha256:([0-9a-f]{64})(?:\s+.*)?")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys that are let in, by their hashes; an empty ring asks nobody for a key."""

    hashes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def find(self, key: str) -> str | None:
        """Return the hash of a key that is on the ring; each is looked at, in constant time."""
        asked = hash_key(key)
        found = [known for known in self.hashes if hmac.compare_digest(known, asked)]
        return found[0] if found else None


def hash_key(key: str) -> str:
    """Return a key's SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def make_key() -> str:
    """Return a new key of 256 random bits."""
    return secrets.token_urlsafe(32)


def write_line(key: str, name: str) -> str:
    """Return the line of a key file that lets this key in."""
    return f"sha256:{hash_key(key)}  {name}".rstrip()


def read_keys(setting: str) -> KeyRing:
    """Read DRAFTING_API_KEYS: keys separated by commas, or a file of hashes.

    Raises:
        SettingError: a key is too short, or the file can't be used; no key is ever told.

    """
    if not setting.strip():
        return KeyRing()
    if "/" in setting or "\\" in setting or Path(setting).is_file():
        return KeyRing(tuple(_read_file(Path(setting).expanduser())))
    keys = [key.strip() for key in setting.split(",") if key.strip()]
    if any(len(key) < SHORTEST for key in keys) or not keys:
        raise SettingError(
            f"DRAFTING_API_KEYS holds a key of fewer than {SHORTEST} characters, which could be "
            "guessed. `python -m drafting key` makes a good one."
        )
    return KeyRing(tuple(hash_key(key) for key in keys))


def _read_file(path: Path) -> Iterable[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SettingError(
            "DRAFTING_API_KEYS names a file that can't be read. Please write its path in full, "
            "or the keys themselves, separated by commas."
        ) from None
    wanted = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    hashes = [match.group(1) for line in wanted if (match := LINE.fullmatch(line))]
    if len(hashes) < len(wanted) or not hashes:
        raise SettingError(
            "The file of DRAFTING_API_KEYS must hold lines like `sha256:<64 hexadecimal digits> "
            "name`, one for each key. `python -m drafting key` prints one."
        )
    return hashes
