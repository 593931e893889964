"""Holds a closing to what the draft offers: an open door, and nothing else that it doesn't hold."""

import re
from functools import lru_cache

from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.meaning_words import near_keys
from drafting.verification.openings import is_spoken
from drafting.verification.promises import pattern_of
from drafting.verification.words import content, find_facts, keys_of, read

_NO_REPLY = re.compile(
    r" (?:do not|never|cannot|can not|please not) (?:be )?(?:repl\w+|respond to this|answer this)"
    r"| no reply | noreply | (?:not |un)monitored "
)
_REPLIES = re.compile(r" (?:reply|replying|write back|answer this|respond)")
_CHANNELS = frozenset(
    "call phone ring chat portal website app form comment post branch office".split()
)
_WILL = re.compile(r" (?:i|we) (?:will|shall|would) (?!be (?:glad|happy)|like)")
_MOST_NEW = 0


def check_closing(after: str, context: Context) -> Failure | None:
    """Fail a closing with an action, a channel or a condition that the draft doesn't hold."""
    now, around = read(after), read(context.surroundings)
    if not all(is_spoken(fact, context) for fact in find_facts(after)):
        return Failure("closing_states_facts", "States a figure or a name.")
    if _NO_REPLY.search(_plain(context.draft)) and _REPLIES.search(_plain(after)):
        return Failure("reply_not_possible", "Asks for a reply where the draft says not to.")
    if _WILL.search(now.joined) or pattern_of(load().promises.commitments).search(now.joined):
        return Failure("promise_added", "Promises something that the draft doesn't promise.")
    if now.texts & _CHANNELS - around.texts and keys_of(now.texts & _CHANNELS) - around.keys:
        return Failure("channel_unknown", "Names a way to reach you that the draft doesn't.")
    new = content(now.words) - near_keys(around.keys) - _door_keys()
    if len(new) > _MOST_NEW or new & keys_of(load().promises.nouns):
        return Failure("situation_unknown", "Speaks of something that the mail doesn't speak of.")
    if not pattern_of(load().openings.doors).search(_plain(after)):
        return Failure("closing_is_no_door", "Is no next step that the draft holds.")
    return None


def _plain(text: str) -> str:
    return f" {' '.join(read(text).plain)} "


@lru_cache(maxsize=1)
def _door_keys() -> frozenset[str]:
    return keys_of(load().openings.door_words)
