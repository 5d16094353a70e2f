"""Banners: a way to refuse as easy as to accept, a way back, no ticks, a word on what for."""

from dataclasses import replace
from typing import Any  # Any: fields of Button, Banner and Walk

import pytest

from tests.eye.judging import HOME, codes, findings, page, seen, walk
from zweck.eye.values import Banner, Box, Button, Choice, Field, Form, Profile, Walk

ACCEPT = Button("Alle akzeptieren", "button", font_px=16, area=6400, contrast=7, fill=4, in_view=True)
REFUSE = Button("Alle ablehnen", "button", font_px=16, area=5200, contrast=7, fill=4, in_view=True)
FAIR = Banner("", "page", "Statistik", accept=ACCEPT, refuse=REFUSE)


def asked(banner: Banner, **more: Any) -> Walk:
    return walk(page(banner=banner), **more)


def refuse(**more: Any) -> Banner:
    return replace(FAIR, refuse=replace(REFUSE, **more))


def test_a_fair_banner_is_no_finding() -> None:
    ways = [walk(page(), state="refused"), walk(page(), state="accepted"), walk(page(), state="withdrawn")]

    assert codes(seen(asked(FAIR), *ways)) == []


@pytest.mark.parametrize(
    ("banner", "ways", "sure"),
    [
        (refuse(clicks=2, layer=2), "clicks, layer", "certain"),
        (refuse(contrast=2.0), "contrast", "certain"),
        (refuse(fill=1.2), "fill", "likely"),
        (refuse(font_px=11), "size", "likely"),
        (refuse(area=1000), "size", "likely"),
        (refuse(tag="a", fill=1.0, contrast=5), "fill, kind", "likely"),
        (refuse(in_view=False), "view", "likely"),
    ],
)
def test_refusing_may_be_harder_in_many_ways(banner: Banner, ways: str, sure: str) -> None:
    [finding] = findings(seen(asked(banner)))

    assert (finding.code, finding.params["ways"], finding.sure) == ("refusal-harder", ways, sure)


@pytest.mark.parametrize(
    "banner",
    [
        refuse(text="Nein", area=2600),  # a short word in the same type
        refuse(tag="a"),  # drawn like the button beside it
        refuse(contrast=6),
        replace(FAIR, accept=replace(ACCEPT, contrast=3.0), refuse=replace(REFUSE, contrast=3.0)),
        refuse(area=0.0, font_px=0.0, contrast=0.0),  # could not be measured
    ],
)
def test_small_differences_and_equal_faults_are_no_finding(banner: Banner) -> None:
    assert codes(seen(asked(banner))) == []


def test_a_refusal_found_only_by_pressing_counts_the_clicks_it_took() -> None:
    refused = walk(page(), state="refused", choice=Choice("refuse", True, ("Einstellungen", "Speichern")))

    [finding] = findings(seen(asked(replace(FAIR, refuse=None)), refused))

    assert (finding.params["accept_clicks"], finding.params["refuse_clicks"]) == (1, 2)


@pytest.mark.parametrize(("path", "sure"), [((), "certain"), (("Einstellungen",), "likely")])
def test_a_banner_that_only_accepts_is_found_with_the_picture_of_the_try(path: tuple[str, ...], sure: str) -> None:
    banner = replace(FAIR, product="klaro", refuse=None)
    choice = Choice("refuse", False, path, "no control was found", picture="press")

    [finding] = findings(seen(asked(banner), Walk("refused", Profile(), choice)))

    assert (finding.code, finding.subject, finding.kind) == ("no-refusal", "klaro", "banner")
    assert (finding.sure, finding.picture) == (sure, "press")


def test_nothing_is_said_of_refusing_while_nobody_has_tried() -> None:
    assert codes(seen(asked(replace(FAIR, refuse=None)))) == []
    assert codes(seen(asked(replace(FAIR, refuse=None)), Walk("refused", Profile()))) == []


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        (Choice("withdraw", True, ("Einstellungen", "Ablehnen")), []),
        (Choice("withdraw", True, ("a", "b", "c")), [("withdrawal-harder", "certain")]),
        (Choice("withdraw", False), [("no-withdrawal", "likely")]),
        (Choice("withdraw", False, ("Einstellungen",)), [("no-withdrawal", "hint")]),
    ],
)
def test_consent_can_be_taken_back_as_easily_as_given(back: Choice, expected: list[tuple[str, str]]) -> None:
    ways = (walk(page(), state="accepted"), walk(page(), state="withdrawn", choice=back))

    assert [(f.code, f.sure) for f in findings(seen(asked(FAIR), *ways))] == expected


def test_where_nothing_could_be_accepted_nothing_can_be_taken_back() -> None:
    not_accepted = Walk("accepted", Profile(), Choice("accept", False))
    not_back = Walk("withdrawn", Profile(), Choice("withdraw", False, (), "nothing could be accepted"))

    assert codes(seen(asked(FAIR), not_accepted, not_back)) == []


def test_a_banner_that_covers_or_is_silent_is_one_finding_for_all_pages() -> None:
    banner = replace(FAIR, covers=True, names_purposes=False)
    looked = seen(walk(page(banner=banner), page(f"{HOME}b", banner=banner)), asked(banner, profile=Profile("phone")))

    found = findings(looked)

    assert [f.code for f in found] == ["banner-covers", "banner-says-nothing"]
    assert [len(f.spots) for f in found] == [3, 3]


# ── boxes ──


@pytest.mark.parametrize(
    ("box", "sure"),
    [
        (Box("Statistik", "stats", True), "certain"),
        (Box("", "c2", True), "likely"),
        (Box("Statistik", "stats", False), None),
        (Box("Notwendig", "need", True), None),
        (Box("Essenziell", "need", True), None),
        (Box("Marketing", "m", True, disabled=True), None),
    ],
)
def test_a_ticked_box_of_a_banner_is_found_unless_it_must_be(box: Box, sure: str | None) -> None:
    found = [(f.code, f.sure) for f in findings(seen(asked(replace(FAIR, boxes=(box,)))))]

    assert found == ([("pre-ticked", sure)] if sure else [])


@pytest.mark.parametrize(
    ("label", "sure"),
    [
        ("Ja, ich möchte den Newsletter", "certain"),
        ("I agree to be contacted by partners", "certain"),
        ("Geschenkpapier", None),
        ("Angemeldet bleiben", None),
        ("Remember me", None),
        ("Billing address is the same", None),
    ],
)
def test_a_ticked_box_of_a_page_is_judged_by_its_words(label: str, sure: str | None) -> None:
    form = Form("/send", "post", (Field("box", "checkbox", label, checked=True),))

    of_form = [f.sure for f in findings(seen(walk(page(forms=(form,)), page(f"{HOME}b", forms=(form,)))))]
    of_page = [f.sure for f in findings(seen(walk(page(boxes=(Box(label, "box", True),)))))]

    assert of_form == of_page == ([sure] if sure else [])


def test_a_ticked_box_beside_personal_data_is_worth_a_look() -> None:
    fields = (Field("mail", "email", "E-Mail"), Field("x", "checkbox", "Gift wrapping", checked=True))
    form = Form("/send", "post", fields, links_statement=True)

    assert codes(seen(walk(page(forms=(form,))))) == [("pre-ticked", "Gift wrapping", "hint")]


def test_a_box_is_told_once_though_banner_and_page_both_show_it() -> None:
    box = Box("Statistik", "stats", True)

    assert len(findings(seen(walk(page(banner=replace(FAIR, boxes=(box,)), boxes=(box,)))))) == 1


def test_the_boxes_that_a_withdrawal_unticks_are_no_presses_of_their_own() -> None:
    banner = replace(FAIR, boxes=(Box("Statistik", "s", False), Box("Werbung", "w", False)))
    given = Walk("accepted", Profile(), Choice("accept", True, ("Ja",)))
    back = Walk(
        "withdrawn", Profile(), Choice("withdraw", True, ("Einstellungen", "Statistik", "Werbung", "Speichern"))
    )

    assert codes(seen(asked(banner), given, back)) == []
