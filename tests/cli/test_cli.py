"""The command line: what it prints, what it starts, and how it ends."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from tests.policy.declared import SMALL, answered, changed

from zweck import __version__
from zweck.cli import main

COMMANDS = [
    "activate", "audit", "catalogue", "diff", "figures", "geo", "keys", "lint", "mail",
    "mailing", "new", "prove", "serve", "staff", "statement", "verify",
]  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "policy.toml"
    file.write_text(SMALL)
    return file


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """What the command line became, instead of becoming it."""
    seen: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda _python, words, environ: seen.append((words[1:], environ)))
    return seen


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="zweck")


def test_the_commands_are_those_that_exist() -> None:
    assert sorted(main.commands) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_in_one_sentence_what_it_does(name: str) -> None:
    text = main.commands[name].help or ""

    assert re.match(r"[A-Z][^\n]+[.]", text)
    assert name in run("--help").output


@pytest.mark.parametrize("name", ["serve", "new", "lint", "diff", "statement"])
def test_help_explains_every_option(name: str) -> None:
    shown = run(name, "--help")

    assert shown.exit_code == 0
    assert all(option.help for option in main.commands[name].params if isinstance(option, click.Option))


def test_the_version_is_told() -> None:
    assert run("--version").output == f"zweck, version {__version__}\n"


def test_a_wrong_word_ends_with_2() -> None:
    assert run("lintt").exit_code == 2


def test_every_command_is_in_the_reference() -> None:
    reference = Path("docs/reference/cli.md").read_text(encoding="utf-8")

    assert sorted(set(re.findall(r"^\| `zweck (\w+)", reference, re.MULTILINE))) == COMMANDS
    for command in main.commands.values():
        row = next(row for row in reference.splitlines() if row.startswith(f"| `zweck {command.name}"))
        assert all(option.opts[0] in row for option in command.params if isinstance(option, click.Option))


# ── lint ──


def test_lint_prints_each_defect_where_an_editor_can_jump_to_it(small: Path) -> None:
    found = run("lint", small, "--on", "2026-11-22")

    assert found.exit_code == 1
    assert re.match(rf"{re.escape(str(small))}:\d+: [A-Z0-9-]+: ", found.output)
    assert re.search(r"\d+ defects?\.", found.output.splitlines()[-1])


def test_lint_gives_the_same_defects_as_json(small: Path) -> None:
    printed = run("lint", small, "--on", "2026-11-22", "--json", "-")

    told = json.loads(printed.output)["defects"]
    assert printed.exit_code == 1
    assert all(set(one) == {"code", "file", "line", "message", "law", "remedy"} for one in told)
    assert len(told) == sum(str(small) in row for row in run("lint", small, "--on", "2026-11-22").output.splitlines())


def test_lint_writes_json_beside_what_it_prints(small: Path, tmp_path: Path) -> None:
    printed = run("lint", small, "--json", tmp_path / "defects.json")

    assert "defect" in printed.output
    assert json.loads((tmp_path / "defects.json").read_text())["defects"]


def test_json_that_cannot_be_written_ends_with_2(small: Path, tmp_path: Path) -> None:
    assert run("lint", small, "--json", tmp_path / "none" / "x.json").exit_code == 2


def test_lint_of_a_clean_policy_ends_with_0(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(answered())

    clean = run("lint", tmp_path / "policy.toml", "--on", "2026-11-22")

    assert clean.output.startswith("No defects.")
    assert clean.exit_code == 0


def test_a_policy_that_cannot_be_read_ends_with_2_and_every_reason(tmp_path: Path) -> None:
    broken = tmp_path / "policy.toml"
    broken.write_text(changed('basis = "consent"', 'basis = "x"\nleagl = 1'))

    refused = run("lint", broken)

    assert refused.exit_code == 2
    assert refused.output.count(f"{broken}:") == 2
    assert "Traceback" not in refused.output


def test_a_policy_in_a_language_without_words_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(SMALL.replace('"en"]', '"xx"]'))

    assert 'there are no words for "xx"' in run("statement", file).output


# ── diff, new, statement ──


def test_diff_ends_with_1_where_people_must_be_asked(small: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.toml"
    more.write_text(changed(more='[purposes.x]\nname = "X"\n'))

    assert run("diff", small, small).exit_code == 0
    asked = run("diff", small, more)
    assert (asked.exit_code, asked.output.splitlines()[0]) == (1, "purposes.x: a new purpose. People are asked first.")
    assert json.loads(run("diff", small, more, "--json", "-").output)["new_purposes"] == ["x"]


def test_new_writes_a_policy_that_lint_can_read_and_never_a_second_one(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"

    first = run("new", file, "--site", "shop", "--name", "Shop", "--language", "de", "--language", "en")
    second = run("new", file)

    assert (first.exit_code, second.exit_code) == (0, 2)
    assert run("lint", file).exit_code == 1
    assert "exists already" in second.output


def test_a_statement_is_printed_in_a_language_of_the_site(small: Path) -> None:
    german, english = run("statement", small), run("statement", small, "--lang", "en", "--format", "json")

    assert german.output.startswith("# Datenschutz")
    assert json.loads(english.output)["language"] == "en"
    assert run("statement", small, "--lang", "fr").exit_code == 2


# ── what runs as a process of its own ──


def test_serve_hands_its_options_on_as_variables(started: list[tuple[list[str], dict[str, str]]]) -> None:
    run("serve", "--port", "0", "--policy", "p.toml", "--site", "shop")

    ((words, environ),) = started
    assert words == ["-P", "-m", "zweck.serve"]
    assert (environ["ZWECK_PORT"], environ["ZWECK_POLICY"], environ["ZWECK_SITE"]) == ("0", "p.toml", "shop")


@pytest.mark.parametrize("name", ["activate", "prove", "staff"])
def test_what_needs_tables_becomes_a_management_command(
    name: str, started: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)

    run(name, "--json", "-", "--help")

    ((words, environ),) = started
    assert words[:2] == ["-P", "-c"]
    assert words[3:] == [name, "--json", "-", "--help"]
    assert environ["DJANGO_SETTINGS_MODULE"] == "zweck.settings"


@pytest.mark.parametrize("name", ["audit", "catalogue"])
def test_the_eye_runs_without_django(name: str, started: list[tuple[list[str], dict[str, str]]]) -> None:
    run(name, "--help")

    assert started[0][0] == ["-P", "-m", "zweck.eye", name, "--help"]


@pytest.mark.parametrize("words", [["--schedule"], ["shop.example.org", "--schedule=daily"]])
def test_a_scheduled_audit_belongs_to_the_service(
    words: list[str], started: list[tuple[list[str], dict[str, str]]]
) -> None:
    run("audit", *words)

    assert started[0][0][3:] == ["watch", *words]


def test_verify_runs_without_django(started: list[tuple[list[str], dict[str, str]]]) -> None:
    run("verify", "log.jsonl")

    assert started[0][0] == ["-P", "-m", "zweck.ledger.verify", "log.jsonl"]


def test_the_command_line_and_all_it_reads_policies_with_load_no_django() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from zweck.cli import main\n"
        "assert 'pydantic' not in sys.modules\n"
        "CliRunner().invoke(main, ['lint', 'policies/as-written.toml'])\n"
        "assert 'zweck.policy.lint' in sys.modules\n"
        "assert not {'django', 'sqlite3', 'logging', 'http.client'} & set(sys.modules), sys.modules.keys()\n"
    )

    ended = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": "src"}, check=False)

    assert ended.returncode == 0


def test_a_command_of_the_service_is_called_by_our_name(tmp_path: Path) -> None:
    environment = {**os.environ, "ZWECK_DATA": str(tmp_path / "data"), "ZWECK_KEYS": str(tmp_path / "keys")}

    shown = subprocess.run(
        [sys.executable, "-m", "zweck.cli", "activate", "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout.startswith("usage: zweck activate")
