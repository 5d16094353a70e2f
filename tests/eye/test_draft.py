"""A drafted policy can be read, declares all that was seen, and asks what a browser cannot see."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.eye.judging import DAY, HOME, asked, cookie, page, seen, walk
from zweck.eye.catalogue.lookup import Catalogue, load
from zweck.eye.draft import draft
from zweck.eye.judging.judge import judge
from zweck.eye.values import Field, Form, Link, Seen, Stored
from zweck.policy.lint import lint
from zweck.policy.load import loads
from zweck.policy.model import Policy

TODAY = date(2026, 11, 22)
CONTACT = Form(
    action=f"{HOME}contact",
    method="post",
    fields=(
        Field("name", "text", "Ihr Name"),
        Field("mail", "email", "E-Mail", required=True),
        Field("text", "textarea", "Nachricht", required=True),
        Field("size", "text", "Größe der Gruppe"),
        Field("token", "hidden", hidden=True),
    ),
    heading="Kontakt",
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(Path("no-list-of-an-operator"))


def own(catalogue: Catalogue) -> Seen:
    """A site with statistics, fonts, a form and a shop's session."""
    before = page(
        title="Kontakt – Die Wanderer e. V.",
        stored=(cookie("PHPSESSID", None, http_only=True, how="header", by=HOME), cookie("_ga", 400.0)),
        requests=(asked("www.googletagmanager.com"), asked("fonts.gstatic.com", "font"), asked("cdn.example.com")),
        forms=(CONTACT,),
    )
    pressed = (cookie("wanderer_choice", 180.0, shape="word"),)
    return seen(walk(before), walk(state="refused", pressed=pressed), walk(state="accepted", pressed=pressed))


def read(source: str) -> Policy:
    return loads(source.encode(), "draft", ("de", "en")).policy


def test_what_was_stored_is_declared_with_its_lifetime(catalogue: Catalogue) -> None:
    policy = read(draft(own(catalogue), catalogue, TODAY))

    ga, session = policy.technologies["ga"], policy.technologies["phpsessid"]
    assert (ga.name, ga.kind, ga.purpose, ga.lifetime_days, ga.essential) == ("_ga", "cookie", "statistics", 400, False)
    assert (session.purpose, session.lifetime_days, session.essential, session.http_only) == (
        "operation",
        0,
        True,
        True,
    )


def test_who_stands_behind_it_is_a_recipient_with_its_seat(catalogue: Catalogue) -> None:
    source = draft(own(catalogue), catalogue, TODAY)

    google = read(source).recipients["google-llc"]
    assert (google.name, google.country, google.receives) == ("Google LLC", "US", ["device-id", "ip-address"])
    assert "# ? People in the Union are served by Google Ireland Limited" in source
    assert "# ? mechanism = " in source


def test_a_host_that_nobody_knows_is_kept_and_asked_about(catalogue: Catalogue) -> None:
    source = draft(own(catalogue), catalogue, TODAY)

    policy = read(source)
    assert policy.technologies["cdn-example-com"].purpose == "unclear"
    assert policy.recipients["example-com"].country == "ZZ"
    assert "# ? Nothing is known of this host" in source
    assert policy.purposes["unclear"].basis is None


def test_the_record_of_a_choice_is_essential(catalogue: Catalogue) -> None:
    record = read(draft(own(catalogue), catalogue, TODAY)).technologies["wanderer-choice"]

    assert (record.purpose, record.essential, record.lifetime_days) == ("choice", True, 180)


def test_a_form_is_declared_with_the_data_it_asks_for(catalogue: Catalogue) -> None:
    source = draft(own(catalogue), catalogue, TODAY)

    form = read(source).forms["kontakt"]
    assert (form.purpose, form.asks, form.optional) == ("enquiry", ["email", "message", "name"], ["name"])
    assert "# ? It also has: Größe der Gruppe." in source


def test_the_head_says_what_was_seen_and_the_site_links(catalogue: Catalogue) -> None:
    source = draft(replace(own(catalogue), partly=("time",)), catalogue, TODAY)

    policy = read(source)
    assert (policy.site, policy.name, policy.languages) == ("example-org", "Die Wanderer e. V.", ["de"])
    assert policy.scope.origins == ["https://www.example.org"]
    assert {name: link.url for name, link in policy.links.items()} == {
        "statement": f"{HOME}datenschutz",
        "imprint": f"{HOME}impressum",
    }
    assert "# It is not the whole: time." in source


def test_each_thing_says_where_it_was_seen(catalogue: Catalogue) -> None:
    source = draft(own(catalogue), catalogue, TODAY)

    assert f"# seen before any choice: {HOME}, set by an answer of {HOME}" in source
    assert f"# seen after a refusal: {HOME}" in source


def test_the_linter_reads_a_draft_and_finds_what_is_open(catalogue: Catalogue) -> None:
    source = draft(own(catalogue), catalogue, TODAY)

    found = lint(loads(source.encode(), "draft", ("de", "en")), TODAY)

    assert {one.code for one in found} > {"GDPR13-DATE"}


def test_an_audit_finds_nothing_undeclared_by_its_own_draft(catalogue: Catalogue) -> None:
    site = own(catalogue)

    policy = read(draft(site, catalogue, TODAY))

    codes = {finding.code for finding in judge(site, policy, catalogue, None) if not finding.note}
    assert codes.isdisjoint({"undeclared", "lifetime", "form-undeclared"})
    assert "before-choice" in codes  # a draft declares what is there, it does not allow it


def test_a_site_without_anything_still_gives_a_policy(catalogue: Catalogue) -> None:
    policy = read(draft(seen(), catalogue, TODAY))

    assert (policy.languages, policy.technologies) == (["en"], {})


def test_a_further_language_is_named_and_not_declared(catalogue: Catalogue) -> None:
    source = draft(seen(walk(page(language="fr-FR"), page(f"{HOME}en", language="en"))), catalogue, TODAY)

    assert read(source).languages == ["en"]
    assert "pages say they are in fr as well" in source


def test_a_flood_of_names_is_counted_and_not_written(catalogue: Catalogue) -> None:
    words = tuple(cookie(f"{chr(97 + i % 26) * (1 + i // 26)}x") for i in range(450))

    source = draft(seen(walk(page(stored=words))), catalogue, TODAY)

    assert len(read(source).technologies) == 400
    assert "# ? 50 more were seen" in source


def test_a_service_worker_is_told_as_a_comment(catalogue: Catalogue) -> None:
    worker = Stored("service-worker", f"{HOME}sw.js", "www.example.org")

    source = draft(seen(walk(page(stored=(worker,)))), catalogue, TODAY)

    assert read(source).technologies == {}
    assert f"# a service worker, {HOME}sw.js" in source


def test_a_host_without_a_registry_stays_whole(catalogue: Catalogue) -> None:
    site = seen(
        walk(page(requests=(replace(asked("x"), url="http://127.0.0.1:8001/x.js"),))), url="http://127.0.0.1:8000/"
    )

    policy = read(draft(site, catalogue, TODAY))

    assert [(one.name, one.url) for one in policy.recipients.values()] == [("127.0.0.1:8001", None)]
    assert policy.controller.contact == "privacy@example.com"


def test_nothing_met_is_told(catalogue: Catalogue) -> None:
    assert "# Nothing was met that stores anything" in draft(seen(walk(page())), catalogue, TODAY)


NAMES = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=st.characters(codec=None), max_size=30),  # lone surrogates as well
    st.sampled_from(['"', '"""', "'''", "\\", "\n[controller]\n", "# x", "a = 1", "\x00", "\u202e", "{x}", "]]", "*"]),
    st.integers(9_000, 10_000).map(lambda length: "a\n" * (length // 2)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=5), st.sampled_from(["cookie", "local-storage", "indexed-db", "cache"]))
def test_whatever_a_page_calls_its_things_the_draft_can_be_read(names: list[str], kind: str) -> None:
    name = names[0]
    stored = tuple(replace(cookie(one, 2.0), kind=kind, by=one, host=one) for one in names)  # type: ignore[arg-type]
    form = replace(CONTACT, heading=name, button=name, fields=(*CONTACT.fields, Field(name, "text", name)))
    link = Link(f"{HOME}privacy?{name}", name)
    visit = page(title=name, language=name, stored=stored, forms=(form,), links=(link,), landed=HOME + name)
    site = seen(walk(visit, page(requests=(asked(f"{name}.example.net"),))))

    policy = read(draft(site, load(Path("no-list")), TODAY))

    assert len(policy.technologies) >= 1


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["", "https://", "https://a.", "http://[", "//"]), NAMES)
def test_an_address_of_any_kind_gives_a_policy(scheme: str, rest: str) -> None:
    url = scheme + rest
    source = draft(seen(walk(page(url, links=(Link(url, "Privacy"),))), url=url), load(Path("no-list")), TODAY)

    assert tomllib.loads(source)["scope"]["origins"]
    assert read(source).site


def test_a_name_comes_back_as_it_was(catalogue: Catalogue) -> None:
    hostile = 'a"b\\c\n[x]\n#\té'

    policy = read(draft(seen(walk(page(stored=(cookie(hostile, 1.0),)))), catalogue, TODAY))

    assert [technology.name for technology in policy.technologies.values()] == [hostile]


def test_a_name_without_end_is_declared_by_its_beginning(catalogue: Catalogue) -> None:
    policy = read(draft(seen(walk(page(stored=(cookie("n" * 10_000, 2 * DAY / DAY),)))), catalogue, TODAY))

    assert [technology.name for technology in policy.technologies.values()] == ["n" * 200 + "*"]
