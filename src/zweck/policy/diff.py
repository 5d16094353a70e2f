"""What changes from one declaration to the next, and what people must be asked or told before it counts.

Three answers, from the strictest:

*permission* - people are asked first. A new purpose: further use is bound to the purpose told (GDPR Art. 5(1)(b));
whether another one is compatible is a judgement (Art. 6(4)) that no program makes, so everybody is asked. New data for
a purpose. Leaving consent, as a refusal must not be outrun by another basis (EDPB Guidelines 05/2020, 121-123), and
turning to consent, as nobody has given it yet. A device touched unasked (§ 25 TDDDG). A right taken back. And every
widening of a purpose that rests on consent, as consent is given for what was told (Art. 4(11): specific, informed).

*notice* - people are told before it counts (Art. 13(3) in its spirit; Art. 12(1)): recipients, places, periods and
the like, where the purpose rests on another basis. A change that no rule knows is at least told.

*none* - wording, and whatever only takes less.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any  # Any: a value of a declaration may be anything

from zweck.policy.changes.weight import NEVER_ENDS, RULES, Asks, Rule
from zweck.policy.model import Policy
from zweck.policy.reading.lines import Path, spell
from zweck.policy.reading.shape import texts_in

Dump = dict[str, Any]  # see the import


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `sentence` says it to a person; `before` and `after` are empty where there was or is nothing."""

    kind: str
    path: str
    before: str
    after: str
    sentence: str
    asks: Asks


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences, the gravest first."""

    changes: tuple[Change, ...]

    @property
    def new_purposes(self) -> tuple[str, ...]:
        """Ids of the purposes that were not declared before."""
        return tuple(change.after for change in self._of("new-purpose"))

    @property
    def widened(self) -> tuple[str, ...]:
        """Paths at which more data are taken than before."""
        return tuple(dict.fromkeys(change.path for change in self._of("widened")))

    @property
    def new_recipients(self) -> tuple[str, ...]:
        """Ids of the recipients that a purpose, or the whole site, did not have before."""
        return tuple(dict.fromkeys(change.after for change in self._of("new-recipient")))

    @property
    def wording_only(self) -> bool:
        """Whether nothing changes but words: names, dates, order, overrides, links. True where nothing changes."""
        return all(change.kind == "wording" for change in self.changes)

    @property
    def needs_permission(self) -> bool:
        """Whether people must be asked before this counts."""
        return any(change.asks == "permission" for change in self.changes)

    @property
    def needs_notice(self) -> bool:
        """Whether people must at least be told."""
        return any(change.asks != "none" for change in self.changes)

    @property
    def summary(self) -> str:
        """The upshot in a sentence."""
        if not self.changes:
            return "Nothing changes."
        if self.needs_permission:
            return "People must be asked before this counts."
        if self.needs_notice:
            return "People must be told before this counts; nobody has to be asked."
        return "Only words change." if self.wording_only else "Less is taken than before; nobody has to be asked."

    def as_json(self) -> str:
        """All of it, for programs; keys are stable."""
        told = {
            "needs_permission": self.needs_permission,
            "needs_notice": self.needs_notice,
            "wording_only": self.wording_only,
            "new_purposes": self.new_purposes,
            "widened": self.widened,
            "new_recipients": self.new_recipients,
            "changes": [asdict(change) for change in self.changes],
        }
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"

    def _of(self, kind: str) -> Iterator[Change]:
        return (change for change in self.changes if change.kind == kind)


def diff(old: Policy, new: Policy) -> Diff:
    """The way from the old declaration to the new one."""
    spoken = set(old.languages) & set(new.languages)
    walk = _Walk(old, new)
    changes = walk.compare(_plain(old, spoken), _plain(new, spoken), ())
    return Diff(tuple(sorted(changes, key=lambda change: GRAVITY.index(change.asks))))


GRAVITY: tuple[Asks, ...] = ("permission", "notice", "none")


def _plain(policy: Policy, spoken: set[str]) -> Dump:
    """The declaration as plain data, fit to be compared.

    Texts in the languages that both sides speak; lists of tables by what tells their entries apart; one period each.
    """
    data = policy.model_dump()
    for _, text in texts_in(data):
        for language in set(text) - spoken:
            del text[language]  # type: ignore[attr-defined]  # a dump of our own, so a dict
    for entry in data["retention"]:
        entry["days"] = _days(entry.pop("years"), entry["days"])
    data["retention"] = {f"{entry['record']} ({entry['jurisdiction']})": entry for entry in data["retention"]}
    data["claims"] = {" ".join(_words(c)): c for c in data["claims"]}
    return data


def _words(claim: Dump) -> Iterator[str]:
    yield claim["says"]
    if claim["system"]:
        yield claim["system"]
    yield from sorted(claim["places"] + claim["recipients"])
    if claim["conditional"]:
        yield "conditional"


@dataclass(frozen=True, slots=True)
class _Walk:
    """One walk down both declarations at once, until a rule knows the place."""

    old: Policy
    new: Policy

    def compare(self, before: object, after: object, path: Path) -> Iterator[Change]:
        """All differences at and below the path."""
        if before == after:
            return
        rule = next((rule for rule in RULES if rule.fits(path)), None)
        if isinstance(before, dict) and isinstance(after, dict) and (rule is None or rule.looks_below):
            for key in dict.fromkeys([*before, *after]):
                yield from self.compare(before.get(key), after.get(key), (*path, key))
        elif rule is None:
            yield self._change(UNKNOWN, path, before, after)
        elif rule.is_table:
            came = before is None
            named = ("", path[-1]) if came else (path[-1], "")
            harmless = GAINED if came else GONE
            yield self._change(harmless if came == rule.by_loss else rule, path, *named)
        else:
            yield from self._judge(rule, path, before, after)

    def _judge(self, rule: Rule, path: Path, before: object, after: object) -> Iterator[Change]:
        if isinstance(before, list) and isinstance(after, list) and rule.kind != "wording":
            gained, lost = _without(after, before), _without(before, after)
            for one in lost if rule.by_loss else gained:
                yield self._change(rule, path, *((one, "") if rule.by_loss else ("", one)))
            if not (lost if rule.by_loss else gained):
                yield self._change(NARROWED, path, before, after)
        elif rule.kind == "wording" or self._is_worse(rule, path, before, after):
            yield self._change(rule, path, before, after)
        else:
            yield self._change(NARROWED, path, before, after)

    def _is_worse(self, rule: Rule, path: Path, before: object, after: object) -> bool:
        if path[0] == "purposes" and path[-1] == "retention":
            return _longest_days(self.new, after) > _longest_days(self.old, before)
        return rule.is_worse(before, after)

    def _change(self, rule: Rule, path: Path, before: object, after: object) -> Change:
        kind = rule.kind
        asks = rule.asks if rule.asks != "as-agreed" else self._as_agreed(path, after)
        where, was, now = spell(path), _shown(before), _shown(after)
        told = "new" if kind == "other" and not was else kind
        sentence = SENTENCES[told].format(where=where, was=_quoted(was), now=_quoted(now))
        return Change(kind, where, was, now, f"{sentence} {ANSWERS[asks]}".strip(), asks)

    def _as_agreed(self, path: Path, after: object) -> Asks:
        """Permission where a purpose that rests on consent is touched, or one turns to consent; else notice."""
        if path[-1] == "basis" and after == "consent":
            return "permission"
        if path[0] == "purposes" and path[2:] == ("recipients",):
            recipient = self.new.recipients.get(str(after))
            if recipient is not None and recipient.role == "processor":
                return "notice"  # acts on our behalf only: nobody new decides about the data (GDPR Art. 28)
        touched = (self.old.purposes[p] for p in self._purposes(path) if p in self.old.purposes)
        return "permission" if any(purpose.basis == "consent" for purpose in touched) else "notice"

    def _purposes(self, path: Path) -> list[str]:
        """The purposes that something at this path concerns."""
        table, name = str(path[0]), str(path[1])
        purposes = self.new.purposes
        if table == "purposes":
            return [name]
        if table == "recipients":
            return [p for p in purposes if name in purposes[p].recipients]
        if table == "retention":
            return [p for p in purposes if purposes[p].retention == name.partition(" ")[0]]
        if table == "technologies":
            return [self.new.technologies[name].purpose] if name in self.new.technologies else []
        if table == "data":
            return [p for p in purposes if name in purposes[p].data]
        return list(purposes)


NARROWED = Rule("", "narrowed", "none")
GONE = Rule("", "gone", "none")
GAINED = Rule("", "gained", "none")
UNKNOWN = Rule("", "other", "notice")


def _longest_days(policy: Policy, record: object) -> int:
    """The longest period of a retention class over its jurisdictions; without a period it never ends."""
    periods = [_days(r.years, r.days) for r in policy.retention if r.record == record]
    return max(periods, default=NEVER_ENDS)


def _days(years: int | None, days: int | None) -> int:
    return years * 366 if years is not None else days or 0


def _without(these: list[Any], those: list[Any]) -> list[Any]:  # Any: see the import
    return [one for one in these if one not in those]


def _quoted(shown: str) -> str:
    return f"“{shown}”" if shown else "nothing"


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, Mapping):
        name = value.get("name") or next((one for one in value.values() if isinstance(one, str)), "")
        return _shown(name)
    return str(value)


SENTENCES: Mapping[str, str] = {
    "new-purpose": "{where}: a new purpose.",
    "widened": "{where}: takes more data ({now}).",
    "basis": "{where}: the legal basis was {was} and becomes {now}.",
    "new-recipient": "{where}: a new recipient ({now}).",
    "new-place": "{where}: data also rest in, or move to, {now} (was {was}).",
    "new-mechanism": "{where}: data travel under {now} (was {was}).",
    "longer": "{where}: is kept longer ({now}, was {was}).",
    "lost-right": "{where}: people may ask for less ({now}, was {was}).",
    "unasked": "{where}: less is asked of people beforehand ({now}, was {was}).",
    "weaker": "{where}: data are guarded less ({now}, was {was}).",
    "lost-promise": "{where}: a promise is taken back ({was}).",
    "new-technology": "{where}: one more thing touches the visitor's device.",
    "new-system": "{where}: a system comes into use.",
    "other": "{where}: {was} becomes {now}.",
    "new": "{where}: comes in ({now}).",
    "narrowed": "{where}: takes less than before ({now}, was {was}).",
    "gone": "{where}: is no longer declared.",
    "gained": "{where}: is promised from now on.",
    "wording": "{where}: other words.",
}
ANSWERS: Mapping[Asks, str] = {
    "permission": "People are asked first.",
    "notice": "People are told first.",
    "none": "",
}
