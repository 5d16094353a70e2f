"""Stand-ins on loopback: a Zweck that answers as the real one does, a foreign site, and Google's script."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

BUILT = Path(__file__).parents[2] / "src" / "zweck" / "site" / "assets"
CSP = "default-src 'none'; script-src {zweck}; connect-src {zweck}; style-src 'self'"
KEYS = {"measurement": "mea", "maps": "map"}
UNTIL = "zz1"  # years ahead
SITE: dict[str, Any] = {  # Any: what the server inlines, as JSON
    "language": "de",
    "token": "the-token",
    "out": "the-token-of-the-way-out",
    "domain": "",
    "title": "Ihre Wahl",
    "text": ["Dürfen wir messen?", "An einen Empfänger, nicht in Drittländer."],
    "purposes": [
        {"id": "measurement", "key": "mea", "mode": "ask", "name": "Messung", "says": ["Wie oft."]},
        {"id": "maps", "key": "map", "mode": "ask", "name": "Karten", "says": ["Karten von Example Maps."]},
    ],
    "free": ["operation"],
    "stored": [
        ["_ga*", "cookie", "measurement"],
        ["seen", "local-storage", "measurement"],
        ["tab-*", "session-storage", "measurement"],
        ["tiles", "indexed-db", "maps"],
    ],
    "signals": True,
    "measures": "measurement",
    "tag": None,
    "links": [["Datenschutzerklärung", "/datenschutz"], ["Impressum", "/impressum"]],
    "say": {
        "refuse": "Ablehnen", "accept": "Zustimmen", "set": "Einzeln einstellen", "save": "Auswahl speichern",
        "close": "Schließen", "choices": "Einstellungen zum Datenschutz", "yes": "Ja", "no": "Nein",
        "change": "Cookie-Einstellungen ändern", "held": "Hier würde geladen von", "once": "Einmal laden",
        "always": "Immer laden", "gpc": "Ihr Browser lehnt ab.", "blocked": "Ihr Browser behält keine Wahl.",
        "elsewhere": "Hier kann keine Wahl gelten.", "failed": "Die Wahl kam nicht an.",
        "out": "Nicht messen",
    },
}  # fmt: skip
PAGE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Fremde Seite</title>
<meta name="viewport" content="width=device-width"><script src="{zweck}/z/zweck.js?lang=de" async></script></head>
<body><a href="#content">Zum Inhalt</a><main id="content"><h1>Fremde Seite</h1>{inside}</main></body></html>"""


@dataclass
class Stand:
    """One site beside one Zweck, and everything that was sent to them. Tests change it before they look."""

    zweck: str = ""
    url: str = ""
    site: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(SITE)))
    inside: str = ""
    csp: str = ""
    sets_cookies: bool = True
    status: int = 200
    hits: list[dict[str, Any]] = field(default_factory=list)
    choices: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def page(self) -> str:
        """The foreign page."""
        return PAGE.format(zweck=self.zweck, inside=self.inside.replace("{zweck}", self.zweck))

    def snippet(self) -> str:
        """The built snippet with its question."""
        return (BUILT / "snippet.js").read_text().replace("ZWECK", json.dumps(self.site), 1)

    def decide(self, form: Mapping[str, str]) -> str:
        """The cookie that follows from a choice."""
        said = {
            key: {"accept": "y", "refuse": "n", "opt-out": "o"}.get(
                form["action"], "y" if form.get(f"purpose-{id_}") == "yes" else "n"
            )
            for id_, key in KEYS.items()
        }
        return "zweck-choice=1.AAAAAAAAAAA" + "".join(f".{key}{one}{UNTIL}" for key, one in said.items())


class _Answer(BaseHTTPRequestHandler):
    stand: ClassVar[Stand]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def reply(self, body: str, kind: str = "text/html", **headers: str) -> None:
        self.send_response(self.stand.status if self.command == "POST" else 200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body.encode())))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())


class _Zweck(_Answer):
    def do_GET(self) -> None:
        stand = self.stand
        stand.asked.append(self.path)
        path = urlsplit(self.path).path
        if path == "/z/zweck.js":
            self.reply(stand.snippet(), "text/javascript")
        elif path == "/z/status":
            status = {"text": "Gemessen: nein.", "action": "opt-out", "control": "Nicht messen"}
            self.reply(json.dumps(status), "application/json", **self._cors())
        elif path == "/z/question":
            self.reply(
                json.dumps({"text": ["Nur noch dies."], "token": "of-the-rest"}), "application/json", **self._cors()
            )
        elif path.endswith(".js"):
            self.reply(f"(window.ran ||= []).push('{path}')", "text/javascript")
        else:
            self.reply("<!doctype html><title>Inhalt</title>")

    def do_POST(self) -> None:
        stand = self.stand
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/z/hit":
            stand.hits.append(json.loads(body))
            self.reply("", "text/plain", Zweck_Measured="yes")
            return
        form = {name: values[0] for name, values in parse_qs(body).items()}
        stand.choices.append(form)
        cookie = {"Set_Cookie": f"{stand.decide(form)}; Path=/; SameSite=Lax"} if stand.sets_cookies else {}
        self.reply("{}", "application/json", **self._cors(), **cookie)

    def _cors(self) -> dict[str, str]:
        origin = self.headers.get("Origin", "")
        return {"Access_Control_Allow_Origin": origin, "Access_Control_Allow_Credentials": "true"} if origin else {}


class Foreign(_Answer):
    def do_GET(self) -> None:
        headers = {"Content_Security_Policy": self.stand.csp.format(zweck=self.stand.zweck)} if self.stand.csp else {}
        self.reply(self.stand.page(), **headers)


@contextmanager
def standing() -> Iterator[Stand]:
    """Both servers on free ports, until the context ends."""
    stand = Stand()
    made = [type(kind.__name__, (kind,), {"stand": stand}) for kind in (_Zweck, Foreign)]
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), kind) for kind in made]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    stand.zweck, stand.url = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    try:
        yield stand
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
