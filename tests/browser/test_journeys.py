"""The ways of customers, readers and staff, walked in a real browser to their end; their mails come from the catcher.

The service is the reference site as `make run` serves it. Campaigns leave slowly here, so that there is a middle.
"""

import json
import re
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.running import ROOT, Served, serving

pytestmark = pytest.mark.browser
PASSWORD = "only-for-these-walks"
PATIENCE_SECONDS = 30
COURSES = """
[purposes.courses]
name = { de = "Einladungen zu Kursen", en = "invitations to courses" }
basis = "consent"
data = ["email"]
mandatory = false
opt_in = "double"
retention = "newsletter"
offered_to = ["enquiry"]
"""


@dataclass(frozen=True, slots=True)
class Walk:
    """The running site, and somebody's browser on it."""

    served: Served
    browser: Browser
    contexts: list[BrowserContext]
    environment: dict[str, str]

    def page(self, path: str = "", **more: Any) -> Page:  # Any: as Playwright declares it
        """A page in a fresh profile, in English."""
        context = self.browser.new_context(base_url=self.served.url, **{"locale": "en-GB", **more})
        self.contexts.append(context)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    def mails(self, to: str, count: int) -> list[dict[str, Any]]:  # Any: JSON
        """The mails that somebody got, oldest first, once there are so many."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"{self.served.url}/outbox.json", timeout=PATIENCE_SECONDS) as answer:
                found = [mail for mail in json.load(answer) if mail["to"] == to]
            if len(found) >= count:
                return sorted(found, key=lambda mail: int(mail["number"]))
            time.sleep(0.2)
        pytest.fail(f"{count} mails wanted, {len(found)} came")

    def command(self, *words: str, given: str = "", ends_with: int = 0) -> str:
        """What `zweck …` prints, on the data of the running service."""
        done = subprocess.run(
            [sys.executable, "-m", "zweck.cli", *words],
            env=self.environment, input=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == ends_with, done.stdout + done.stderr
        return done.stdout

    def staff(self, name: str, purpose: str) -> Page:
        """A member of staff who has logged in."""
        self.command("staff", "add", name, "--role", "office", "--purpose", purpose, "--password-stdin", given=PASSWORD)
        page = self.page("/staff/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Logged in as")).to_be_visible()
        return page

    def subscribed(self, address: str) -> Page:
        """Somebody who asked for the news and said yes from that mailbox; their page after it."""
        page = self.page("/newsletter")
        page.get_by_label("E-mail").fill(address)
        send(page)
        page.goto(link_in(self.mails(address, 1)[-1], "confirm"))
        press(page)
        return page


@pytest.fixture(scope="module")
def slowly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    """The reference site with the catcher, and what a command needs to reach its data."""
    folder = tmp_path_factory.mktemp("journeys")
    policy = folder / "policy.toml"
    policy.write_bytes((ROOT / "policies" / "reference.toml").read_bytes())
    given = {
        "ZWECK_POLICY": str(policy),
        "ZWECK_PLACE": "virginia",
        "ZWECK_CATCHER": "1",
        "ZWECK_PROOFS": "by-hand",
        "ZWECK_MAIL_RATE": "3",
    }
    with serving(folder, **given) as served:
        reach = {"ZWECK_DATA": str(served.data), "ZWECK_KEYS": str(served.keys), "PYTHONPATH": str(ROOT / "src")}
        yield served, given | reach | {"PATH": "/usr/bin:/bin", "HOME": str(folder)}


@pytest.fixture
def walk(slowly: tuple[Served, dict[str, str]], browser: Browser) -> Iterator[Walk]:
    """A walk through the site, in profiles of its own."""
    served, environment = slowly
    one = Walk(served, browser, [], environment)
    yield one
    for context in one.contexts:
        context.close()


def link_in(mail: dict[str, Any], kind: str = "") -> str:  # Any: JSON
    """The path of the first link of a kind in a mail."""
    return str(re.findall(rf"/z/{kind}\S*", mail["text"])[0])


def come_true(is_so: Callable[[], bool]) -> None:
    """Wait for it, and not for ever."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def send(page: Page) -> None:
    """Send the form; somebody who sends many is asked for a moment of patience first."""
    page.locator(".fill button.main").click()
    page.wait_for_load_state()
    if page.get_by_text("a moment of patience").count():
        page.get_by_text("Ready: you can send it now.").wait_for()
        page.locator(".fill button.main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def press(page: Page, name: str = "") -> None:
    """Press the page's one button, or the one of this name, and wait for what comes."""
    main = page.get_by_role("main")
    (main.get_by_role("button", name=name, exact=True) if name else main.get_by_role("button")).first.click()
    page.wait_for_load_state()


# ── newsletter ──


def test_n1_a_scanners_look_confirms_nobody_and_a_press_does(walk: Walk) -> None:
    page = walk.page("/newsletter")
    page.get_by_label("E-mail").fill("n1@example.org")
    send(page)
    (asked,) = walk.mails("n1@example.org", 1)
    robot = walk.page().request

    for found in re.findall(r"/z/\S+", asked["text"]) * 2:
        assert robot.get(found).ok
        assert robot.head(found).ok

    page.goto(link_in(asked, "confirm"))
    press(page)
    expect(page.locator("main a[href^='/z/mine/']")).to_have_count(1)
    assert page.context.cookies() == []


def test_n2_one_click_in_a_mail_program_needs_no_page(walk: Walk) -> None:
    walk.subscribed("n2@example.org")
    anna = walk.staff("Nora", "newsletter")
    sent(walk, anna, "Only once")
    (mail,) = [one for one in walk.mails("n2@example.org", 2) if one["subject"] == "Only once"]
    headers = dict(mail["headers"])
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (way,) = re.findall(r"<http\S+?(/z/leave/\S+?)>", headers["List-Unsubscribe"])

    answer = walk.page().request.post(way, form={"List-Unsubscribe": "One-Click"})

    assert answer.status == 200
    sent(walk, anna, "Not to her")
    assert "Not to her" not in [one["subject"] for one in walk.mails("n2@example.org", 2)]


def test_n3_the_link_below_a_mail_leads_off_the_list(walk: Walk) -> None:
    walk.subscribed("n3@example.org")
    sent(walk, walk.staff("Nils", "newsletter"), "With a way out")
    page = walk.page(link_in(walk.mails("n3@example.org", 2)[-1], "leave"))

    press(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("off the list|unsubscribed|left", re.I))


def test_n4_who_leaves_in_the_middle_of_a_campaign_gets_none_of_the_rest(walk: Walk) -> None:
    pages = {address: walk.subscribed(address) for address in (f"n4-{number}@example.org" for number in range(6))}
    for page in pages.values():
        page.locator("main a[href^='/z/mine/']").click()
    nele = walk.staff("Nele", "newsletter")
    begin(nele, "In the middle")
    come_true(lambda: any("In the middle" in subjects(walk, address) for address in pages))

    gone = next(address for address in pages if "In the middle" not in subjects(walk, address))
    press(pages[gone], "Leave this list")
    assert "In the middle" not in subjects(walk, gone)

    ended(nele)
    assert [address for address in pages if "In the middle" not in subjects(walk, address)] == [gone]
    assert re.search(r"[Ll]eft (out|since)\n[^\n]+\n1\n", nele.get_by_role("main").inner_text())


def test_n5_the_proof_of_a_consent_is_judged_without_us(walk: Walk, tmp_path: Path) -> None:
    page = walk.subscribed("n5@example.org")
    page.locator("main a[href^='/z/mine/']").click()
    page.locator("main a[href^='/z/proof/']").click()
    expect(page.get_by_role("main")).to_contain_text("nothing left this machine")  # what the mail server answered
    receipt, forged = tmp_path / "receipt.json", tmp_path / "forged.json"
    with page.expect_download() as download:
        page.get_by_role("main").get_by_role("button", name="Signed receipt").click()
    download.value.save_as(receipt)
    words = json.loads(receipt.read_text())
    words["record"]["purpose"] = "trial"
    forged.write_text(json.dumps(words))

    assert walk.command("verify", str(receipt), ends_with=0)
    assert walk.command("verify", str(forged), ends_with=1)


# ── trial ──


def tried(walk: Walk, address: str, place: str = "ireland") -> Page:
    """Somebody's confirmed trial, on the page that is theirs."""
    page = walk.page("/trial")
    main = page.get_by_role("main")
    expect(main).to_contain_text("We use what you enter here only for: trial.")
    page.get_by_label("Name").fill("Ada Example")
    page.get_by_label("E-mail").fill(address)
    page.locator(f"input[value={place}]").check()
    page.locator("input[value=EUR]").check()
    send(page)
    page.goto(link_in(walk.mails(address, 1)[0]))
    press(page, "Start my trial")
    page.goto(link_in(walk.mails(address, 2)[1], "trial"))
    return page


def test_c1_and_c2_a_trial_shows_purpose_place_and_currency_and_runs_where_it_was_chosen(walk: Walk) -> None:
    page = tried(walk, "c1@example.org")

    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text("Your trial is running")
    told = main.inner_text()
    assert all(word in told for word in ("trial", "Ireland", "EUR", "Data deleted by"))
    assert held(walk, "place-ireland.sqlite3", "trials_trial") == 1
    assert held(walk, "zweck.sqlite3", "trials_trial") == 0
    main.get_by_role("link", name="Go to your trial").click()
    expect(page).to_have_url(re.compile(r"/room/[0-9a-f]+$"))


def test_c3_when_its_days_are_over_it_is_told_closed_and_gone(walk: Walk) -> None:
    page = tried(walk, "c3@example.org")

    lapse(walk, days=11)
    walk.mails("c3@example.org", 3)
    lapse(walk, days=32)
    walk.mails("c3@example.org", 4)

    assert [subject.partition(" on ")[0] for subject in subjects(walk, "c3@example.org")] == [
        "Please confirm your trial",
        "Your trial is ready",
        "Your trial ends",
        "Your trial is over, your data are deleted",
    ]
    come_true(lambda: held(walk, "place-ireland.sqlite3", "trials_trial") == 0)  # a moment after the last mail has left
    page.reload()
    expect(page.get_by_role("main")).not_to_contain_text("Ireland")


def test_c4_a_trial_customer_gets_no_marketing(walk: Walk) -> None:
    tried(walk, "c4@example.org")
    walk.subscribed("c4-reader@example.org")

    sent(walk, walk.staff("Cleo", "newsletter"), "For readers only")

    assert "For readers only" in subjects(walk, "c4-reader@example.org")
    assert subjects(walk, "c4@example.org") == ["Please confirm your trial", "Your trial is ready"]


def held(walk: Walk, file: str, table: str) -> int:
    """How many rows a place's file holds in a table."""
    with closing(sqlite3.connect(walk.served.data / file)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def lapse(walk: Walk, days: int) -> None:
    """Let days pass for the trials in Ireland."""
    back = timedelta(days=days)
    with closing(sqlite3.connect(walk.served.data / "place-ireland.sqlite3", timeout=20)) as database, database:
        for column in ("ready_at", "ends_at", "deletes_at", "due_at"):
            database.execute(
                f"UPDATE trials_trial SET {column} = strftime('%Y-%m-%d %H:%M:%f', {column}, '-{days} days')"
                f" WHERE {column} IS NOT NULL"
            )
        database.execute("UPDATE vault_grant SET until = until - ?", [back // timedelta(microseconds=1)])


# ── subscriber asked for a new purpose ──


def test_b5_a_no_to_a_new_purpose_is_remembered_and_nothing_happens(walk: Walk) -> None:
    asked(walk, "b5@example.org", "Is there a course?")
    policy = Path(walk.environment["ZWECK_POLICY"])
    policy.write_text(policy.read_text(encoding="utf-8") + COURSES, encoding="utf-8")
    assert "a new purpose. People are asked first." in walk.command("activate", str(policy), "--yes")
    question = walk.mails("b5@example.org", 2)[-1]
    page = walk.page(link_in(question, "answer"))
    expect(page.get_by_role("main")).to_contain_text("for a further purpose: “invitations to courses”")

    press(page, "No")

    expect(page.get_by_role("heading", level=1)).to_have_text("We have noted your no")
    bea = walk.staff("Bea", "courses")
    bea.goto("/staff/mailing/questions")
    assert re.search(r"Asked\n[1-9]\d*\nYes\n0\nNo\n1\n", bea.get_by_role("main").inner_text())
    bea.goto("/staff/mailing")
    expect(bea.get_by_role("main")).to_contain_text("0 people")
    assert len(subjects(walk, "b5@example.org")) == 2


# ── support ──


def asked(walk: Walk, address: str, text: str) -> str:
    """Somebody's enquiry; gives the path of their page."""
    page = walk.page("/support")
    page.get_by_label("Name").fill("Ada Example")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Message").fill(text)
    before = len(subjects(walk, address))
    send(page)
    return link_in(walk.mails(address, before + 1)[-1], "enquiry")


def test_h1_support_sees_the_enquiry_and_nothing_else_and_the_answer_arrives(walk: Walk) -> None:
    tried(walk, "h1@example.org")
    path = asked(walk, "h1@example.org", "Do you open on Sunday?")
    hal = walk.staff("Hal", "enquiry")
    hal.goto("/staff/enquiries")
    hal.locator("main a[href^='/staff/enquiries/virginia/']").last.click()

    told = hal.get_by_role("main").inner_text()
    assert "Do you open on Sunday?" in told
    assert not re.search("trial|Ireland|EUR", told)
    for closed in ("/staff/trials", "/staff/mailing"):
        hal.goto(closed)
        assert "@example.org" not in hal.content()
        hal.go_back()
    hal.get_by_label("Your answer").fill("Yes, from ten.")
    press(hal, "Send the answer")

    assert "Yes, from ten." in walk.mails("h1@example.org", 4)[-1]["text"]
    expect(walk.page(path).get_by_role("main")).to_contain_text("Yes, from ten.")


def test_h2_off_the_list_is_one_press(walk: Walk) -> None:
    walk.subscribed("h2@example.org")
    asked(walk, "h2@example.org", "Please take me off the list.")
    hana = walk.staff("Hana", "enquiry")
    hana.goto("/staff/enquiries")
    hana.get_by_label("E-mail address").fill("h2@example.org")
    press(hana, "Search")
    assert "h2" not in hana.url
    hana.goto(hana.url)
    expect(hana.get_by_role("heading", level=1)).to_have_text("Enquiries")
    hana.get_by_label("E-mail address").fill("h2@example.org")
    press(hana, "Search")
    hana.locator("main a[href^='/staff/enquiries/virginia/']").first.click()

    press(hana, "Take off all marketing lists")

    expect(hana.get_by_role("status")).to_be_visible()
    sent(walk, walk.staff("Hugo", "newsletter"), "Without her")
    assert "Without her" not in subjects(walk, "h2@example.org")


# ── marketing ──


def test_m1_a_campaigns_readers_are_computed_and_who_is_left_out_is_explained(walk: Walk) -> None:
    walk.subscribed("m1@example.org")
    unsure = walk.page("/newsletter")
    unsure.get_by_label("E-mail").fill("m1-unsure@example.org")
    send(unsure)
    walk.mails("m1-unsure@example.org", 1)
    tried(walk, "m1-trial@example.org")
    mia = walk.staff("Mia", "newsletter")
    mia.goto("/staff/mailing")
    press(mia, "Write a new e-mail")

    told = mia.get_by_role("main").inner_text()

    assert re.search(r"Not confirmed\n[^\n]+\n1\n", told)
    assert "whoever you know from a trial, a purchase or an enquiry has not asked for this" in told
    sent(walk, mia, "To those who asked")
    assert "To those who asked" in subjects(walk, "m1@example.org")
    for other in ("m1-unsure@example.org", "m1-trial@example.org"):
        assert "To those who asked" not in subjects(walk, other)


def subjects(walk: Walk, to: str) -> list[str]:
    """The subjects of the mails that somebody has by now."""
    return [mail["subject"] for mail in walk.mails(to, 0)]


def sent(walk: Walk, page: Page, subject: str) -> None:
    """Write and send a campaign and wait for its end."""
    begin(page, subject)
    ended(page)


def ended(page: Page) -> None:
    """Wait on a campaign's page until it is sent."""
    for _ in range(PATIENCE_SECONDS * 2):
        page.reload()
        if page.locator(".state.sent, .state.done").count():
            return
        time.sleep(0.5)
    pytest.fail("the campaign did not end: " + page.get_by_role("main").inner_text())


def begin(page: Page, subject: str) -> None:
    """Write a campaign and begin to send it."""
    page.goto("/staff/mailing")
    press(page, "Write a new e-mail")
    page.locator("input[name=subject-en]").fill(subject)
    page.locator("textarea[name=text-en]").fill("Dear reader,\n\nthere is **news**.")
    page.locator("input[name=subject-de]").fill(subject)
    page.locator("textarea[name=text-de]").fill("Guten Tag,\n\nes gibt **Neues**.")
    press(page, "Save and send")
