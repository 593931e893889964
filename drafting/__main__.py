"""Entry point of `python -m drafting`; `drafting.commands` is what it runs."""

from drafting.commands import drafting

if __name__ == "__main__":
    drafting(prog_name="drafting")
