"""The lock files name packages and hashes, and no host: anyone may install them from wherever they get packages."""

import json
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = ["requirements.txt", "requirements-browser.txt", "requirements-dev.txt"]
NODE = ["package-lock.json", "bench/package-lock.json", "tests/eye/real/package-lock.json"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DECLARED = PROJECT["project"]["dependencies"]
OPTIONAL = PROJECT["project"]["optional-dependencies"]
EXTRAS = [line for extra in OPTIONAL.values() for line in extra]
LEAK = re.compile(r"://|file:|^\s*--(index-url|extra-index-url|find-links|trusted-host)|^\s*-[if]\b", re.MULTILINE)


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _locked(lock: str) -> dict[str, str]:
    """Name -> what stands behind it, up to the next name."""
    parts = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)
    return {_name(part): part for part in parts if part and not part.startswith("#")}


@pytest.mark.parametrize("lock", PYTHON + NODE)
def test_a_lock_names_no_host_and_no_path(lock: str) -> None:
    assert LEAK.findall((ROOT / lock).read_text()) == []


@pytest.mark.parametrize("lock", PYTHON)
def test_every_locked_package_is_pinned_and_hashed(lock: str) -> None:
    loose = [name for name, text in _locked(lock).items() if "==" not in text or "--hash=sha256:" not in text]

    assert loose == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        (PYTHON[0], DECLARED),
        (PYTHON[1], DECLARED + OPTIONAL["browser"]),
        (PYTHON[2], DECLARED + EXTRAS + PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_a_lock_is_in_step_with_what_is_declared(lock: str, wanted: list[str]) -> None:
    missing = {_name(requirement) for requirement in wanted} - set(_locked(lock))

    assert missing == set(), "run `make lock`"


def test_each_lock_repeats_the_leaner_one() -> None:
    def pins(lock: str) -> dict[str, str]:
        return {name: text.split()[0] for name, text in _locked(lock).items()}

    assert pins(PYTHON[0]).items() <= pins(PYTHON[1]).items() <= pins(PYTHON[2]).items()


def test_the_default_install_stays_lean() -> None:
    assert len(_locked(PYTHON[0])) <= 34


def test_every_runtime_dependency_is_used_by_the_service() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", source, re.MULTILINE))
    installed = packages_distributions()
    used = {_name(owner) for module in imported & set(installed) for owner in installed[module]}

    by_string = {"argon2-cffi"} if "Argon2PasswordHasher" in source else set()  # Django imports it
    assert {_name(requirement) for requirement in DECLARED} - used == by_string


@pytest.mark.parametrize("lock", NODE)
def test_every_locked_node_package_is_hashed_and_comes_from_nowhere_in_particular(lock: str) -> None:
    packages = json.loads((ROOT / lock).read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


@pytest.mark.parametrize("leak", ["--index-url x", "a @ file:///x", "https://example.org/a.whl", "-f /wheels", "-i x"])
def test_the_guard_sees_a_leak(leak: str) -> None:
    assert LEAK.search(f"a==1 \\\n    --hash=sha256:0\n{leak}\n")
