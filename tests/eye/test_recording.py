"""What a page stores, asks for and reads is told, each with what did it, and no value is."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace

import pytest

from tests.eye.tiny import Odd, Tiny, page, redirect, script, serving
from zweck.eye.browsing import Eye, Visitor
from zweck.eye.values import Profile, Stop, Stored, Visit

pytestmark = pytest.mark.browser
TEN_YEARS = 315_360_000
CANARY = "canary7f3c9a51e2d84b60"


@contextmanager
def visiting(eye: Eye, answers: Mapping[str, Odd]) -> Iterator[tuple[Visitor, Tiny]]:
    """A fresh visitor before a server."""
    with serving(answers) as tiny, eye.visitor(Profile()) as visitor:
        yield visitor, tiny


def visit(eye: Eye, answers: Mapping[str, Odd], settle_ms: int = 150) -> Visit:
    """What a fresh visitor meets at the root."""
    with visiting(eye, answers) as (visitor, tiny):
        return visitor.visit(Stop(f"{tiny.url}/", settle_ms))


def stored(seen: Visit, name: str) -> Stored:
    """The one thing of that name."""
    (found,) = [one for one in seen.stored if one.name == name]
    return found


def test_a_cookie_by_header_is_told_with_the_lifetime_it_asked_for(eye: Eye) -> None:
    line = f"track={CANARY}; Max-Age={TEN_YEARS}; Path=/; HttpOnly; SameSite=lax"

    seen = visit(eye, {"/": page("", ("Set-Cookie", line))})

    one = stored(seen, "track")
    assert (one.kind, one.how, one.lifetime_seconds, one.shape) == ("cookie", "header", TEN_YEARS, "id")
    assert (one.host, one.http_only, one.secure, one.same_site) == ("127.0.0.1", True, False, "Lax")
    assert one.by == seen.url
    assert not one.third_party


def test_max_age_wins_over_expires(eye: Eye) -> None:
    line = "one=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Max-Age=60"

    assert stored(visit(eye, {"/": page("", ("Set-Cookie", line))}), "one").lifetime_seconds == 60


def test_a_cookie_of_a_redirect_is_told_with_the_answer_that_set_it(eye: Eye) -> None:
    answers = {"/": redirect("/on", ("Set-Cookie", "hop=1")), "/on": redirect("/there"), "/there": page("")}

    seen = visit(eye, answers)

    assert stored(seen, "hop").by == seen.url
    assert seen.landed == f"{seen.url}there"
    assert [one.status for one in seen.requests] == [302, 302, 200]


def test_a_cookie_by_script_is_told_with_the_script(eye: Eye) -> None:
    written = f'document.cookie = "stat={CANARY}; max-age={TEN_YEARS}; samesite=strict";'

    seen = visit(eye, {"/": page("<script src=/s.js?v=1></script>"), "/s.js": script(written)})

    one = stored(seen, "stat")
    assert (one.how, one.by, one.lifetime_seconds) == ("script", f"{seen.url}s.js", TEN_YEARS)
    assert (one.same_site, one.shape) == ("Strict", "id")


@pytest.mark.parametrize(
    "line",
    [
        "gone=1; max-age=0",
        "gone=1; expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "gone=1; domain=example.org",
        "gone=1; path=nonsense; domain=;;",
    ],
)
def test_what_is_not_kept_is_not_told_and_breaks_nothing(eye: Eye, line: str) -> None:
    written = f'<script>document.cookie = "{line}"; document.cookie = "after=1";</script>'

    names = [one.name for one in visit(eye, {"/": page(written)}).stored]

    assert "after" in names
    assert ("gone" in names) == line.endswith(";;")


def test_storages_are_told_with_the_script_and_the_look_of_the_value(eye: Eye) -> None:
    written = f"""
        localStorage.setItem("choice", '{{"ads": false}}');
        localStorage.direct = "{CANARY}";
        sessionStorage.setItem("tab", "3");
        indexedDB.open("trail");
        caches.open("shell");
        cookieStore.set({{ name: "late", value: "yes", expires: Date.now() + 86400000 }});
    """

    seen = visit(eye, {"/": page("<script src=/s.js></script>"), "/s.js": script(written)})

    told = {(one.kind, one.name): (one.how, one.shape) for one in seen.stored}
    assert told["local-storage", "choice"] == ("script", "json")
    assert told["local-storage", "direct"] == ("script", "id")
    assert told["session-storage", "tab"] == ("script", "number")
    assert told["indexed-db", "trail"] == told["cache", "shell"] == ("script", "")
    assert told["cookie", "late"] == ("script", "word")
    assert 86_390 <= (stored(seen, "late").lifetime_seconds or 0) <= 86_400
    assert set(seen.storage) >= {"local-storage:choice", "session-storage:tab", "indexed-db:trail", "cache:shell"}


def test_a_service_worker_is_told(eye: Eye) -> None:
    written = '<script>navigator.serviceWorker.register("/sw.js");</script>'

    seen = visit(eye, {"/": page(written), "/sw.js": script("")}, 400)

    assert stored(seen, "/sw.js").kind == "service-worker"


def test_what_a_foreign_frame_stores_is_a_third_partys(eye: Eye) -> None:
    inside = page(
        '<script>document.cookie = "theirs=1; SameSite=None; Secure"; localStorage.setItem("mine", "1")</script>',
        ("Set-Cookie", "header=1; SameSite=None; Secure"),
    )
    with serving({"/in": inside}, "localhost") as other:
        seen = visit(eye, {"/": page(f"<iframe src='{other.url}/in'></iframe>")})

    theirs = {one.name: one.third_party for one in seen.stored}
    assert theirs == {"theirs": True, "header": True, "mine": True}
    assert [one.third_party for one in seen.requests] == [False, True]


def test_requests_are_told_with_what_made_them_and_without_values(eye: Eye) -> None:
    written = f"""
        fetch("/data?user={CANARY}&page=1#x");
        navigator.sendBeacon("/beacon", "x".repeat(300));
    """
    answers = {"/": page("<script src=/s.js></script><img src=/a.png>"), "/s.js": script(written)}

    seen = visit(eye, answers)

    told = {one.url.rpartition("/")[2]: one for one in seen.requests}
    assert told["data"].query == ("user", "page")
    assert told["data"].by == told["beacon"].by == f"{seen.url}s.js"
    assert (told["beacon"].kind, told["beacon"].method, told["beacon"].sends) == ("ping", "POST", 300)
    assert (told["a.png"].by, told["a.png"].kind, told["a.png"].status) == (seen.url, "image", 404)
    assert told["a.png"].frame == seen.url


def test_workers_and_sockets_ask_for_things_too(eye: Eye) -> None:
    code = """<script>
      new Worker("/w.js"); navigator.serviceWorker.register("/sw.js"); new WebSocket(`ws://${location.host}/socket`);
    </script>"""
    answers = {"/": page(code), "/w.js": script("fetch('/by-w')"), "/sw.js": script("fetch('/by-sw')")}

    seen = visit(eye, answers, 800)

    told = {one.url.rpartition("/")[2]: (one.kind, one.by) for one in seen.requests}
    assert told["by-w"] == ("fetch", seen.url)
    assert told["by-sw"] == ("fetch", f"{seen.url}sw.js")
    assert told["socket"] == ("websocket", seen.url)


def test_what_nobody_sees_but_the_gate_is_told_as_a_connection(eye: Eye) -> None:
    with serving({}, "localhost") as other:
        shared = script(f"fetch('{other.url}/secret')")

        seen = visit(eye, {"/": page("<script>new SharedWorker('/s.js')</script>"), "/s.js": shared}, 800)

    (one,) = [one for one in seen.requests if one.third_party]
    assert (one.url, one.kind) == (f"{other.url}/", "connection")


def test_a_sandboxed_frame_is_recorded_too(eye: Eye) -> None:
    frame = "<iframe sandbox=allow-scripts srcdoc=\"<img src='/inner.png'>\"></iframe>"

    seen = visit(eye, {"/": page(frame)})

    assert f"{seen.url}inner.png" in [one.url for one in seen.requests]


def test_what_a_page_does_under_a_strict_policy_is_recorded(eye: Eye) -> None:
    strict = ("Content-Security-Policy", "default-src 'none'; script-src 'self'")
    body = "<script src=/s.js></script><img src=/a.png>"

    seen = visit(eye, {"/": page(body, strict), "/s.js": script("document.cookie='a=1'")})

    assert stored(seen, "a").how == "script"
    assert {one.directive for one in seen.violations} == {"img-src"}


def test_what_happened_before_a_script_led_on_is_told(eye: Eye) -> None:
    leads = page('<script>document.cookie = "first=1"; location.replace("/next");</script>')

    seen = visit(eye, {"/": leads, "/next": page("Next")}, 400)

    assert stored(seen, "first").how == "script"
    assert seen.landed.endswith("/next")


CANVAS = """
    const canvas = document.createElement("canvas");
    const on = canvas.getContext("2d");
    on.fillText("TEXT", 2, 12);
    canvas.toDataURL();
"""


def test_a_script_that_reads_the_canvas_back_is_told(eye: Eye) -> None:
    code = f"{CANVAS}; navigator.plugins; navigator.hardwareConcurrency; fetch('/sent');"

    seen = visit(eye, {"/": page("<script src=/fp.js></script>"), "/fp.js": script(code)})

    (one,) = seen.prints
    assert one.script == f"{seen.url}fp.js"
    assert one.reads == ("canvas", "hardwareConcurrency", "plugins")
    assert one.sends


def test_fonts_and_silent_sound_are_prints_too(eye: Eye) -> None:
    code = """
        const on = document.createElement("canvas").getContext("2d");
        for (let i = 0; i < 40; i += 1) { on.font = `12px font${i}`; on.measureText("mm"); }
        new OfflineAudioContext(1, 100, 44100).startRendering();
    """

    (one,) = visit(eye, {"/": page(f"<script>{code}</script>")}).prints

    assert one.reads == ("audio", "fonts")
    assert not one.sends


@pytest.mark.parametrize(
    "code",
    [
        CANVAS.replace("TEXT", "\U0001f600"),  # how pages learn whether there is a font for emoji
        "navigator.plugins; navigator.hardwareConcurrency; screen.colorDepth;",
        "document.createElement('canvas').toDataURL()",
    ],
)
def test_what_ordinary_pages_ask_for_is_no_print(eye: Eye, code: str) -> None:
    assert visit(eye, {"/": page(f"<script>{code}</script>")}).prints == ()


def test_a_page_can_tell_nothing_of_the_recording(eye: Eye) -> None:
    code = """
        const names = [window, document].flatMap(Object.getOwnPropertyNames);
        const odd = names.filter((name) => /^_|play.*wright|zweck/i.test(name));
        const native = [Storage.prototype.setItem, Element.prototype.attachShadow, Function.prototype.toString,
          HTMLCanvasElement.prototype.toDataURL, Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set]
          .filter((one) => !/^function [\\w ]*\\(\\) \\{ \\[native code\\] \\}$/.test(one.toString()));
        document.title = `${odd} ${native.map(String)} ${navigator.webdriver} ${/Headless/.test(navigator.userAgent)}`;
    """

    seen = visit(eye, {"/": page(f"<body><script>{code}</script>")})

    assert seen.title.split() == ["false", "false"]


def test_a_page_that_bends_what_we_use_is_recorded_all_the_same(eye: Eye) -> None:
    code = """
        JSON.stringify = () => "{}"; Error.prepareStackTrace = () => "nothing"; Error.stackTraceLimit = 0;
        Reflect.apply = () => { throw new Error(); }; WeakMap.prototype.get = () => { throw new Error(); };
        document.cookie = "still=1";
    """

    seen = visit(eye, {"/": page("<script src=/s.js></script>"), "/s.js": script(code)})

    assert stored(seen, "still").by == f"{seen.url}s.js"


def test_no_value_leaves_the_browser(eye: Eye) -> None:
    code = f"""
        document.cookie = "a={CANARY}"; localStorage.setItem("b", "{CANARY}"); localStorage.c = "{CANARY}";
        fetch("/x?d={CANARY}", {{ method: "POST", body: "{CANARY}" }}); location.hash = "{CANARY}";
    """
    leads = redirect(f"/in?e={CANARY}", ("Set-Cookie", f"f={CANARY}"))
    answers = {"/": page(f"<script>{code}</script>", ("Set-Cookie", f"g={CANARY}; HttpOnly")), "/to": leads}
    with visiting(eye, answers) as (visitor, tiny):
        seen = [visitor.visit(Stop(f"{tiny.url}{path}", reads="all")) for path in ("/", "/to")]
        kept = visitor.kept()

    assert {"a", "b", "c", "f", "g"} <= {one.name for one in kept}
    # The page's own address is told whole, for it says which page it is.
    assert CANARY not in json.dumps([asdict(replace(one, landed="")) for one in seen])
    assert CANARY not in json.dumps([asdict(one) for one in kept])


def test_what_the_browser_asks_on_its_own_account_is_neither_asked_nor_told(eye: Eye) -> None:
    form = "<form method=post>" + "".join(f"<label>{n}<input name={n}></label>" for n in ("name", "email", "zip"))

    seen = visit(eye, {"/": page(f"{form}<button>Send</button></form>")}, 2000)

    assert [one.url for one in seen.requests if one.third_party] == []
