"""The command line of an audit: `zweck audit URL`.

Exit codes: 0 nothing found · 1 findings · 2 could not look · 3 something is wrong with what was asked for.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from zweck.eye.errors import CannotLook, EyeError
from zweck.eye.target import NotATarget, read_target
from zweck.eye.values import STATES, State
from zweck.policy.words import languages

if TYPE_CHECKING:
    from zweck.eye.auditing import Order
    from zweck.eye.catalogue.lookup import Catalogue
    from zweck.eye.report.audited import Audited
    from zweck.eye.report.progress import Progress
    from zweck.eye.report.texts import Texts
    from zweck.policy.load import Loaded

# What looks, judges and reads policies is imported where it is used: `zweck audit --help` need not wait for it.

NOTHING_FOUND, FOUND, COULD_NOT_LOOK, WRONG = range(4)
MOST_PAGES = 500
_STDOUT = "-"

path_type = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, as they were typed and checked."""

    policy: Path | None
    draft: Path | None
    statement: str | None
    html: Path | None
    no_html: bool
    json_target: str | None
    junit: Path | None
    language: str
    pages: int
    minutes: float
    states: tuple[State, ...]
    pause: float
    allow_private: bool


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("url")
@click.option("--policy", type=path_type, metavar="FILE", help="Hold the site against this policy.")
@click.option("--draft", type=path_type, metavar="FILE", help="Write a policy from what was seen. Never overwrites.")
@click.option("--statement", metavar="FILE|URL", help="Read an existing statement; else the one found on the site.")
@click.option("--html", type=path_type, metavar="FILE", help="Where the report goes; audit-HOST-DATE.html unless told.")
@click.option("--no-html", is_flag=True, help="Write no report.")
@click.option("--json", "json_target", metavar="FILE|-", help="Write everything as JSON; `-` prints that instead.")
@click.option("--junit", type=path_type, metavar="FILE", help="Write JUnit's XML, for CI.")
@click.option("--lang", "language", default="en", show_default=True, metavar="LANGUAGE", help="Of report and progress.")
@click.option("--pages", type=click.IntRange(1, MOST_PAGES), default=20, show_default=True, help="How many, at most.")
@click.option("--minutes", type=click.FloatRange(0.1, 600), default=15, show_default=True, help="How long, at most.")
@click.option(
    "--state", "states", type=click.Choice(STATES), multiple=True, help="Only this beside fresh; may be repeated."
)
@click.option("--pause", type=click.FloatRange(0, 60), default=0, metavar="SECONDS", help="Between two pages.")
@click.option("--allow-private", is_flag=True, help="Also look at private addresses, such as your own machine.")
def audit(url: str, **options: object) -> None:
    """Look at a website as its visitors do, and tell what it stores, loads and sends.

    URL is any website; nothing about it needs to be changed. Its pages are opened before a choice, after a refusal,
    after consent and after its withdrawal. Needs no policy, no database and no keys.

    With --schedule daily or --schedule weekly the service looks again and again; `zweck audit --schedule` lists that.

    Exit codes: 0 nothing found, 1 findings, 2 could not look, 3 something is wrong with what was asked for.
    """
    asked = Asked(**options)  # type: ignore[arg-type]  # click has read them
    try:
        code = _run(read_target(url), asked, datetime.now().astimezone())
    except NotATarget as refused:
        _stop(str(refused), WRONG)
    except CannotLook as blind:
        _stop(str(blind), COULD_NOT_LOOK)
    except EyeError as refused:
        _stop(str(refused), WRONG)
    raise click.exceptions.Exit(code)


def _run(url: str, asked: Asked, now: datetime) -> int:
    from zweck.eye.auditing import audit as carry_out  # noqa: PLC0415  (see the head)
    from zweck.eye.report.progress import Progress  # noqa: PLC0415

    texts = _texts(asked)
    html = _html_path(url, asked, now)
    _must_be_writable(html, asked)
    findings = sys.stderr if asked.json_target == _STDOUT else sys.stdout
    progress = Progress(texts, sys.stderr, findings)
    order = _order(url, asked)
    with _interruptible(progress):
        audited = carry_out(order, progress.hear)
    return _report(audited, asked, html, progress)


def _order(url: str, asked: Asked) -> "Order":
    from zweck.eye.auditing import Order  # noqa: PLC0415  (see the head)
    from zweck.eye.crawl import Plan  # noqa: PLC0415

    states = tuple(state for state in STATES if state in asked.states) or STATES
    plan = Plan(url, asked.pages, asked.minutes, states, asked.allow_private, asked.pause)
    loaded = _policy(asked.policy)
    return Order(
        plan,
        policy=loaded.policy if loaded else None,
        policy_name=str(asked.policy) if loaded else None,
        statement=_statement(asked) if asked.statement else "",
        statement_name=asked.statement,
    )


def _report(audited: "Audited", asked: Asked, html: Path | None, progress: "Progress") -> int:
    """Write what was asked for; the exit code."""
    from zweck.eye.report.data import as_json  # noqa: PLC0415  (see the head)
    from zweck.eye.report.junit import as_junit  # noqa: PLC0415
    from zweck.eye.report.page import as_html  # noqa: PLC0415
    from zweck.eye.report.progress import blind  # noqa: PLC0415

    why = blind(audited, _texts(asked)) if audited.is_blind and not audited.found else ""
    if asked.json_target:
        _write(asked.json_target, as_json(audited))
    if asked.junit:
        _write(str(asked.junit), as_junit(audited, asked.language, why))
    if why:
        _stop(why, COULD_NOT_LOOK)
    if html:
        _write(str(html), as_html(audited, asked.language))
    if asked.draft and audited.catalogue:
        _draft(audited, asked.draft, audited.catalogue)
    progress.end(audited, [str(path) for path in (html, asked.draft, asked.junit) if path])
    return FOUND if audited.found else NOTHING_FOUND


# ── what comes in ──


def _texts(asked: Asked) -> "Texts":
    from zweck.eye.report import texts  # noqa: PLC0415  (see the head)

    if asked.language not in languages():
        _stop(f"--lang: there are no words for {asked.language!r}; choose from {', '.join(languages())}", WRONG)
    return texts.Texts(asked.language)


def _policy(file: Path | None) -> "Loaded | None":
    if file is None:
        return None
    from zweck.policy.errors import PolicyErrors  # noqa: PLC0415  (see the head)
    from zweck.policy.load import load  # noqa: PLC0415

    try:
        return load(file, languages())
    except PolicyErrors as refused:
        _stop(str(refused), WRONG)


def _statement(asked: Asked) -> str:
    from zweck.eye.auditing import text_at  # noqa: PLC0415  (see the head)
    from zweck.eye.judging.prose import text_of  # noqa: PLC0415

    named = asked.statement or ""
    if named.startswith(("http://", "https://")):
        return text_at(read_target(named), asked.allow_private)
    try:
        return text_of(Path(named).read_bytes(), named)
    except OSError as refused:
        _stop(f"{named}: cannot be read ({refused.strerror}); name a file or an address (https://…)", WRONG)


# ── what goes out ──


def _html_path(url: str, asked: Asked, now: datetime) -> Path | None:
    """Where the report goes: as told, or a name in this folder that nothing has yet."""
    if asked.no_html and asked.html:
        _stop("--html and --no-html: choose one", WRONG)
    if asked.no_html or asked.html:
        return asked.html
    host = url.partition("//")[2].partition("/")[0]
    name = f"audit-{''.join(c if c.isalnum() or c in '.-' else '-' for c in host)}-{now:%Y%m%d-%H%M}"
    names = (f"{name}{suffix}.html" for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for path in map(Path, names) if not path.exists())


def _must_be_writable(html: Path | None, asked: Asked) -> None:
    """Before a browser works for minutes: everything that is to be written can be."""
    if asked.draft and asked.draft.exists():
        _stop(f"{asked.draft}: exists already; name another file for the draft", WRONG)
    json_file = Path(asked.json_target) if asked.json_target and asked.json_target != _STDOUT else None
    for path in filter(None, (html, json_file, asked.junit, asked.draft)):
        was_there = path.exists()
        try:
            with path.open("ab"):
                pass
        except OSError as refused:
            _stop(f"{path}: cannot be written ({refused.strerror}); name another file", WRONG)
        if not was_there:
            path.unlink()


def _write(target: str, text: str) -> None:
    if target == _STDOUT:
        click.echo(text, nl=False)
        return
    path = Path(target)
    # A disk that fills up leaves no half of a report; what is no file (a pipe, a device) is written as it is.
    beside = path.with_name(f".{path.name}.part") if path.is_file() or not path.exists() else path
    try:
        beside.write_text(text, encoding="utf-8")
        if beside != path:
            beside.replace(path)
    except OSError as refused:
        if beside != path:
            beside.unlink(missing_ok=True)
        _stop(f"{target}: cannot be written ({refused.strerror})", WRONG)


def _draft(audited: "Audited", file: Path, catalogue: "Catalogue") -> None:
    from zweck.eye.draft import draft  # noqa: PLC0415  (see the head)

    _write(str(file), draft(audited.seen, catalogue, audited.seen.ended_at.date()))


@contextmanager
def _interruptible(progress: "Progress") -> Iterator[None]:
    """The first Ctrl-C stops the look and leaves what was seen; the second ends everything at once."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(WRONG))
        progress.interrupted()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    except KeyboardInterrupt:
        os._exit(WRONG)  # it came while nothing had been seen yet, and visitors may still be at work
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(message: str, code: int) -> NoReturn:
    from zweck.eye.report.visible import visible  # noqa: PLC0415  (see the head)

    click.echo("\n".join(visible(line, 1000) for line in message.splitlines()), err=True)
    raise click.exceptions.Exit(code)
