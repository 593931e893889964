"""An order of wordings that is settled and yet differs from mail to mail; knows no wording."""

import hashlib


def draw(key: str) -> str:
    """Return a key to sort by that is the same in every process, unlike `hash`."""
    return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
