"""The command `zweck audit`: what it takes, what it tells while it looks, and how it ends."""

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.eye.audits import CLIENT, HOME, audited, rich, seen, visit, walk
from tests.policy.declared import SMALL
from zweck.eye import auditing, command
from zweck.eye.__main__ import main
from zweck.eye.auditing import Order, judged, statement_page
from zweck.eye.catalogue.lookup import load
from zweck.eye.crawl import Plan, Step
from zweck.eye.errors import CannotLook
from zweck.eye.report.progress import Progress
from zweck.eye.report.texts import Texts
from zweck.eye.target import NotATarget, read_target
from zweck.eye.values import Choice, Link, Seen, Visit

Tell = Callable[[Step], None]
CALM = seen(walk("fresh", visit(links=(Link(f"{HOME}privacy", "Privacy"), Link(f"{HOME}imprint", "Imprint")))))
TRACKED = seen(walk("fresh", replace(CALM.walks[0].visits[0], stored=(CLIENT,)), kept=(CLIENT,)))


@dataclass
class Site:
    """A crawl that only tells what there is to see."""

    shows: Seen
    asked: Plan | None = None

    def __call__(self, plan: Plan, tell: Tell) -> Seen:
        self.asked = plan
        tell(Step("began", replace(self.shows, walks=())))
        for number in (1, 2):
            tell(Step("page", self.shows, plan.url, number=number, of=plan.pages))
        return self.shows


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    """A calm site, looked at from an empty folder."""
    crawl = Site(CALM)
    monkeypatch.setattr(auditing, "crawl", crawl)
    monkeypatch.setenv("ZWECK_CATALOGUE", str(tmp_path / "none.json"))
    for name in ("ZWECK_DATA", "ZWECK_POLICY", "ZWECK_KEYS", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    yield crawl


def run(*words: str | Path) -> int:
    return main(["audit", *(str(word) for word in words)])


# ── how it ends ──


def test_nothing_found_ends_with_0_and_a_report_beside_us(site: Site, tmp_path: Path) -> None:
    assert run("shop.example.org") == 0

    (report,) = tmp_path.glob("*.html")
    assert re.fullmatch(r"audit-shop\.example\.org-\d{8}-\d{4}\.html", report.name)
    assert "<h1>shop.example.org</h1>" in report.read_text(encoding="utf-8")


def test_findings_end_with_1(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.shows = TRACKED

    assert run(HOME, "--no-html") == 1
    assert "“_ga” before any choice (https://shop.example.org/ (before any choice, desktop))" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("no-host", "There is no such host: shop.example.org."),
        ("private", "--allow-private"),
        ("no-answer", "name it with http://"),
        ("download", "Name a page."),
        ("log-in", "without a log-in"),
        ("too-odd", "could not be looked at (too-odd)"),
    ],
)
def test_a_site_that_cannot_be_seen_ends_with_2_and_what_would_help(
    site: Site,
    trouble: str,
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("zweck.eye.report.audited.NOTHING_TO_SEE", {trouble})
    site.shows = seen(walk("fresh", Visit(HOME, 0, {}, (), trouble=trouble)))  # type: ignore[arg-type]

    assert run(HOME) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.glob("*.html")) == []


def test_no_browser_ends_with_2_and_what_would_help(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def blind(_plan: Plan, _tell: Tell) -> Seen:
        raise CannotLook("no browser on this machine: install Chromium")

    monkeypatch.setattr(auditing, "crawl", blind)

    assert run(HOME) == 2
    assert "install Chromium" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--pages", "0", HOME),
        ("--state", "asleep", HOME),
        ("--lang", "tlh", HOME),
        ("--html", "a.html", "--no-html", HOME),
        ("--policy", "none.toml", HOME),
        ("--statement", "none.txt", HOME),
        ("--html", "none/a.html", HOME),
        ("--json", "none/a.json", HOME),
        ("--junit", ".", HOME),
        ("--draft", "there.toml", HOME),
        ("javascript:alert(1)",),
    ],
)
def test_what_is_wrong_in_the_asking_ends_with_3_before_anybody_looks(
    words: tuple[str, ...], site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.toml").write_text("mine")

    assert run(*words) == 3
    assert site.asked is None
    assert capsys.readouterr().err.strip()
    assert [path.name for path in tmp_path.iterdir()] == ["there.toml"]


# ── what it writes ──


def test_a_second_report_never_overwrites_the_first(site: Site, tmp_path: Path) -> None:
    run(HOME)
    run(HOME)

    assert len(list(tmp_path.glob("audit-*.html"))) == 2


def test_a_full_disk_leaves_no_half_of_a_report(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, text: str, encoding: str) -> int:
        path.write_bytes(text.encode(encoding)[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "r.html").write_text("the one before")
    monkeypatch.setattr(Path, "write_text", full)

    assert main(["audit", HOME, "--html", "r.html"]) == 3

    assert (tmp_path / "r.html").read_text() == "the one before"
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]
    assert "r.html: cannot be written (No space left on device)" in capsys.readouterr().err


def test_json_on_standard_output_is_json_and_nothing_else(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.shows = TRACKED

    assert run(HOME, "--no-html", "--json", "-") == 1

    shown = capsys.readouterr()
    assert json.loads(shown.out)["summary"]["codes"]["before-choice"] == 1
    assert "before any choice" in shown.err


def test_every_target_is_written(site: Site, tmp_path: Path) -> None:
    targets = ("--html", "a.html", "--json", "a.json", "--junit", "a.xml", "--lang", "de")

    assert run(HOME, *targets) == 0

    assert 'lang="de"' in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["zweck-audit"] == 1
    assert ET.parse(tmp_path / "a.xml").getroot().get("failures") == "0"  # noqa: S314  (our own)


def test_junit_tells_what_could_not_be_seen(site: Site, tmp_path: Path) -> None:
    site.shows = seen(walk("fresh", Visit(HOME, 0, {}, (), trouble="no-host")))

    assert run(HOME, "--junit", "a.xml") == 2

    assert ET.parse(tmp_path / "a.xml").getroot().get("errors") == "1"  # noqa: S314  (our own)


def test_options_become_the_plan(site: Site) -> None:
    run("shop.example.org/a", "--pages", "3", "--minutes", "2", "--state", "refused", "--pause", "1", "--allow-private")

    assert site.asked == Plan("https://shop.example.org/a", 3, 2.0, ("refused",), True, 1.0)


# ── what it is held against ──


def test_a_policy_is_held_against_the_site(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "policy.toml").write_text(SMALL)
    site.shows = TRACKED

    assert run(HOME, "--policy", "policy.toml", "--html", "a.html") == 1

    assert "“_ga” is not declared" in capsys.readouterr().out
    assert "the policy policy.toml" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_a_policy_with_faults_is_refused_with_all_of_them(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.toml").write_text("x = 1\n")

    assert run(HOME, "--policy", "policy.toml") == 3
    assert "policy.toml:1" in capsys.readouterr().err


def test_a_statement_is_read_for_names(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "said.txt").write_text("We and our website process data. " * 40)
    site.shows = TRACKED

    run(HOME, "--no-html", "--statement", "said.txt")
    without = capsys.readouterr().out
    (tmp_path / "said.txt").write_text("We use Google Analytics of Google LLC and the cookie _ga. " * 20)
    run(HOME, "--no-html", "--statement", "said.txt")

    assert "does not name" in without
    assert "does not name" not in capsys.readouterr().out


def test_a_statement_found_on_the_site_is_read_where_nothing_was_named() -> None:
    page = visit(f"{HOME}privacy", text="We and our website. " * 60)
    crawled = seen(walk("fresh", *TRACKED.walks[0].visits, page, kept=(CLIENT,)))

    found = judged(Order(Plan(HOME)), crawled, load(), is_whole=True)

    assert statement_page(crawled) is page
    assert found.statement_name == page.url
    assert "unnamed" in {one.code for one in found.found}


# ── what it tells while it looks ──


def test_each_finding_is_told_once_and_as_soon_as_it_is_known(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.shows = TRACKED

    run(HOME, "--no-html")

    assert capsys.readouterr().out.count("“_ga” before any choice (") == 1


def test_judging_takes_a_fifth_of_the_time_at_most(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 2.0, 9.0, 10.0, 11.0, 99.0])  # the first judging takes two seconds, so the next waits for eight
    monkeypatch.setattr(auditing, "monotonic", lambda: next(clock))
    heard: list[int] = []
    site.shows = TRACKED

    auditing.audit(Order(Plan(HOME)), lambda _step, found: heard.append(len(found.found)))

    assert heard == [0, 0, len(judged(Order(Plan(HOME)), TRACKED, load()).found)]


def test_what_a_later_page_may_clear_up_is_told_at_the_end_only() -> None:
    steps, findings = io.StringIO(), io.StringIO()
    progress = Progress(Texts("en"), steps, findings)
    bare = judged(Order(Plan(HOME)), seen(), load())

    progress.hear(Step("page", bare.seen, HOME, number=1, of=20), bare)
    before = findings.getvalue()
    progress.end(bare, ["a.html"])

    assert "No imprint" not in before
    assert "No imprint" in findings.getvalue()
    assert steps.getvalue() == "Before any choice: page 1 of at most 20, https://shop.example.org/\n"


def test_on_a_terminal_one_line_changes() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    steps, findings = Terminal(), io.StringIO()
    progress = Progress(Texts("de"), steps, findings)
    for number in (1, 2):
        progress.hear(Step("page", CALM, f"{HOME}\x1b[2J{'x' * 300}", number=number, of=20), audited())

    lines = steps.getvalue().split("\r\x1b[2K")
    assert "\n" not in steps.getvalue() and "\x1b[2J" not in steps.getvalue()
    assert max(map(len, lines)) < 80


def test_what_was_pressed_in_vain_is_told_as_such() -> None:
    steps = io.StringIO()
    choice = Choice("refuse", False, ("Reject",), "still there")

    Progress(Texts("en"), steps, io.StringIO()).hear(Step("choice", rich(), HOME, "refused", choice=choice), audited())

    assert "pressed “Reject”, without an effect that could be seen" in steps.getvalue()


@pytest.mark.parametrize("wanted", ["refused", "accepted", "withdrawn"])
def test_a_choice_is_told_with_what_was_pressed(wanted: str) -> None:
    steps = io.StringIO()
    way = next(one for one in rich().walks if one.state == wanted)

    Progress(Texts("en"), steps, io.StringIO()).hear(
        Step("choice", rich(), HOME, way.state, choice=way.choice), audited()
    )

    assert ("pressed “" if way.choice and way.choice.done else "found no way") in steps.getvalue()


# ── interrupts ──


def test_an_interrupt_reports_what_was_seen_and_says_partial(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted(_plan: Plan, _tell: Tell) -> Seen:
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        return replace(TRACKED, partly=("interrupted",))

    monkeypatch.setattr(auditing, "crawl", interrupted)

    assert run(HOME, "--html", "a.html") == 1
    shown = capsys.readouterr()
    assert "Once more to end at once" in shown.err
    assert "This look is partial: it was interrupted." in shown.out
    assert "This look is partial" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_interrupts_is_not_told_that_something_is_missing() -> None:
    bare = judged(Order(Plan(HOME)), seen(), load())
    stopped = judged(Order(Plan(HOME)), seen(partly=("interrupted",)), load())

    assert {"no-imprint", "no-statement"} <= {one.code for one in bare.found}
    assert stopped.found == ()


def test_a_second_interrupt_ends_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []

    def interrupted(_plan: Plan, _tell: Tell) -> Seen:
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return CALM

    monkeypatch.setattr(auditing, "crawl", interrupted)
    monkeypatch.setattr(command.os, "_exit", ended.append)  # type: ignore[attr-defined]

    run(HOME, "--no-html")

    assert ended == [3]


# ── addresses ──


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("shop.example.org", "https://shop.example.org/"),
        ("localhost:8000/a?b=1#c", "https://localhost:8000/a?b=1"),
        ("HTTP://shop.example.org", "http://shop.example.org/"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("bücher.example.org/über", "https://bücher.example.org/über"),
    ],
)
def test_an_address_is_read_as_people_type_it(typed: str, url: str) -> None:
    assert read_target(typed) == url


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "no address"),
        ("  ", "no address"),
        ("two words.example.org", "blanks"),
        ("shop.example.org\x1b[31m", "blanks"),
        ("javascript:alert(1)", "javascript: is no website"),
        ("file:///etc/passwd", "file: is no website"),
        ("ftp://shop.example.org", "ftp: is no website"),
        ("data:text/html,x", "data: is no website"),
        ("https://anna:secret@shop.example.org/", "name or password"),
        ("anna:secret@shop.example.org", "name or password"),
        ("https://", "names no host"),
        ("https://-.example.org", "names no host"),
        ("https://shop.example.org:0/", "names no host"),
        ("https://shop.example.org:99999/", "cannot be read"),
        ("http://[::1", "cannot be read"),
    ],
)
def test_what_is_no_website_is_refused_with_why(typed: str, why: str) -> None:
    with pytest.raises(NotATarget, match=re.escape(why)) as refused:
        read_target(typed)

    assert "secret" not in str(refused.value)
    assert "\x1b" not in str(refused.value)


# ── the program ──


def test_its_help_loads_neither_policies_nor_a_browser_nor_django() -> None:
    program = (
        "import sys; from zweck.eye.__main__ import main; code = main(['audit', '--help'])\n"
        "heavy = {'pydantic', 'django', 'playwright', 'sqlite3', 'zweck.eye.browsing', 'zweck.eye.crawl'}\n"
        "assert code == 0 and not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("Usage: zweck audit [OPTIONS] URL")


def test_every_option_is_explained_and_in_the_reference() -> None:
    row = next(
        row for row in Path("docs/reference/cli.md").read_text().splitlines() if row.startswith("| `zweck audit URL")
    )

    options = [one for one in command.audit.params if one.name != "url"]
    assert all(one.help and one.opts[0] in row for one in options)


def test_a_wrong_name_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["look"]) == 3
    assert "audit" in capsys.readouterr().err
