"""`python -m zweck.eye audit …` and `python -m zweck.eye catalogue …`: command lines that need no service."""

import sys
from collections.abc import Sequence

import click

from zweck.eye.command import WRONG, audit


def main(words: Sequence[str]) -> int:
    """Run a command; its exit code."""
    name, *rest = words or [""]
    chosen = _command(name)
    if chosen is None:
        click.echo("python -m zweck.eye: say `audit` or `catalogue`", err=True)
        return WRONG
    try:
        return int(chosen.main(rest, prog_name=f"zweck {name}", standalone_mode=False) or 0)
    except click.Abort:
        return WRONG
    except click.ClickException as refused:
        refused.show()
        # 2 says of an audit that it could not look, and of the catalogue that it could not understand.
        return WRONG if name == "audit" else 2


def _command(name: str) -> click.Command | None:
    if name == "catalogue":
        from zweck.eye.catalogue.command import command  # noqa: PLC0415  (an audit needs none of it)

        return command
    return audit if name == "audit" else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
