"""A TILT document becomes a policy that loads; each of its values is carried over or named as not."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # what JSON holds

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from zweck.cli import main
from zweck.policy.errors import PolicyErrors
from zweck.policy.load import loads
from zweck.policy.model import Policy
from zweck.policy.tilt.convert import Converted, convert
from zweck.policy.tilt.document import read_file, reasons, types
from zweck.policy.tilt.periods import days_of, period, together

FULL = json.loads(Path(__file__).with_name("tilt.json").read_text(encoding="utf-8"))


def made(document: object = FULL) -> Converted:
    return convert(json.dumps(document).encode(), "notice.json", ("de", "en"))


def policy(document: object = FULL) -> Policy:
    return loads(made(document).policy.encode(), "policy.toml", ("de", "en")).policy


def changed(path: str, value: object) -> dict[str, Any]:
    """The full document with another value at a path such as `dataDisclosed.0.category`."""
    document: dict[str, Any] = copy.deepcopy(FULL)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    here: Any = document
    for step in steps:
        here = here[step]
    here[last] = value
    return document


def leaves(here: object, path: str = "") -> Iterator[str]:
    if isinstance(here, dict):
        for key, value in here.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(here, list):
        for at, value in enumerate(here):
            yield from leaves(value, f"{path}[{at}]")
    else:
        yield path


def general(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


def errors(document: object) -> str:
    with pytest.raises(PolicyErrors) as refused:
        made(document)
    return str(refused.value)


# ── every property ──


def test_the_full_document_uses_every_property_of_the_schema() -> None:
    values = {general(path) for path in leaves(FULL)}

    assert values == {path for path, kind in types().items() if kind not in ("object", "array")}


def test_every_property_is_carried_over_or_named_with_a_reason() -> None:
    left = {general(one.path) for one in made().left}

    never = {path for path in reasons() if path not in types()}
    assert never == set()
    assert set(reasons()) <= left  # what a policy has no word for is named whenever it is there
    assert all(one.why for one in made().left)


def test_what_is_not_named_as_left_can_be_found_in_the_policy() -> None:
    found = made()
    left = {one.path for one in found.left}

    carried = [path for path in leaves(FULL) if path not in left]
    texts = [(path, value) for path in carried if isinstance(value := at(path), str)]
    body = found.policy.partition("not carried over")[0]
    through = r"address$|reference$|ttl$|aggregationFunction$|meta\.modified$"  # said in a policy's own words
    assert [path for path, value in texts if value not in body and not re.search(through, path)] == []


def at(path: str) -> object:
    here: Any = FULL
    for step in re.findall(r"[^.\[\]]+", path):
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here


def test_a_property_that_the_schema_does_not_know_is_named() -> None:
    left = made(changed("controller.motto", "Light for all")).left

    assert [str(one) for one in left if one.path == "controller.motto"] == [
        'controller.motto = "Light for all": TILT has no such property'
    ]


def test_what_is_left_stands_in_the_file_as_comments() -> None:
    found = made()

    assert all(f"# {one}" in found.policy for one in found.left)


# ── what becomes of it ──


def test_the_head_and_who_answers_for_the_data() -> None:
    found = policy()

    who = found.controller
    assert (found.site, found.name, found.languages) == ("the-lighthouse", "The Lighthouse", ["en"])
    assert (who.name, who.country, who.contact, who.phone) == (
        "Lighthouse Books Ltd",
        "DE",
        "board@example.org",
        "+49 30 0000",
    )
    assert who.address is not None
    assert (who.address.street, who.address.postcode, who.address.city) == ("Harbour Street 4", "10115", "Berlin")
    assert who.dpo is not None
    assert (who.dpo.name, who.dpo.email) == ("The Officer", "officer@example.org")
    assert found.scope.origins == ["https://www.example.org"]


def test_purposes_have_their_bases_duties_and_data() -> None:
    orders, tips = policy().purposes["orders"], policy().purposes["recommendations"]

    assert (orders.basis, orders.law, orders.mandatory) == ("contract", "HGB-257", True)
    assert (orders.data, orders.automated_decision) == (["e-mail-address"], False)
    assert orders.consequence == "Without it we cannot tell you when your order arrives."
    assert (tips.basis, tips.interest) == ("legitimate-interest", "showing books that readers may like")


def test_recipients_have_their_country_and_what_lets_data_travel_there() -> None:
    found = policy()

    carrier, advisers = found.recipients["parcel-carrier-ag"], found.recipients["tax-advisers"]
    assert (carrier.country, carrier.receives, carrier.mechanism) == ("CH", ["e-mail-address"], "adequacy-ch")
    assert (advisers.name, advisers.country) == ("Tax advisers", "ZZ")
    assert found.mechanisms["adequacy-ch"].law == "Decision 2000/518/EC"
    assert list(found.mechanisms) == ["adequacy-ch"]


def test_periods_are_put_together_as_the_document_says() -> None:
    letters, lists = policy().retention

    assert (letters.years, letters.ground, letters.law, letters.purposes) == (6, "law", "HGB-257-4", ["orders"])
    assert (lists.days, lists.ground) == (30, "choice")


def test_rights_are_those_the_document_grants() -> None:
    granted = policy(changed("rightToWithdrawConsent.identificationEvidences", [])).rights.granted

    assert set(granted) == {"access", "rectification", "erasure", "withdrawal", "complaint"}
    assert (granted["access"].how, granted["access"].condition) == ("Write to us.", "proved-identity")
    assert granted["withdrawal"].condition == "none"


def test_data_from_others_have_their_source() -> None:
    assert policy().data["credit-rating"].source == "third-party"


def test_two_data_of_one_purpose_make_one_purpose() -> None:
    found = policy(changed("dataDisclosed.1.purposes.0.purpose", "orders"))

    assert list(found.purposes) == ["orders"]
    assert found.purposes["orders"].data == ["e-mail-address", "reading-list"]


def test_a_basis_that_contradicts_another_is_named() -> None:
    left = made(changed("dataDisclosed.1.purposes.0.purpose", "orders")).left

    why = {one.path: one.why for one in left}
    assert why["dataDisclosed[1].legalBases[0].reference"] == 'the purpose "Orders" rests on contract already'


def test_machines_that_decide_are_asked_about() -> None:
    found = made(changed("automatedDecisionMaking.inUse", True))

    assert "# ? automated_decision = true" in found.policy
    assert "automatedDecisionMaking.inUse" in {one.path for one in found.left}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("controller.country", "Germany"),
        ("controller.representative.email", "nobody"),
        ("controller.address", "somewhere"),
        ("meta.language", "fr"),
        ("meta.url", "javascript:alert(1)"),
        ("dataDisclosed.0.storage.0.temporal.0.ttl", "for ever"),
        ("dataDisclosed.0.recipients.0.country", "Switzerland"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_carried_over(path: str, value: str) -> None:
    document = changed(path, value)

    left = {one.path for one in made(document).left}
    assert re.sub(r"\.(\d+)", r"[\1]", path) in left
    assert policy(document).name == "The Lighthouse"


def test_a_document_with_a_controller_alone_is_enough() -> None:
    found = policy({"controller": {"name": "A", "country": "DE"}})

    assert (found.site, found.name, found.purposes) == ("a", "A", {})


# ── what is no TILT document ──


@pytest.mark.parametrize("document", [[], {}, {"meta": {}}, 3, None, "x"])
def test_what_is_no_tilt_document_is_refused(document: object) -> None:
    assert errors(document).startswith("notice.json:1: is no TILT document")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("controller", [], "controller: is not an object"),
        ("controller.name", 3, "controller.name: is not a string"),
        ("dataDisclosed", {}, "dataDisclosed: is not a list"),
        ("dataDisclosed.0", "x", "dataDisclosed[0]: is not an object"),
        ("dataDisclosed.0.recipients.1.category", {}, "dataDisclosed[0].recipients[1].category: is not a string"),
        ("meta.version", True, "meta.version: is not a whole number"),
        ("accessAndDataPortability.administrativeFee.amount", "5", "administrativeFee.amount: is not a number"),
        ("rightToInformation.available", 1, "rightToInformation.available: is not true or false"),
    ],
)
def test_a_wrong_type_is_refused_with_its_path(path: str, value: object, said: str) -> None:
    assert said in errors(changed(path, value))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b'{"controller":\n', "notice.json:2: is not JSON"),
        (b"\xff\xfe{", "is not"),
        (b"[" * 100_000, "is nested too deeply"),
        (b" " * (1024 * 1024 + 1), "is larger than 1 MiB"),
    ],
)
def test_what_is_no_json_is_refused(source: bytes, said: str) -> None:
    with pytest.raises(PolicyErrors, match=re.escape(said)):
        convert(source, "notice.json", ("en",))


@pytest.mark.parametrize(("name", "said"), [("none.json", "does not exist"), (".", "is a folder")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(PolicyErrors, match=said):
        read_file(tmp_path / name)


# ── whatever it says ──

STRINGS = [path for path in leaves(FULL) if isinstance(at(path), str)]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(STRINGS), st.text(alphabet=st.characters(codec=None), max_size=40))
def test_whatever_a_document_says_the_policy_loads(path: str, text: str) -> None:
    document = changed(re.sub(r"\[(\d+)\]", r".\1", path), text)

    assert policy(document).controller


@pytest.mark.parametrize(
    ("span", "days"),
    [("P1Y", 365), ("P6M", 182.5), ("P2W", 14), ("PT12H", 0.5), ("2020-08-09T18:31:42P1D", 1), ("P", None), ("", None)],
)
def test_spans_are_read(span: str, days: float | None) -> None:
    assert days_of(span) == days


def test_periods_are_whole_years_or_days_rounded_up() -> None:
    assert [period(days) for days in (730, 0.5, 182.5, 0)] == [("years", 2), ("days", 1), ("days", 183), ("days", 0)]
    assert [together((1, 3), how) for how in ("min", "max", "sum", "avg", "")] == [1, 3, 4, 2, 3]


# ── the command ──


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["new", *(str(word) for word in words)], prog_name="zweck")


DOCUMENT = Path(__file__).with_name("tilt.json")


def test_the_command_writes_the_policy_and_names_what_it_leaves(tmp_path: Path) -> None:
    done = run("--from", "tilt", DOCUMENT, tmp_path / "policy.toml")

    assert done.exit_code == 0
    assert "not carried over: meta.version = 3: editions are numbered by the service\n" in done.output
    assert loads((tmp_path / "policy.toml").read_bytes(), "policy.toml").policy.name == "The Lighthouse"


def test_the_command_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("mine")

    refused = run("--from", "tilt", DOCUMENT, tmp_path / "policy.toml")

    assert (refused.exit_code, (tmp_path / "policy.toml").read_text()) == (2, "mine")


def test_the_command_says_what_is_wrong_with_a_document(tmp_path: Path) -> None:
    (tmp_path / "notice.json").write_text('{"controller": {"name": 3}}')

    refused = run("--from", "tilt", tmp_path / "notice.json", tmp_path / "policy.toml")

    assert (refused.exit_code, (tmp_path / "policy.toml").exists()) == (2, False)
    assert "controller.name: is not a string" in refused.output


@pytest.mark.parametrize("option", ["--site", "--name", "--language"])
def test_options_that_would_have_no_effect_are_refused(tmp_path: Path, option: str) -> None:
    refused = run("--from", "tilt", DOCUMENT, option, "de", tmp_path / "policy.toml")

    assert refused.exit_code == 2
    assert f"{option} says nothing beside --from" in refused.output
