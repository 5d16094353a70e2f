"""A reverse proxy on loopback: one origin for a site and its Zweck, as docs/howto/use-on-another-site.md sets it up."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

OURS = ("/z/", "/privacy")  # everything else belongs to the site
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"})


@dataclass
class OneOrigin:
    """Where the proxy listens, and where it leads. Both are known only after it has begun."""

    url: str = ""
    site: str = ""
    zweck: str = ""


class _Pass(BaseHTTPRequestHandler):
    between: OneOrigin

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _pass(self) -> None:
        to = self.between.zweck if self.path.startswith(OURS) else self.between.site
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with closing(http.client.HTTPConnection(urlsplit(to).netloc, timeout=30)) as connection:
            connection.request(self.command, self.path, body, dict(self.headers.items()) | {"Connection": "close"})
            answer = connection.getresponse()
            content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_OPTIONS = _pass  # noqa: N815  (the names that http.server calls)


@contextmanager
def one_origin() -> Iterator[OneOrigin]:
    """The proxy on a free port, until the context ends."""
    between = OneOrigin()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Pass", (_Pass,), {"between": between}))
    between.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield between
    finally:
        server.shutdown()
        server.server_close()
