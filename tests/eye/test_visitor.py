"""A visitor looks like one, meets every kind of trouble without being held up, and leaves nothing behind."""

import ipaddress
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.eye.tiny import Answer, Odd, Tiny, page, redirect, serving
from zweck.eye import browsing
from zweck.eye.browsing import Eye, Visitor
from zweck.eye.errors import Crashed
from zweck.eye.values import Profile, Stop, Visit

pytestmark = pytest.mark.browser
MEGABYTE = b"x" * 1_000_000


def slow_drip(handler: BaseHTTPRequestHandler) -> None:
    """Never ends its page."""
    handler.send_response_only(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.wfile.write(b"<!doctype html><title>Drips</title><script>document.cookie='early=1'</script>")
    for _ in range(100):
        handler.wfile.write(b"<p>drip")
        handler.wfile.flush()
        time.sleep(0.1)


def enormous(handler: BaseHTTPRequestHandler) -> None:
    """100 MB of page."""
    handler.send_response_only(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.wfile.write(b"<!doctype html><title>Big</title><!--")
    for _ in range(100):
        handler.wfile.write(MEGABYTE)


def broken(handler: BaseHTTPRequestHandler) -> None:
    """Hangs up."""
    handler.close_connection = True
    handler.connection.close()


NOISY = """<body><script>
  window.open("/popup"); alert("a"); confirm("b"); print();
  Notification.requestPermission(); navigator.geolocation.getCurrentPosition(() => {});
  addEventListener("beforeunload", (event) => event.preventDefault());
</script>"""
ANSWERS: dict[str, Odd] = {
    "/": page("<h1>Hello</h1>", ("X-One", "1")),
    "/drip": slow_drip,
    "/enormous": enormous,
    "/broken": broken,
    "/loop": redirect("/loop"),
    "/endless": page("<script>for (;;);</script>"),
    "/later-endless": page("<script>addEventListener('load', () => setTimeout(() => { for (;;); }, 50));</script>"),
    "/script-loop": page("<script>location.replace('/script-loop?' + Math.random())</script>"),
    "/pdf": Answer(b"%PDF-1.4", kind="application/pdf"),
    "/file": Answer(b"\x00" * 100, (("Content-Disposition", "attachment; filename=a.bin"),), kind="application/x-a"),
    "/wall": page("Log in", status=401),
    "/forbidden": page("No", status=403),
    "/members": redirect("/login?to=members"),
    "/login": page("<input type=password>"),
    "/wrong": page("Wrong", status=500),
    "/noisy": page(NOISY),
    "/popup": page("Popup"),
    "/tall": page(
        "<body>" + "<p style='height:900px'>far</p>" * 4 + "<script>onscroll = () => document.title = 'Read'</script>"
    ),
    "/tells": page(
        "<script>document.title = [navigator.webdriver, navigator.globalPrivacyControl, screen.width, "
        "navigator.languages, 'ontouchstart' in window].join(' ')</script>"
    ),
}


@pytest.fixture(scope="module")
def site() -> Iterator[Tiny]:
    """A server with every kind of trouble."""
    with serving(ANSWERS) as tiny:
        yield tiny


def visit(eye: Eye, stop: Stop | str, profile: Profile | None = None) -> Visit:
    """What a fresh visitor meets there."""
    with eye.visitor(profile or Profile()) as visitor:
        return visitor.visit(Stop(stop) if isinstance(stop, str) else stop)


# ── what it looks like ──


def test_a_page_is_told_with_its_answer(eye: Eye, site: Tiny) -> None:
    seen = visit(eye, f"{site.url}/")

    assert (seen.status, seen.title, seen.language, seen.trouble) == (200, "Page", "en", "")
    assert seen.headers["x-one"] == "1"
    assert seen.landed == seen.url


@pytest.mark.parametrize(
    ("profile", "says", "agent"),
    [
        (Profile(), "false  1280 de-DE,de,en false", "X11; Linux"),
        (Profile(device="phone", gpc=True), "false true 390 de-DE,de,en true", "Mobile Safari"),
        (Profile(robot=True, languages=("en-US",)), "true  1280 en-US false", "robot"),
    ],
)
def test_it_looks_like_what_it_is_to_be(eye: Eye, site: Tiny, profile: Profile, says: str, agent: str) -> None:
    site.heard.clear()

    seen = visit(eye, f"{site.url}/tells", profile)

    assert seen.title == " ".join(says.split())
    headers = site.heard[0][1]
    assert agent in headers["user-agent"]
    assert "Headless" not in str(headers)
    assert headers.get("sec-gpc") == ("1" if profile.gpc else None)


# ── trouble ──


@pytest.mark.parametrize(
    ("path", "trouble", "status"),
    [
        ("/broken", "no-answer", 0),
        ("/loop", "redirects", 0),
        ("/script-loop", "redirects", 200),
        ("/pdf", "download", 200),
        ("/file", "download", 0),
        ("/wall", "log-in", 401),
        ("/forbidden", "log-in", 403),
        ("/members", "log-in", 200),
        ("/wrong", "failed", 500),
        ("/none", "failed", 404),
        ("/noisy", "", 200),
    ],
)
def test_trouble_is_told(eye: Eye, site: Tiny, path: str, trouble: str, status: int) -> None:
    with eye.visitor(Profile()) as visitor:
        seen = visitor.visit(Stop(f"{site.url}{path}", settle_ms=400))
        after = visitor.visit(Stop(f"{site.url}/"))

    assert (seen.trouble, seen.status) == (trouble, status)
    assert (after.trouble, after.status) == ("", 200)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,hi", "file:///etc/passwd", "chrome://crash", "nonsense", "http://[x"]
)
def test_only_web_addresses_reach_the_browser(eye: Eye, url: str) -> None:
    assert visit(eye, url).trouble == "failed"


def test_a_name_that_leads_nowhere_is_told(site: Tiny) -> None:
    with Eye() as open_eye:
        assert visit(open_eye, "http://nobody.invalid/").trouble == "no-host"


def test_a_page_that_drips_is_told_as_far_as_it_came(eye: Eye, site: Tiny) -> None:
    began = time.monotonic()

    seen = visit(eye, Stop(f"{site.url}/drip", page_limit_ms=1500))

    assert (seen.trouble, seen.title) == ("slow", "Drips")
    assert "early" in [one.name for one in seen.stored]
    assert time.monotonic() - began < 12


@pytest.mark.parametrize("path", ["/endless", "/later-endless"])
def test_a_page_that_computes_for_ever_holds_nobody_up(eye: Eye, site: Tiny, path: str) -> None:
    began = time.monotonic()

    with eye.visitor(Profile()) as visitor:
        seen = visitor.visit(Stop(f"{site.url}{path}", page_limit_ms=1000))
        after = visitor.visit(Stop(f"{site.url}/"))

    assert seen.trouble == "stuck"
    assert f"{site.url}{path}" in [one.url for one in seen.requests]
    assert after.status == 200
    assert time.monotonic() - began < 40


def test_a_page_without_an_end_is_cut_off(eye: Eye, site: Tiny) -> None:
    seen = visit(eye, f"{site.url}/enormous")

    assert seen.trouble == "too-big"


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody trusts."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.org")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(1), [])
    signed = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "all.pem").write_bytes(secret + signed.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "all.pem")
    return context


def test_a_page_behind_a_false_certificate_is_looked_at_all_the_same(eye: Eye, tmp_path: Path) -> None:
    with serving(ANSWERS, tls=self_signed(tmp_path)) as site, eye.visitor(Profile()) as visitor:
        seen = [visitor.visit(Stop(f"{site.url}{path}")) for path in ("/", "/tells")]

    assert [(one.trouble, one.status) for one in seen] == [("certificate", 200)] * 2


# ── what it can do ──


def test_it_reads_to_the_end_of_a_page(eye: Eye, site: Tiny) -> None:
    assert visit(eye, Stop(f"{site.url}/tall", scroll=True)).title == "Read"
    assert visit(eye, f"{site.url}/tall").title == "Page"


@pytest.mark.parametrize(("profile", "width"), [(Profile(), 640), (Profile(device="phone"), 300)])
def test_it_takes_small_pictures(eye: Eye, site: Tiny, profile: Profile, width: int) -> None:
    seen = visit(eye, Stop(f"{site.url}/", picture=True), profile)

    picture = eye.pictures[seen.picture]
    assert picture[:4] == b"RIFF"
    assert width in (1 + int.from_bytes(picture[24:27], "little"), int.from_bytes(picture[26:28], "little") & 0x3FFF)
    assert len(picture) < 50_000


def test_what_was_set_stays_with_the_visitor_and_goes_with_it(eye: Eye) -> None:
    sets = page("<script>localStorage.setItem('kept', '1')</script>", ("Set-Cookie", "jar=1; Max-Age=60"))
    with serving({"/": sets, "/next": page("")}) as site:
        with eye.visitor(Profile()) as visitor:
            first, second = (visitor.visit(Stop(f"{site.url}{path}")) for path in ("/", "/next"))
            kept = visitor.kept()
        with eye.visitor(Profile()) as another:
            assert another.kept() == ()

    assert {one.name for one in first.stored} == {one.name for one in kept} == {"kept", "jar"}
    assert second.stored == ()
    assert {one.name: one.how for one in kept} == {"kept": "script", "jar": "header"}


BANNER = """<body><div role=dialog aria-label="Cookies" style="position:fixed;bottom:0;left:0;right:0;background:#eee">
  <p>We use cookies for statistics and marketing.</p>
  <button id=yes>Accept all</button><button id=no>Reject all</button></div>
<script>
  const done = (name) => { document.cookie = name + "=1; max-age=60"; document.querySelector("div").remove(); };
  yes.onclick = () => done("allowed"); no.onclick = () => done("refused");
</script>"""


def test_a_choice_is_made_on_the_page_that_is_open(eye: Eye) -> None:
    with serving({"/": page(BANNER)}) as site, eye.visitor(Profile()) as visitor:
        seen = visitor.visit(Stop(f"{site.url}/", reads="all"))
        choice = visitor.choose("refuse")

    assert seen.banner
    assert seen.banner.refuse
    assert (choice.done, choice.path) == (True, ("Reject all",))
    assert [one.name for one in choice.stored] == ["refused"]
    assert choice.picture in eye.pictures


def test_a_question_whether_that_is_meant_is_answered_with_yes(eye: Eye) -> None:
    asking = BANNER.replace('done("refused")', 'confirm("Really?") && setTimeout(done, 1500, "refused")')
    with serving({"/": page(asking)}) as site, eye.visitor(Profile()) as visitor:
        visitor.visit(Stop(f"{site.url}/"))
        choice = visitor.choose("refuse")

    assert [one.name for one in choice.stored] == ["refused"]


def test_of_what_a_press_stored_only_a_mark_is_told(eye: Eye) -> None:
    noting = BANNER.replace('name + "=1;', "`choice=${name};")
    noting = noting.replace('max-age=60"', "max-age=60`")
    marks = []
    for wanted in ("refuse", "accept", "accept"):
        with serving({"/": page(noting)}) as site, eye.visitor(Profile()) as visitor:
            visitor.visit(Stop(f"{site.url}/"))
            marks += [one.mark for one in visitor.choose(wanted).stored]

    assert marks[0] != marks[1] == marks[2]


def test_what_waits_for_the_mouse_is_seen_on_the_way_through_a_page(eye: Eye) -> None:
    waiting = "<script>onmousemove = () => { document.cookie = 'late=1'; };</script>"
    with serving({"/": page(waiting)}) as site, eye.visitor(Profile()) as visitor:
        seen = visitor.visit(Stop(f"{site.url}/", scroll=True))

    assert [one.name for one in seen.stored] == ["late"]


def test_nothing_can_be_chosen_before_a_page_is_open(eye: Eye) -> None:
    with eye.visitor(Profile()) as visitor:
        choice = visitor.choose("accept")

    assert (choice.done, choice.why_not) == (False, "no page is open")


def test_several_visitors_look_at_once(eye: Eye) -> None:
    together = threading.Barrier(3)

    def meet(handler: BaseHTTPRequestHandler) -> None:
        together.wait(20)
        page("Met")(handler)

    with serving({"/": meet}) as site, ThreadPoolExecutor(3) as pool:
        seen = [pool.submit(visit, eye, f"{site.url}/") for _ in range(3)]

        assert [one.result().status for one in seen] == [200] * 3


def test_two_browsers_do_not_mind_each_other(eye: Eye, site: Tiny) -> None:
    with Eye() as other:
        assert visit(other, f"{site.url}/").status == visit(eye, f"{site.url}/").status == 200


# ── its end ──


def test_a_browser_that_dies_is_told_to_everybody_who_waits(site: Tiny) -> None:
    with Eye() as eye:
        told: list[Crashed] = []

        def look(visitor: Visitor) -> None:
            try:
                visitor.visit(Stop(f"{site.url}/drip", page_limit_ms=8000))
            except Crashed as crashed:
                told.append(crashed)

        threads = [threading.Thread(target=look, args=(eye.visitor(Profile()),)) for _ in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        os.kill(eye._child.pid, signal.SIGKILL)
        for thread in threads:
            thread.join(5)

        assert len(told) == 2
        with pytest.raises(Crashed):
            eye.visitor(Profile())


def under(home: str) -> list[int]:
    """The processes that were started with this home."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"HOME={home}".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:  # it ended, or is not ours to read
            continue
    return found


def gone(home: str) -> bool:
    """Whether nothing of that home is left, after a moment."""
    until = time.monotonic() + 8
    while time.monotonic() < until and (under(home) or Path(home).exists()):
        time.sleep(0.1)
    return not under(home) and not Path(home).exists()


def test_nothing_stays_when_it_is_closed() -> None:
    with Eye() as eye:
        home = eye._home
        assert len(under(home)) > 3

    assert gone(home)


def test_nothing_stays_when_its_owner_is_killed() -> None:
    code = "from zweck.eye.browsing import Eye; import time; print(Eye()._home, flush=True); time.sleep(60)"
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    home = owner.stdout.readline().strip()
    assert under(home)

    owner.kill()
    owner.wait()
    owner.stdout.close()

    assert gone(home)


def test_without_a_sandbox_it_looks_all_the_same_and_says_so(site: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ("--disable-namespace-sandbox", "--disable-setuid-sandbox")
    monkeypatch.setattr(browsing, "_FLAGS", (*browsing._FLAGS, *refused))

    with Eye() as eye:
        assert not eye.sandboxed
        assert visit(eye, f"{site.url}/").status == 200


def test_a_page_that_takes_its_process_down_takes_nothing_else(site: Tiny) -> None:
    with Eye() as eye, eye.visitor(Profile()) as visitor:
        visitor.visit(Stop(f"{site.url}/"))
        for pid in under(eye._home):
            if b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGSEGV)
        after = visitor.visit(Stop(f"{site.url}/"))
        again = visitor.visit(Stop(f"{site.url}/"))

    assert after.trouble in ("", "crash")
    assert (again.trouble, again.status) == ("", 200)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_the_browser_has_none_of_roots_rights() -> None:
    with Eye() as eye:
        names = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in under(eye._home)}
        browsers = [pid for pid, name in names.items() if b"user-data-dir" in name and b"lower.py" not in name]
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in browsers if b"chromium/chromium" in names[pid]}

        assert owners
        assert 0 not in owners or not eye.sandboxed


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the browser as somebody else")
def test_nobody_else_can_write_where_root_starts_things() -> None:
    with Eye() as eye:
        home = Path(eye._home)
        (folder, start) = home.stat(), (home / "start").stat()

        assert (folder.st_uid, folder.st_mode & 0o022) == (0, 0)
        assert (start.st_uid, start.st_mode & 0o077) == (0, 0)


def test_a_page_that_changes_its_address_for_ever_holds_up_no_other_visitor(eye: Eye) -> None:
    body = "<script>for (let i = 0; i < 100000; i++) history.pushState(1, '', '/at' + i)</script>"
    with serving({"/": page(body), "/calm": page("calm")}) as tiny:
        with eye.visitor(Profile()) as busy:
            busy.visit(Stop(f"{tiny.url}/", page_limit_ms=4000))

        with eye.visitor(Profile()) as visitor:
            assert visitor.visit(Stop(f"{tiny.url}/calm")).status == 200
