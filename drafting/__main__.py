"""Entry point of `python -m drafting`: the one place of this package that puts models/ to work."""

from drafting.commands import drafting

if __name__ == "__main__":
    drafting(prog_name="drafting")
