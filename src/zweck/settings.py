"""Django's settings, one flat file. What the operator sets comes from the environment; what the site's owner
promises is in the policy and never here. Every variable is described in `docs/reference/settings.md`.
"""

import os
import re
import secrets
import tomllib
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PLACE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def env_text(name: str, default: str = "", choices: tuple[str, ...] = ()) -> str:
    """An environment variable; the default when it is unset or empty."""
    value = os.environ.get(name, "").strip() or default
    if choices and value not in choices:
        raise ImproperlyConfigured(f"{name}: {value!r} is not known, one of {', '.join(choices)} would be right")
    return value


def env_int(name: str, default: int, low: int, high: int) -> int:
    """A whole number from the environment, within its bounds."""
    value = env_text(name, str(default))
    if not (value.isascii() and value.isdecimal() and low <= int(value) <= high):
        raise ImproperlyConfigured(f"{name}: {value!r} is no whole number from {low} to {high}")
    return int(value)


def env_database(name: str, file: Path, patience_seconds: int = 30) -> dict[str, object]:
    """The database a URL names: `postgres://role:password@host:port/name?sslmode=require`; without one, the file.

    `patience_seconds`: how long to wait for a file that another process writes to.
    """
    url = urlsplit(env_text(name))
    if not url.scheme:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": patience_seconds,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA secure_delete=ON;PRAGMA recursive_triggers=ON",
            },
        }
    if url.scheme not in ("postgres", "postgresql") or not url.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name}: not a database URL, postgres://role:password@host:5432/name would be right"
        )
    try:
        port = url.port
    except ValueError:
        raise ImproperlyConfigured(f"{name}: its port is no number from 1 to 65535") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Unprepared, the planner takes several times as long as the query itself.
        "OPTIONS": {"connect_timeout": 5, "server_side_binding": True, "prepare_threshold": 1}
        | dict(parse_qsl(url.query)),
    }


def declared_places(policy: Path, active: Path) -> tuple[str, ...]:
    """The ids of the places that the policies name: those in force, and the file or folder to be taken up.

    Read without the policy's own reader, which takes ten times as long. A file that cannot be read names none:
    `zweck serve` says what is wrong with it.
    """
    files = (*sorted(active.glob("*.toml")), *(sorted(policy.glob("*.toml")) if policy.is_dir() else (policy,)))
    return tuple(dict.fromkeys(place for source in {*map(_read, files)} for place in _places_in(source)))


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeError):
        return ""


def _places_in(source: str) -> tuple[str, ...]:
    try:
        found = tomllib.loads(source).get("places", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    # A place's id becomes a part of a file's name: whatever is no id is none.
    return tuple(sorted(filter(PLACE_ID.fullmatch, found))) if isinstance(found, dict) else ()


def place_variable(place: str, what: str = "URL") -> str:
    """The name of a variable that speaks of one place: `ZWECK_PLACE_IRELAND_URL`."""
    return f"ZWECK_PLACE_{place.upper().replace('-', '_')}_{what}"


def opened_places(file: Path) -> dict[str, str]:
    """Places that were opened once, with the database in which their data lie (`zweck.serve` notes them)."""
    lines = (line.split() for line in _read(file).splitlines())
    return {line[0]: line[1] for line in lines if len(line) == 2 and PLACE_ID.fullmatch(line[0])}


def alias_of(place: str) -> str:
    """What Django calls the database of a place other than the default one."""
    return place if place != "default" else "place-default"


def kept_secret(file: Path) -> str:
    """The key `zweck serve` made at its first start; before that, one that lasts as long as this process."""
    try:
        return file.read_text("ascii").strip() or secrets.token_hex(32)
    except FileNotFoundError:
        return secrets.token_hex(32)
    except (OSError, UnicodeError) as failure:
        raise ImproperlyConfigured(
            f"{file}: cannot be read ({type(failure).__name__}); it must belong to the account that runs the service"
        ) from None


DATA = Path(env_text("ZWECK_DATA", "zweck-data")).absolute()
KEYS = Path(env_text("ZWECK_KEYS", str(DATA.with_name(DATA.name + "-keys")))).absolute()
# Who keeps the vault's keys: files in KEYS, the environment, or the dotted name of a class (a key service).
KEY_PROVIDER = env_text("ZWECK_KEY_PROVIDER", "files")
POLICY = Path(env_text("ZWECK_POLICY", "policy.toml")).absolute()
SITE = env_text("ZWECK_SITE")
ADDRESS = env_text("ZWECK_ADDRESS", "127.0.0.1")
PORT = env_int("ZWECK_PORT", 8000, 0, 65535)  # 0: any free one
# The place of the policy in which the database rests; no program can see where its machine stands.
PLACE = env_text("ZWECK_PLACE")
WORKERS = env_int("ZWECK_WORKERS", 1, 1, 64)
# What a kill may lose of accepted hits: the last half second, or nothing.
HITS = env_text("ZWECK_HITS", "fast", ("fast", "durable"))
# Whether the service runs its proofs by itself, or leaves them to `zweck prove`.
PROOFS = env_text("ZWECK_PROOFS", "scheduled", ("scheduled", "by-hand"))
# What tells a visitor's country: the table that ships with us (or the operator's own file), the networks that examples
# use, or nothing.
GEO = env_text("ZWECK_GEO", "database", ("database", "documentation", "none"))
GEO_FILE = env_text("ZWECK_GEO_FILE")
LOG_LEVEL = env_text("ZWECK_LOG_LEVEL", "info", ("debug", "info", "warning", "error")).upper()
# A folder whose figures were made up once stays marked as such, whoever serves it later.
DEMO = env_text("ZWECK_DEMO", "0", ("0", "1")) == "1" or (DATA / "made-up").exists()
SMTP_URL = env_text("ZWECK_SMTP_URL")
# A mailbox that is looked through, and the folder that its mails go to; empty: they are deleted once they were taken.
IMAP_URL = env_text("ZWECK_IMAP_URL")
IMAP_DONE = env_text("ZWECK_IMAP_DONE")
SMTP_MARKETING_URL = env_text("ZWECK_SMTP_MARKETING_URL")  # news by a server of its own
# Mail for show: all of it is caught in memory and shown at /outbox. Never where strangers look in.
CATCHER = env_text("ZWECK_CATCHER", "1" if DEMO and not SMTP_URL else "0", ("0", "1")) == "1"
if CATCHER and SMTP_URL:
    raise ImproperlyConfigured("ZWECK_CATCHER: with ZWECK_SMTP_URL mail would leave; one of the two would be right")
SMTP_LANES = env_int("ZWECK_SMTP_LANES", 48, 1, 200)  # connections that campaigns may open at a time
# Mails a second of campaigns, in all and to one domain; 0: as fast as the mail server takes them.
MAIL_RATE = env_int("ZWECK_MAIL_RATE", 0, 0, 100_000)
MAIL_DOMAIN_RATE = env_int("ZWECK_MAIL_DOMAIN_RATE", 0, 0, 100_000)
ALERT_TO = env_text("ZWECK_ALERT_TO")
ALERT_WEBHOOK = env_text("ZWECK_ALERT_WEBHOOK")
ALERT_SECRET = env_text("ZWECK_ALERT_SECRET")  # signs the webhook
try:
    TRUSTED_PROXIES = tuple(ip_network(n.strip()) for n in env_text("ZWECK_TRUSTED_PROXIES").split(",") if n.strip())
except ValueError as _wrong:
    raise ImproperlyConfigured(f"ZWECK_TRUSTED_PROXIES: {_wrong}; 192.0.2.0/24,2001:db8::/32 would be right") from None
_OPEN = ADDRESS not in ("127.0.0.1", "::1", "localhost") or not all(n.is_loopback for n in TRUSTED_PROXIES)
if CATCHER and _OPEN and not DEMO:
    raise ImproperlyConfigured("ZWECK_CATCHER: everybody's mail could be read from outside; only with ZWECK_DEMO=1")

SECRET_KEY = kept_secret(KEYS / "secret.key")
DEBUG = False
# The front answers unknown hosts (421) before Django sees them, and applies the proxy's headers.
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False  # words come from policy/words, not from gettext
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "console.Staff"
ROOT_URLCONF = "zweck.urls"
WSGI_APPLICATION = "zweck.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "zweck.ledger",
    "zweck.editions",
    "zweck.consent",
    "zweck.vault",
    "zweck.disclosure",
    "zweck.disclosure.incoming",
    "zweck.mailing",
    "zweck.trials",
    "zweck.enquiries",
    "zweck.measure",
    "zweck.watch",
    "zweck.proof",
    "zweck.site",
    "zweck.console",
]
# Security headers are the front's (they cover fast answers and errors as well). No public page sets a cookie unasked:
# other sites' forms are refused by their origin; the staff area adds `csrf_protect` of its own.
MIDDLEWARE = [
    "zweck.serve.same_origin.SameOrigin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": env_database("ZWECK_DATABASE_URL", DATA / "zweck.sqlite3")}
DATABASE_ROUTERS = ["zweck.holdings.Router"]
DECLARED_PLACES = declared_places(POLICY, DATA / "active")
OPENED_PLACES = opened_places(DATA / "places")
# Place id -> alias of the database in which its data rest. What was opened once stays open, even when no policy names
# it any more: somebody's data may lie there.
PLACES = {"": "default"} | ({PLACE: "default"} if PLACE else {})
# Places without a database: beside a server nobody wants files that only one machine has. `zweck serve` refuses them.
PLACES_WITHOUT_DATABASE: tuple[str, ...] = ()
OWNER_URLS = {"default": env_text("ZWECK_OWNER_URL")}
for _place in (*DECLARED_PLACES, *OPENED_PLACES):
    if _place in PLACES or _place in PLACES_WITHOUT_DATABASE:
        continue
    _alias, _url = alias_of(_place), place_variable(_place)
    if env_text(_url) or "sqlite" in str(DATABASES["default"]["ENGINE"]):
        PLACES[_place] = _alias
        # One place that is held up must not keep the two who answer pages from the others for long.
        DATABASES[_alias] = env_database(_url, DATA / f"place-{_place}.sqlite3", patience_seconds=10)
        OWNER_URLS[_alias] = env_text(place_variable(_place, "OWNER_URL"))
    else:
        PLACES_WITHOUT_DATABASE += (_place,)

# Whether each place without a data centre gets a stand-in, for as long as the service runs.
STANDINS = env_text("ZWECK_STANDINS", "1" if DEMO or CATCHER else "0", ("0", "1")) == "1"
# Where a trial is set up: place -> address of its data centre, and what signs the calls.
TRIALS = {
    _place: (
        env_text(place_variable(_place, "TRIALS_URL") if _place else "ZWECK_TRIALS_URL"),
        env_text(place_variable(_place, "TRIALS_SECRET") if _place else "ZWECK_TRIALS_SECRET"),
    )
    for _place in PLACES
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_COOKIE_NAME = "zweck-staff"  # as policies declare it
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 8 * 3600
# The staff area's token rests in its session, so there is no second cookie.
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "zweck.site.views.forbidden"

# A body never touches the disk; the front has capped it before Django sees it.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "zweck.serve.logs.Plain"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "zweck": {"level": LOG_LEVEL},
        # A request's path may name a person: below an error there is nothing to say about it.
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": [], "propagate": False},
    },
}
