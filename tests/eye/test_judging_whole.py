"""All families together: in order, never in the way, and silent about the site that keeps its word."""

import random
import time
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.eye.judging import HOME, OWED, Catalogue, asked, cookie, findings, notes, page, policy, seen, walk
from zweck.eye.judging.judge import judge
from zweck.eye.judging.prose import read_prose
from zweck.eye.judging.weight import CODES, weight
from zweck.eye.values import Banner, Button, Field, Form, Link, Print, Profile, Request, Seen, Stored, Visit
from zweck.policy.load import load

REFERENCE = Path(__file__).parents[2] / "policies" / "reference.toml"
ODD = st.text(max_size=40) | st.sampled_from(["", "*", "http://[", "a" * 5000, "\0", "../..", "__proto__", "%%%", "٣"])


def busy() -> Seen:
    stored = (cookie("_gauge"), cookie("visitor"), cookie("it", None, shape="word"))
    requests = (asked("gauge.example.com"), asked("unknown.example.net", "image", query=("uid",)))
    visit = page(stored=stored, requests=requests, links=(), prints=(Print(f"{HOME}fp.js", ("canvas", "audio")),))
    return seen(walk(visit), walk(visit, state="refused"), walk(visit, state="accepted"))


def test_the_worst_comes_first_and_notes_come_last() -> None:
    found = judge(busy(), policy(), Catalogue(), None)

    assert list(found) == sorted(found, key=weight)
    assert found[0].code == "after-refusal"
    assert [f.note for f in found] == sorted(f.note for f in found)


def test_the_order_of_the_walks_changes_nothing_but_the_order_of_places() -> None:
    looked = busy()
    mixed = replace(looked, walks=tuple(random.Random(7).sample(looked.walks, len(looked.walks))))  # noqa: S311  (no secret)

    ids = [f.id for f in judge(looked, policy(), Catalogue(), None)]

    assert ids == [f.id for f in judge(mixed, policy(), Catalogue(), None)]
    assert len(set(ids)) == len(ids)


def test_things_of_one_name_on_several_hosts_are_one_finding_with_both() -> None:
    stored = [cookie("id", None, host=host, third_party=True) for host in ("a.example.net", "b.example.net")]

    [finding] = findings(seen(walk(page(stored=tuple(stored)))))

    assert finding.params["host"] == "a.example.net, b.example.net"


def test_every_code_has_its_weight() -> None:
    everything = judge(busy(), policy(), Catalogue(), read_prose("nothing", Catalogue()))

    assert {f.code for f in everything} <= set(CODES)
    assert len(set(CODES)) == len(CODES)


# ── a site that keeps its word ──


def _reference_form(*fields: Field, heading: str) -> Form:
    return Form(f"{HOME}send", "post", fields, text="Why we ask", heading=heading, links_statement=True)


def test_the_reference_site_as_its_policy_declares_it_has_nothing_to_find() -> None:
    declared = load(REFERENCE).policy
    email, name = Field("email", "email", "E-mail"), Field("name", "text", "Your name", autocomplete="name")
    forms = (
        _reference_form(email, name, Field("organisation", "text", "Organisation"), heading="Start a trial"),
        _reference_form(email, heading="Subscribe to news"),
        _reference_form(email, name, Field("message", "textarea", "Message"), heading="Ask us"),
    )
    button = Button("Refuse", "button", font_px=16, area=4000, contrast=7, fill=1.1)
    banner = Banner("", "page", "", accept=replace(button, text="Accept"), refuse=button)
    choice = cookie("zweck-choice", 400, shape="text")
    entry = page(forms=forms, banner=banner, requests=(Request(f"{HOME}static/site.js", "script"),))
    looked = seen(
        walk(entry, page(f"{HOME}en/")),
        walk(entry, profile=Profile(gpc=True)),
        walk(entry, profile=Profile(robot=True)),
        walk(page(), state="refused", pressed=(choice,), kept=(choice,)),
        walk(page(), state="accepted", pressed=(choice,), kept=(choice,)),
        walk(page(), state="withdrawn", pressed=(choice,), kept=(choice,)),
    )

    assert findings(looked, declared) == ()
    assert {f.code for f in notes(looked, declared)} == {"absent"}


# ── odd data ──


@settings(max_examples=60, deadline=None)
@given(names=st.lists(ODD, min_size=6, max_size=6), number=st.integers(-5, 10**12))
def test_no_name_or_number_makes_judging_fail(names: list[str], number: int) -> None:
    one, two, three, four, five, six = names
    visit = Visit(
        url=one,
        status=number % 600,
        headers={},
        landed=two,
        requests=(
            Request(three, "image", (four,), third_party=True, receives=number),
            Request(f"http://{five}/", "ping"),
        ),
        stored=(Stored("cookie", six, one, lifetime_seconds=number), Stored("local-storage", two, three, True)),
        storage=(four, f"local-storage:{five}", ":"),
        prints=(Print(six, (one, "canvas", "webgl")),),
        forms=(Form(two, three, (Field(four, five, six, one), Field("e", "email")), heading=two),),
        links=(Link(three, four),),
        language=five,
    )
    looked = seen(walk(visit), walk(visit, state="refused"), url=six)

    found = judge(looked, policy(), Catalogue(), read_prose(one, Catalogue()))

    assert found == judge(looked, policy(), Catalogue(), read_prose(one, Catalogue()))


def test_judging_a_whole_site_is_cheap() -> None:
    requests = tuple(asked(f"h{n % 30}.example.net") for n in range(120))
    stored = tuple(cookie(f"name{n}_x") for n in range(20))
    visits = [page(f"{HOME}{n}", requests=requests, stored=stored, links=OWED * 30) for n in range(20)]
    looked = seen(walk(*visits), walk(*visits, state="refused"), walk(*visits, state="accepted"))
    began = time.process_time()

    judge(looked, policy(), Catalogue(), None)

    assert time.process_time() - began < 2
