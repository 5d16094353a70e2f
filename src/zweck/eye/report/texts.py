"""What a report says, in a language: findings, places, visitors, lengths of time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from zweck.eye.report.visible import flowing, visible
from zweck.eye.values import Finding, Profile, Spot, State, Walk
from zweck.policy.words import Words, words

# By which name the words call a subject of a kind, so that a sentence can be chosen that fits it.
_ROLES = {
    **dict.fromkeys(
        ("cookie", "local-storage", "session-storage", "indexed-db", "cache", "service-worker"),
        "stored",
    ),
    "request": "asked",
    "provider": "asked",
    "beacon": "sent",
}
# Parameters that list ids, and where their words are.
_LISTS = {"ways": "way", "reads": "reads", "asks": "data"}
_WORDED = {"category": "category", "what": "differs"}
# Numbers that stand for "not known".
_UNKNOWN = {("refuse_clicks", 0), ("status", 0)}
_SECONDS = {"days": 86_400, "hours": 3600, "minutes": 60}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words."""

    name: str
    title: str
    what: str
    law: str
    remedy: str


class Texts:
    """The words of one language, for reports. Everything that comes from the site is made visible."""

    def __init__(self, language: str) -> None:
        """Raises NoWords for a language without a file."""
        self.words: Words = words(language)
        self.language = language

    def say(self, key: str, **params: object) -> str:
        """The text under `audit.<key>`."""
        return self.words.say(f"audit.{key}", **params)

    def named(self, group: str, name: str) -> str:
        """The word for a name under `audit.<group>`; the name itself where there is none."""
        key = f"audit.{group}.{name}"
        return self.words.say(key) if self.words.has(key) else visible(name)

    def told(self, finding: Finding) -> Told:
        """A finding in words. A code without words is told by its name."""
        key, params = f"audit.finding.{finding.code}", self._params(finding)
        if not self.words.has(f"{key}.title"):
            return Told(finding.code, f"{finding.code}: {params['subject']}", "", "", "")
        return Told(
            name=self.words.say(f"{key}.name"),
            title=self.words.say(f"{key}.title", subject=params["subject"]),
            what=self.words.fitting(f"{key}.what", params)[0],
            law=self.words.say(f"{key}.law"),
            remedy=self.words.say(f"{key}.remedy"),
        )

    def who(self, state: State, profile: Profile) -> str:
        """A visitor: "Before any choice, phone"."""
        return ", ".join([self.named("state_head", state), *self._marks(profile.device, profile.gpc, profile.robot)])

    def how(self, spot: Spot) -> str:
        """How something was seen: "before any choice, desktop"."""
        return ", ".join([self.named("state", spot.state), *self._marks(spot.device, spot.gpc, False, always=True)])

    def place(self, spot: Spot) -> str:
        """Where something was seen: the address, and how."""
        return self.say("report.place", url=visible(spot.url), how=self.how(spot))

    def states(self, walks: Iterable[Walk]) -> str:
        """In which states; visitors with marks are named only where no plain one saw it."""
        met = list(walks)
        plain = [
            walk for walk in met if walk.profile.device == "desktop" and not (walk.profile.gpc or walk.profile.robot)
        ]
        names = [self.named("state", walk.state) for walk in plain] or [
            self.who(w.state, w.profile).lower() for w in met
        ]
        return ", ".join(dict.fromkeys(names))

    def lasting(self, seconds: int) -> str:
        """A length of time in the largest unit that tells it well."""
        days = seconds / _SECONDS["days"]
        if days >= 1:
            return self.words.duration(round(days), "days")
        for unit in ("hours", "minutes"):
            if seconds >= _SECONDS[unit]:
                return self.say(f"stored.{unit}", n=round(seconds / _SECONDS[unit]))
        return self.say("stored.seconds", n=max(seconds, 0))

    def days(self, days: float) -> str:
        """A number of days, which may be a fraction; 0 = as long as the browser is open."""
        return self.lasting(round(days * _SECONDS["days"])) if days > 0 else self.say("stored.session")

    def _marks(self, device: str, gpc: bool, robot: bool, always: bool = False) -> list[str]:
        marks = [self.named("device", device)] if always or device != "desktop" else []
        marks += [self.say("visitor.gpc")] if gpc else []
        return marks + ([self.say("visitor.robot")] if robot else [])

    def _params(self, finding: Finding) -> Mapping[str, object]:
        known = {name: said for name, said in finding.params.items() if said != "" and (name, said) not in _UNKNOWN}
        params = {name: self._param(name, said) for name, said in known.items()}
        if country := str(known.get("country", "")):
            params["country_in"] = self.words.in_country(country)
        subject = flowing(finding.subject, 120)
        role = _ROLES.get(finding.kind)
        return {**params, **({role: subject} if role else {}), "subject": subject}

    def _param(self, name: str, said: str | float) -> object:
        if isinstance(said, str):
            return self._worded(name, said)
        if name.endswith("_days"):
            return self.days(said)
        if name.endswith("clicks"):
            return self.say("clicks.n", n=round(said))
        return said if isinstance(said, int) else self.words.decimal(said)

    def _worded(self, name: str, said: str) -> str:
        if name == "country":
            return self.words.country(said)
        if name in _WORDED:
            return self.named(_WORDED[name], said)
        if name in _LISTS:
            ids = [one.strip() for one in said.split(",") if one.strip()]
            return self.words.list(self.named(_LISTS[name], one) for one in ids)
        return flowing(said)


def host_of(url: str) -> str:
    """The host of an address, with its port; what has none is told as it is."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower() or url
    except ValueError:  # a bracket that is never closed
        return url


def bare_host(url: str) -> str:
    """The host of an address without its port, or ""."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
