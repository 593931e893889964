"""Entry point of `python -m drafting`; `drafting.commands` is what it runs."""

import sys

OLDEST = (3, 11, 5)
"""Before it, `re` matches possessive quantifiers wrongly (CPython's gh-106052), and facts would be cut."""

if __name__ == "__main__":
    if sys.version_info < OLDEST:
        found, wanted = (".".join(map(str, each[:3])) for each in (sys.version_info, OLDEST))
        sys.exit(
            f"This is Python {found}. Please use {wanted} or later: before it, facts are read wrongly."
        )
    from drafting.commands import drafting

    drafting(prog_name="drafting")
