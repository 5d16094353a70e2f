"""The command line. Reads policies itself; what needs the service's tables it starts by name in a process of its own.

Exit codes: 0 fine · 1 something was found (a defect, a broken promise) · 2 could not read or understand.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from click.core import ParameterSource

from zweck import __version__

if TYPE_CHECKING:
    from zweck.policy.lint import Defect
    from zweck.policy.load import Loaded

# What reads policies is imported where it is used: it costs a quarter of a second, which `zweck --help` and
# `zweck serve` (another process does the work there) need not pay.

# As `-m django`, but a command's help and errors call the program by its name.
_DJANGO = (
    "import sys; from django.core.management import execute_from_command_line as run; run(['zweck', *sys.argv[1:]])"
)
PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

policy_path = click.Path(path_type=Path)
json_option = click.option("--json", "json_target", metavar="FILE|-", help="Write it as JSON; `-` prints that instead.")
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


@main.command()
@click.argument("file", type=policy_path, default="policy.toml")
@click.option(
    "--site", default="site", show_default=True, metavar="ID", help="The site's id: small letters, digits, hyphens."
)
@click.option("--name", default="Example Club", show_default=True, help="The site's name, as its pages print it.")
@click.option("--language", "languages", multiple=True, default=["en"], help="A language of the site; may be repeated.")
@click.option(
    "--from",
    "origin",
    type=(click.Choice(["tilt"]), click.Path(path_type=Path)),
    metavar="tilt DOCUMENT",
    help="Make it of a TILT document (JSON) instead; site, name and language are then the document's.",
)
def new(file: Path, site: str, name: str, languages: tuple[str, ...], origin: tuple[str, Path] | None) -> None:
    """Write a commented starter policy into FILE (policy.toml). Never overwrites.

    The starter loads at once. What only you can answer stands in it as a question, `# ?`.
    """
    _only_without_origin(origin)
    from zweck.policy.errors import NewRefused  # noqa: PLC0415  (see the head)
    from zweck.policy.writing.new import new as starter  # noqa: PLC0415
    from zweck.policy.writing.new import write_new  # noqa: PLC0415

    with _readable():
        source, left = _carried(origin[1]) if origin else (starter(site, name, languages), ())
    try:
        write_new(file, source)
    except NewRefused as refused:
        _stop(str(refused))
    for line in left:
        click.echo(line)
    click.echo(f"{file}: written. Answer its questions (lines with `# ?`), then run `zweck lint {file}`.")


def _only_without_origin(origin: object) -> None:
    """Refuse options that would have no effect beside `--from`."""
    context = click.get_current_context()
    given = [
        key for key in ("site", "name", "languages") if context.get_parameter_source(key) is ParameterSource.COMMANDLINE
    ]
    if origin and given:
        raise click.UsageError(f"--{given[0].rstrip('s')} says nothing beside --from: the document names it")


def _carried(document: Path) -> tuple[str, Sequence[str]]:
    """A policy from a TILT document, and a line for each value that it does not hold."""
    from zweck.policy.tilt.convert import convert  # noqa: PLC0415  (see the head)
    from zweck.policy.tilt.document import read_file  # noqa: PLC0415
    from zweck.policy.words import languages  # noqa: PLC0415

    made = convert(read_file(document), str(document), languages())
    return made.policy, [f"not carried over: {one}" for one in made.left]


@main.command()
@click.argument("policy", type=policy_path)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Judge by the law of this day; today's unless told."
)
@json_option
def lint(policy: Path, on: datetime | None, json_target: str | None) -> None:
    """Hold a policy's claims against its facts and against the law.

    POLICY is a file, or a folder with one policy per site. Exit code 1 where a defect is found.
    """
    from zweck.policy.lint import as_json  # noqa: PLC0415  (see the head)
    from zweck.policy.lint import lint as look  # noqa: PLC0415

    day = (on or datetime.now(UTC)).date()
    with _readable():
        found = [one for loaded in _load_all(policy) for one in look(loaded, day)]
    if json_target:
        _write(json_target, json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n")
    if json_target != "-":
        click.echo(_told(found))
    sys.exit(1 if any(one.severity == "defect" for one in found) else 0)


@main.command()
@click.argument("old", type=policy_path)
@click.argument("new", type=policy_path)
@json_option
def diff(old: Path, new: Path, json_target: str | None) -> None:
    """Tell what changes from OLD to NEW, and whether people must be asked.

    Exit code 1 where people must be asked for permission first.
    """
    from zweck.policy.diff import diff as compare  # noqa: PLC0415  (see the head)

    with _readable():
        found = compare(_load(old).policy, _load(new).policy)
    if json_target:
        _write(json_target, found.as_json())
    if json_target != "-":
        click.echo("\n".join([*(change.sentence for change in found.changes), found.summary]))
        if found.needs_notice:
            click.echo("Once they have been, `zweck activate` puts it into force.")
    sys.exit(1 if found.needs_permission else 0)


@main.command()
@click.argument("policy", type=policy_path)
@click.option("--lang", "language", metavar="LANGUAGE", help="The language; the site's first one unless told.")
@click.option(
    "--format", "form", type=click.Choice(["md", "json"]), default="md", show_default=True, help="Markdown or JSON."
)
def statement(policy: Path, language: str | None, form: str) -> None:
    """Print the statement that a policy makes."""
    from zweck.policy.render import as_json, as_markdown  # noqa: PLC0415  (see the head)
    from zweck.policy.statement import statement as write  # noqa: PLC0415

    with _readable():
        declared = _load(policy).policy
    language = language or declared.languages[0]
    if language not in declared.languages:
        _stop(f'{policy}: does not speak "{language}"; choose from {", ".join(declared.languages)}')
    written = write(declared, language)
    click.echo(as_json(written) if form == "json" else as_markdown(written), nl=False)


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
def audit(arguments: tuple[str, ...]) -> None:
    """Look at any website as its visitors do, and tell what it stores, loads and sends.

    With `--schedule` the service looks again and again.
    """
    if any(word.partition("=")[0] == "--schedule" for word in arguments):
        _become_django("watch", arguments)
    _become(["-m", "zweck.eye", "audit", *arguments])


@main.command(context_settings=PASS_ON)
@arguments
def catalogue(arguments: tuple[str, ...]) -> None:
    """Whose frequent cookies and hosts are: `catalogue import`, `list`, `show`."""
    _become(["-m", "zweck.eye", "catalogue", *arguments])


@main.command(context_settings=PASS_ON)
@arguments
def geo(arguments: tuple[str, ...]) -> None:
    """The table that tells a visitor's country: `geo status`, `geo refresh FILE`."""
    _become(["-m", "zweck.origin", *arguments])


@main.command(context_settings=PASS_ON)
@arguments
def staff(arguments: tuple[str, ...]) -> None:
    """Staff accounts: `staff add`, `staff reset`."""
    _become_django("staff", arguments)


@main.command(context_settings=PASS_ON)
@arguments
def mail(arguments: tuple[str, ...]) -> None:
    """Mail: `mail doctor` tells whether ours can arrive; `mail take` takes one that a mail server pipes in."""
    if arguments[:1] == ("take",):
        _become(["-m", "zweck.disclosure.incoming", *arguments[1:]])
    if arguments[:1] == ("doctor",):
        _become(["-m", "zweck.disclosure.doctor", *arguments[1:]])
    raise click.UsageError("say `zweck mail doctor` or `zweck mail take`")


@main.command(context_settings=PASS_ON)
@arguments
def keys(arguments: tuple[str, ...]) -> None:
    """Master keys of personal data: `keys status`, `keys rotate`, `keys escrow`."""
    _become_django("keys", arguments)


@main.command(context_settings=PASS_ON)
@arguments
def figures(arguments: tuple[str, ...]) -> None:
    """Figures of use: `figures import` another product's, `figures ask` and `figures ship` events that are kept."""
    _become_django("figures", arguments)


@main.command(context_settings=PASS_ON)
@arguments
def mailing(arguments: tuple[str, ...]) -> None:
    """Lists: `mailing import` one with its proofs, `export` one for a reason, `suppress` who wants nothing."""
    _become_django("mailing", arguments)


def _told(found: Sequence["Defect"]) -> str:
    """Defects as editors can jump to them; those of one rule together, with its law and remedy once."""
    rows: list[str] = []
    for code in dict.fromkeys(one.code for one in found):
        alike = [one for one in found if one.code == code]
        for one in alike:
            rows.append(f"{one.file}:{one.line}: {code}: {one.message}")
        rows += [f"    law: {law}" for law in dict.fromkeys(one.law for one in alike)]
        rows += [f"    remedy: {remedy}" for remedy in dict.fromkeys(one.remedy for one in alike)]
        rows.append("")
    defects = sum(one.severity == "defect" for one in found)
    warnings = len(found) - defects
    warned = f" {warnings} warning{'' if warnings == 1 else 's'}." if warnings else ""
    return "\n".join([*rows, f"{defects or 'No'} defect{'' if defects == 1 else 's'}.{warned}"])


def _write(target: str, text: str) -> None:
    if target == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as refused:
        _stop(f"{target}: cannot be written ({refused.strerror})")


def _load_all(path: Path) -> tuple["Loaded", ...]:
    from zweck.policy.load import load_all  # noqa: PLC0415  (see the head)
    from zweck.policy.words import languages  # noqa: PLC0415

    return load_all(path, languages())


def _load(path: Path) -> "Loaded":
    from zweck.policy.load import load  # noqa: PLC0415  (see the head)
    from zweck.policy.words import languages  # noqa: PLC0415

    return load(path, languages())


@contextmanager
def _readable() -> Iterator[None]:
    """Say all that is wrong with a policy and end with 2, instead of a traceback."""
    from zweck.policy.errors import PolicyErrors  # noqa: PLC0415  (see the head)

    try:
        yield
    except PolicyErrors as refused:
        _stop(str(refused))


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)


def _become_django(command: str, arguments: tuple[str, ...]) -> NoReturn:
    _become(["-c", _DJANGO, command, *arguments], {"DJANGO_SETTINGS_MODULE": "zweck.settings"})


def _become(words: list[str], settings: dict[str, str] | None = None) -> NoReturn:
    """Go on as another Python program: signals and the exit code are then its own."""
    sys.stdout.flush()
    # -P: a file named like one of our modules, in the folder where somebody stands, is not imported.
    os.execve(sys.executable, [sys.executable, "-P", *words], {**os.environ, **(settings or {})})  # noqa: S606


if __name__ == "__main__":
    main(prog_name="zweck")
