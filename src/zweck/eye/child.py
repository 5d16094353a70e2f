"""The browser's own process: reads wishes as lines of JSON, answers in lines of JSON, ends with its input.

`python -m zweck.eye.child CHROMIUM FLAG…`
"""

import json
import os
import queue
import sys
import threading
from contextlib import suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

# Runs before any script of the page, and is not subject to the page's own policy.
_LISTEN = """
window.__zweck = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__zweck.push({directive: event.effectiveDirective, blocked: event.blockedURI}));
"""
_STORED = """
async () => {
  const found = [];
  try { for (const key of Object.keys(localStorage)) found.push("local-storage:" + key); } catch {}
  try { for (const key of Object.keys(sessionStorage)) found.push("session-storage:" + key); } catch {}
  try { for (const one of await indexedDB.databases()) found.push("indexed-db:" + one.name); } catch {}
  try { for (const name of await caches.keys()) found.push("cache:" + name); } catch {}
  return [found, window.__zweck ?? []];
}
"""
# Never a promise: a page that is left while it waits is frozen, not ended, and would be waited for in vain.
_FOCUSED = """
() => {
  const names = [];
  for (let at = document.activeElement; at; at = at.parentElement) names.unshift(at.localName);
  return names;
}
"""
_STAYS = """() => (document.activeElement.getAttribute("href") ?? "").startsWith("#")"""
# A key's effect comes a moment later: even a jump within the page is a navigation.
_KEY_MS = 40

Said = dict[str, Any]  # Any: JSON
_wishes: queue.SimpleQueue[Said] = queue.SimpleQueue()


def main() -> None:
    """Open the browser once, then serve wishes until the input ends."""
    chromium, *flags = sys.argv[1:]
    threading.Thread(target=_listen, daemon=True).start()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        except Error as failure:
            _say({"trouble": _first_line(failure)})
            return
        _say({"browser": f"Chromium {browser.version}"})
        while True:
            wish = _wishes.get()
            try:
                _say(_look(browser, wish))
            except Error as failure:
                _say({"trouble": _first_line(failure)})


def _listen() -> None:
    """Take in wishes. When whoever wishes is gone, so are we: the driver then ends the browser by itself."""
    for line in sys.stdin.buffer:
        _wishes.put(json.loads(line))
    os._exit(0)


def _look(browser: Browser, wish: Said) -> Said:
    context = browser.new_context()
    try:
        context.add_init_script(_LISTEN)
        visits = [_visit(context, url, wish) for url in wish["urls"]]
        jar = [{"name": c["name"], "domain": c["domain"], "expires": c["expires"]} for c in context.cookies()]
        return {"visits": visits, "cookies": jar}
    finally:
        context.close()


def _visit(context: BrowserContext, url: str, wish: Said) -> Said:
    page = context.new_page()
    requests: list[Said] = []
    page.on("request", lambda request: requests.append({"url": request.url, "kind": request.resource_type}))
    status, headers = 0, {}
    asked: list[Said] = requests
    focus: list[list[str]] = []
    try:
        answer = page.goto(url, wait_until="load", timeout=wish["page_limit_ms"])
        if answer is not None:
            status, headers = answer.status, answer.headers
        page.wait_for_timeout(wish["settle_ms"])
        storage, violations = page.evaluate(_STORED)
        asked = list(requests)
        focus = _press(page, wish["keys"])
    except Error:
        storage, violations, status = [], [], 0
    finally:
        page.close()
    return {
        "url": url,
        "status": status,
        "headers": headers,
        "requests": asked,
        "violations": violations,
        "storage": storage,
        "focus": focus,
    }


def _press(page: Page, keys: list[str]) -> list[list[str]]:
    """Where the focus is after each key; it ends before an Enter that would lead away from the page."""
    focus: list[list[str]] = []
    with suppress(Error):
        for key in keys:
            # A browser that leaves a page in the middle of a key has been seen never to answer again.
            if key == "Enter" and not page.evaluate(_STAYS):
                break
            page.keyboard.press(key)
            page.wait_for_timeout(_KEY_MS)
            focus.append(page.evaluate(_FOCUSED))
    return focus


def _first_line(failure: Error) -> str:
    return failure.message.partition("\n")[0][:200]


def _say(answer: Said) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
    os._exit(0)  # the listener holds the input's lock, which would hold up an orderly end
