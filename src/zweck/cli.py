"""The command line. Reads policies itself; what needs the service's tables it starts by name in a process of its own.

Exit codes: 0 fine · 1 something was found (a defect, a broken promise) · 2 could not read or understand.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from zweck import __version__

PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

arguments = click.argument("arguments", nargs=-1, type=click.UNPROCESSED)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="zweck")
def main() -> None:
    """Keeps a website's privacy statement true: says it, enforces it, proves it.

    Everything starts from one file that declares what the site promises. Begin with `zweck new policy.toml`.

    Exit codes: 0 fine, 1 something was found, 2 could not read or understand.
    """


@main.command()
@click.option("--policy", type=click.Path(path_type=Path), help="A policy file, or a folder with one per site.")
@click.option("--port", type=click.IntRange(0, 65535), help="Where to listen on this machine; 8000 unless told.")
@click.option("--data", type=click.Path(path_type=Path), help="The folder for everything the service writes.")
@click.option("--site", metavar="ID", help="The site that loopback names show; the first one unless told.")
def serve(**settings: object) -> None:
    """Run the site: pages, statement, proofs and background work.

    Each option has a variable: ZWECK_POLICY, ZWECK_PORT, ZWECK_DATA, ZWECK_SITE. Keys rest in ZWECK_KEYS.
    """
    chosen = {f"ZWECK_{name.upper()}": str(value) for name, value in settings.items() if value is not None}
    _become(["-m", "zweck.serve"], chosen)


@main.command(context_settings=PASS_ON)
@arguments
def activate(arguments: tuple[str, ...]) -> None:
    """Make a policy the active edition, after showing what changes."""
    _become_django("activate", arguments)


@main.command(context_settings=PASS_ON)
@arguments
def prove(arguments: tuple[str, ...]) -> None:
    """Check every promise of the running site and print the evidence."""
    _become_django("prove", arguments)


@main.command(context_settings=PASS_ON)
@arguments
def verify(arguments: tuple[str, ...]) -> None:
    """Check an exported ledger, or a receipt, without the service."""
    _become(["-m", "zweck.ledger.verify", *arguments])


@main.command(context_settings=PASS_ON)
@arguments
def staff(arguments: tuple[str, ...]) -> None:
    """Staff accounts: `staff add`, `staff reset`."""
    _become_django("staff", arguments)


def _become_django(command: str, arguments: tuple[str, ...]) -> NoReturn:
    _become(["-m", "django", command, *arguments], {"DJANGO_SETTINGS_MODULE": "zweck.settings"})


def _become(words: list[str], settings: dict[str, str] | None = None) -> NoReturn:
    """Go on as another Python program: signals and the exit code are then its own."""
    sys.stdout.flush()
    # -P: a file named like one of our modules, in the folder where somebody stands, is not imported.
    os.execve(sys.executable, [sys.executable, "-P", *words], {**os.environ, **(settings or {})})  # noqa: S606


if __name__ == "__main__":
    main(prog_name="zweck")
