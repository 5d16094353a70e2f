"""Each thing that keeps the service from starting is told in one message with a code of its own."""

import errno
import os
import socket
from pathlib import Path

import pytest

from tests.serve.conftest import Trial
from zweck.serve import folders
from zweck.serve.errors import FolderTrouble
from zweck.serve.folders import make_folder, told
from zweck.serve.start import address_of


def refused(trial: Trial) -> tuple[int, str]:
    """Start in vain: exit code and message."""
    code = trial.begin().process.wait(30)
    assert "Traceback" not in trial.log
    return code, trial.log


def test_a_taken_port_is_refused_before_anything_is_migrated(trial: Trial) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        trial.environment["ZWECK_PORT"] = str(other.getsockname()[1])
        code, said = refused(trial)

    assert code == 3
    assert "set ZWECK_PORT to a free port" in said
    assert not (trial.data / "zweck.sqlite3").exists()


def test_a_second_service_on_the_same_data_is_refused_and_the_first_goes_on(trial: Trial) -> None:
    trial.start()
    second = Trial(trial.folder)
    code = second.begin().process.wait(30)

    assert code == 8
    assert f"a service already runs on this folder, at http://127.0.0.1:{trial.port}" in trial.log
    assert trial.get("/healthz")[0] == 200


def test_a_file_in_place_of_the_data_folder_is_refused(trial: Trial) -> None:
    trial.data.write_text("")

    code, said = refused(trial)

    assert (code, said) == (4, f"zweck serve: {trial.data}: this is a file, a folder would be right\n")


def test_an_unwritable_folder_is_refused(trial: Trial) -> None:
    trial.environment["ZWECK_DATA"] = "/proc/zweck"

    code, said = refused(trial)

    assert code == 4
    assert said.startswith("zweck serve: /proc/zweck: cannot be written")


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "FREE_BYTES", 1 << 62)

    with pytest.raises(FolderTrouble, match="the disk is almost full"):
        make_folder(tmp_path / "data")
    assert "free some space" in told(tmp_path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))


def test_a_broken_policy_is_refused_with_all_its_errors(trial: Trial) -> None:
    broken = trial.folder / "policy.toml"
    broken.write_text("site = 7\nlanguages = 8\n")
    trial.environment["ZWECK_POLICY"] = str(broken)

    code, said = refused(trial)

    assert code == 5
    assert f"{broken}:1: site:" in said
    assert f"{broken}:2: languages:" in said


def test_with_an_edition_in_force_a_broken_policy_is_told_and_the_edition_served(trial: Trial) -> None:
    policy = trial.folder / "policy.toml"
    policy.write_bytes(Path(Trial(trial.folder).usual_policy).read_bytes())
    trial.environment["ZWECK_POLICY"] = str(policy)
    trial.start().stop()
    policy.write_text("site = [")

    trial.start()

    assert "the policy file is broken since" in trial.log
    assert "edition 1 stays in force" in trial.log


def test_keys_open_to_others_are_refused(trial: Trial) -> None:
    keys = trial.folder / "data-keys"
    keys.mkdir(mode=0o755)

    code, said = refused(trial)

    assert code == 6
    assert f"`chmod go= {keys}` would be right" in said


def test_missing_and_foreign_keys_are_refused(trial: Trial) -> None:
    trial.start().stop()
    key = trial.folder / "data-keys" / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.write_text("0" * 64)
    foreign = refused(trial)
    key.unlink()
    missing = refused(trial)

    assert (foreign[0], missing[0]) == (6, 6)
    assert "these are not the keys of the data" in foreign[1]
    assert "is missing, but the data" in missing[1]


def test_an_unreachable_database_is_refused_without_its_password(trial: Trial) -> None:
    trial.environment["ZWECK_DATABASE_URL"] = "postgres://zweck:geheim@127.0.0.1:9/site"
    trial.environment["ZWECK_PLACE"] = "virginia"
    trial.environment["ZWECK_PLACE_IRELAND_URL"] = "postgres://zweck:geheim@127.0.0.1:9/ireland"

    code, said = refused(trial)

    assert code == 7
    assert "database site at 127.0.0.1: cannot be used" in said
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("listens_at", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("localhost", "http://localhost:8000"),
    ],
)
def test_the_service_says_where_a_browser_reaches_it(listens_at: str, url: str) -> None:
    assert address_of(listens_at, 8000) == url
