"""The banner beside three from npm: `python -m bench.banner`. Bytes, milliseconds until it is seen, script time.

One run, one browser, fresh contexts in turn; every page is the same but for its banner. "Seen" is in the window with an
opacity of at least 0.9, asked at every frame, never before the first paint. vanilla-cookieconsent hides from browsers
that a program drives unless it is told not to; here it is told. The service's first proofs run beside it and slow all
pages alike. Needs Node once, to fetch the three, and Chromium.
"""

import re
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

import brotli
from bench.figures import Figure, keep, load_now
from bench.serving import ROOT, folder, service
from playwright.sync_api import Browser, sync_playwright
from tests.eye.real import banners
from tests.running import CHROMIUM_FLAGS, find_chromium

HERE = ROOT / "bench"
RUNS = 11
SETTLE_MS = 900
ASSETS = ROOT / "src" / "zweck" / "site" / "assets"
BOXES = {
    "bare": "h1", "zweck": "#zweck", "vanilla": "#cc-main .cm", "orejime": ".orejime-Banner",
    "klaro": ".klaro .cookie-notice, .klaro .cm-modal", "own": "section.ask", "own without": "h1",
}  # fmt: skip
OTHERS = ("vanilla", "orejime", "klaro")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>
<meta name="viewport" content="width=device-width">{head}</head><body><h1>A page</h1><p>Text.</p>{foot}</body></html>"""
WATCH = """(box => {
  const seen = e => {
    let opacity = 1;
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.visibility === "hidden" || style.display === "none") return false;
      opacity *= style.opacity;
    }
    const { top, bottom, width, height } = e.getBoundingClientRect();
    return opacity >= 0.9 && width > 0 && height > 0 && top >= -1 && bottom <= innerHeight + 1;
  };
  const look = now => {
    const e = document.querySelector(box);
    if (e && seen(e)) window.seenAt = now;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
TOLD = "[window.seenAt ?? -1, performance.getEntriesByType('paint')[0]?.startTime ?? -1]"


@dataclass(frozen=True, slots=True)
class Place:
    """A page to visit, and with which cookie."""

    url: str
    cookie: str = ""


@dataclass
class Taken:
    """What each visit to one page took, in milliseconds."""

    seen: list[float] = field(default_factory=list)
    paint: list[float] = field(default_factory=list)
    script: list[float] = field(default_factory=list)


def install() -> Path:
    """Fetch the three once; where they are."""
    if not (HERE / "node_modules" / "klaro").is_dir():
        command = ["npm", "install", "--no-save", "--ignore-scripts", "--no-progress", "--silent"]
        subprocess.run(command, cwd=HERE, check=True)
    return HERE / "node_modules"


def pages(snippet: bytes, packages: Path) -> dict[str, bytes]:
    """All that the server of the foreign pages serves, by path."""
    served = {"/z/zweck.js": snippet, "/consent/stats.js": b""}
    for files in banners.FILES.values():
        for file in files:
            served[f"/consent/{Path(file).name}"] = (packages / file).read_bytes()
    tag = '<script src="/z/zweck.js?lang=en" async></script>'
    served["/bare"] = PAGE.format(head="", foot="").encode()
    served["/zweck"] = PAGE.format(head=tag, foot="").encode()
    for name in OTHERS:
        foot = banners.markup(name).replace("CookieConsent.run({", "CookieConsent.run({ hideFromBots: false,")
        served[f"/{name}"] = PAGE.format(head="", foot=foot).encode()
    return served


@contextmanager
def serving(served: Mapping[str, bytes]) -> Iterator[str]:
    """The foreign pages; nothing is kept by the browser."""
    kinds = {".js": "text/javascript", ".css": "text/css"}

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            body = served.get(path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", f"{kinds.get(Path(path).suffix, 'text/html')}; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def visit(browser: Browser, place: Place, name: str, taken: Taken) -> None:
    """One visit in a fresh context."""
    headers = {"Cookie": place.cookie} if place.cookie else {}
    context = browser.new_context(viewport={"width": 1280, "height": 800}, extra_http_headers=headers)
    page = context.new_page()
    page.add_init_script(f"{WATCH}({BOXES[name]!r})")
    meter = context.new_cdp_session(page)
    meter.send("Performance.enable")
    page.goto(place.url)
    page.wait_for_timeout(SETTLE_MS)
    seen, paint = page.evaluate(TOLD)
    metrics = {one["name"]: one["value"] for one in meter.send("Performance.getMetrics")["metrics"]}
    context.close()
    assert seen > 0, (name, "was never seen")
    taken.seen.append(max(seen, paint))  # a frame is asked before it is painted
    taken.paint.append(paint)
    taken.script.append(metrics["ScriptDuration"] * 1000)


def compare(places: Mapping[str, Place]) -> dict[str, Taken]:
    """All pages in turn, again and again."""
    found = {name: Taken() for name in places}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        for _ in range(RUNS):
            for name, place in places.items():
                visit(browser, place, name, found[name])
        browser.close()
    return found


def fetched(place: Place) -> bytes:
    """The bytes of a page."""
    asked = urllib.request.Request(place.url, headers={"Cookie": place.cookie} if place.cookie else {})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return bytes(answer.read())


def refused(url: str) -> str:
    """The cookie of somebody who refused, and is asked no more."""
    token = re.search(r'name="token" value="([^"]+)"', fetched(Place(f"{url}/privacy")).decode())
    assert token, "the statement bears no question"
    body = urllib.parse.urlencode({"token": token[1], "action": "refuse"}).encode()
    asked = urllib.request.Request(f"{url}/z/choice", body, {"Origin": url, "Accept": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return str(answer.headers["Set-Cookie"]).partition(";")[0]


def size(*contents: bytes) -> int:
    """Bytes as brotli at its best, each file by itself."""
    return sum(len(brotli.compress(content, quality=11)) for content in contents)


def figures(found: Mapping[str, Taken], sizes: Mapping[str, int]) -> list[Figure]:
    """What was asked, beside what was found."""
    at = {name: median(taken.seen) for name, taken in found.items()}
    script = {name: median(taken.script) - median(found["bare"].script) for name, taken in found.items()}
    paint = median(found["bare"].paint)
    quickest = min(OTHERS, key=lambda name: at[name])
    beside = ", ".join(f"{name} {at[name]:.0f} ms" for name in ("bare", *OTHERS))
    own = median(s / p for s, p in zip(found["own"].seen, found["own"].paint, strict=True))
    return [
        Figure("snippet, brotli, without its question", sizes["snippet"], "B", 4000,
               f"with it {sizes['zweck']} B; " + ", ".join(f"{name} {sizes[name]} B" for name in OTHERS)),
        Figure("measurement alone, brotli", sizes["measure"], "B", 800),
        Figure("snippet's banner seen, to the quickest of three", round(at["zweck"] / at[quickest], 2), "x", 1.0,
               f"{at['zweck']:.0f} ms; {beside}", round(at["zweck"] / paint, 2)),
        Figure("snippet, script", round(script["zweck"], 1), "ms", 5.0,
               ", ".join(f"{name} {script[name]:.1f} ms" for name in OTHERS)),
        Figure("own page's banner, brotli", sizes["own"] - sizes["own without"], "B", 1500),
        Figure("own page's banner seen, to its own first paint", round(own, 2), "x", 1.1,
               f"{at['own']:.0f} ms; without it {median(found['own without'].paint):.0f} ms"),
    ]  # fmt: skip


def main() -> int:
    """Measure and keep."""
    packages, load = install(), load_now()
    with folder() as data, service(data) as (url, _, _):
        snippet, own = fetched(Place(f"{url}/z/zweck.js?lang=en")), Place(f"{url}/privacy")
        without, served = Place(own.url, refused(url)), pages(snippet, packages)
        with serving(served) as foreign:
            places = {name: Place(f"{foreign}/{name}") for name in ("bare", "zweck", *OTHERS)}
            found = compare(places | {"own": own, "own without": without})
        sizes = {
            name: size(*(served[f"/consent/{Path(file).name}"] for file in banners.FILES[name])) for name in OTHERS
        }
        sizes |= {"zweck": size(snippet), "snippet": size((ASSETS / "snippet.js").read_bytes())}
        sizes |= {"measure": size((ASSETS / "measure.js").read_bytes())}
        sizes |= {"own": size(fetched(own)), "own without": size(fetched(without))}
    medians = {
        name: {
            "seen_ms": round(median(t.seen), 1),
            "paint_ms": round(median(t.paint), 1),
            "script_ms": round(median(t.script), 2),
        }
        for name, t in found.items()
    }
    return keep("banner", figures(found, sizes), load, medians=medians, bytes=sizes, runs=RUNS)


if __name__ == "__main__":
    sys.exit(main())
