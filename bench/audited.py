"""A site as many are, for `bench/audit.py` to look at: `python -m bench.audited PORT`.

Twenty pages; each asks for thirty things and runs 300 kB of scripts of its own, has a banner, and sets a cookie of a
statistics service before anybody has answered it.
"""

import sys
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGES = 20
_SCRIPTS, _STYLES, _IMAGES = 10, 3, 14  # with the page, the banner and its data: thirty requests
_SCRIPT_BYTES = 30_000

_BANNER = """
const known = () => document.cookie.includes("choice=");
const ask = () => {
  const box = document.createElement("section");
  box.setAttribute("aria-label", "Cookies");
  box.style = "position:fixed;bottom:0;left:0;right:0;background:#fff;border-top:1px solid;padding:1rem";
  box.innerHTML = '<p>May we count your visits (statistics)? <a href="/privacy">Privacy</a></p>';
  for (const [text, value] of [["Reject", "no"], ["Accept", "yes"]]) {
    const button = document.createElement("button");
    button.textContent = text;
    button.style = "width:10rem;padding:.75rem;color:#000;background:#eee";
    button.onclick = () => { document.cookie = `choice=${value}; path=/; max-age=15552000`; box.remove(); };
    box.append(button);
  }
  document.body.append(box);
};
document.querySelector("#again").onclick = ask;
if (!known()) ask();
fetch("/data.json").then((answer) => answer.json());
"""


@cache
def script(number: int) -> bytes:
    """About 30 kB of functions, every one of which is called."""
    lines, size = [f"window.s{number} = 0;"], 0
    while size < _SCRIPT_BYTES:
        name = f"f{number}_{len(lines)}"
        lines.append(
            f"function {name}(a) {{ let s = a; for (let i = 0; i < 40; i++) s = (s * 31 + i) % 65521;"
            f" return s; }} window.s{number} += {name}({len(lines)});"
        )
        size += len(lines[-1])
    return "\n".join(lines).encode()


@cache
def page(number: int) -> bytes:
    """One page, with links to all others."""
    links = "".join(f'<li><a href="/page/{n}">Page {n}</a></li>' for n in range(1, PAGES - 2))
    styles = "".join(f'<link rel="stylesheet" href="/s{n}.css">' for n in range(_STYLES))
    scripts = "".join(f'<script src="/j{n}.js"></script>' for n in range(_SCRIPTS))
    images = "".join(f'<img src="/i{n}.svg" width="40" height="40" alt="">' for n in range(_IMAGES))
    text = "<p>" + "Words that a reader would read, if there were one. " * 60 + "</p>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page {number}</title>{styles}</head><body>'
        f"<nav><ul>{links}</ul></nav><main><h1>Page {number}</h1>{text}{images}</main>"
        '<footer><a href="/imprint">Imprint</a> <a href="/privacy">Privacy policy</a>'
        ' <button id="again">Cookie settings</button></footer>'
        f'{scripts}<script src="/banner.js"></script></body></html>'
    ).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind, body = _found(self.path.partition("?")[0])
        self.send_response_only(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if kind.startswith("text/html"):
            self.send_header("Set-Cookie", "_ga=GA1.1.1234567890.1795339200; Max-Age=63072000; Path=/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _found(path: str) -> tuple[str, bytes]:
    name = path.rpartition("/")[2]
    if path in ("/", "/imprint", "/privacy") or path.startswith("/page/"):
        return "text/html; charset=utf-8", page(int(name) if name.isdigit() else 0)
    if name.endswith(".css"):
        return "text/css", b"body { font: 16px/1.5 sans-serif; margin: 2rem }\n" * 20
    if name.endswith(".svg"):
        return "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    if name == "banner.js":
        return "text/javascript", _BANNER.encode()
    if name.endswith(".js"):
        return "text/javascript", script(int(name[1:-3]))
    return "application/json", b"{}" if name == "data.json" else b""


if __name__ == "__main__":
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()
