"""The report as one HTML file: nothing in it runs, loads anything or leads anywhere by itself."""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from zweck import __version__
from zweck.eye.report.audited import Audited
from zweck.eye.report.grids import everything, table
from zweck.eye.report.groups import Group, groups_of
from zweck.eye.report.markup import Html, tag, together
from zweck.eye.report.pictures import Album
from zweck.eye.report.sights import numbers
from zweck.eye.report.texts import Texts, host_of
from zweck.eye.report.visible import visible
from zweck.eye.values import Finding, Spot, Walk

LIMIT_BYTES = 2_000_000
# Of a report of 20 pages, so that mail takes it and a phone opens it.
_PICTURES_BYTES = 1_730_000
_SLACK_BYTES = 20_000
_WORST = 5
_MOST_FINDINGS = 300
_MOST_SPOTS = 4
_LIMITS = ("server", "behind", "elsewhere", "purpose", "consent")


def as_html(audited: Audited, language: str) -> str:
    """The whole file. Made twice: how much room there is for pictures shows only once the text is there."""
    texts = Texts(language)
    text_bytes = len(_Page(audited, texts, Album({}, 0, texts)).whole().encode())
    budget = min(_PICTURES_BYTES, LIMIT_BYTES - _SLACK_BYTES - text_bytes)
    return str(_Page(audited, texts, Album(audited.seen.pictures, budget, texts)).whole())


@cache
def _style() -> str:
    return Path(__file__).with_name("style.css").read_text(encoding="utf-8")


@cache
def _guard() -> str:
    """The policy the file carries in itself: our own style and pictures inside it, and nothing else."""
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


class _Page:
    def __init__(self, audited: Audited, texts: Texts, album: Album) -> None:
        self._audited, self._seen, self._texts, self._album = audited, audited.seen, texts, album
        self._host = visible(host_of(audited.seen.url))
        self._shown = audited.found[:_MOST_FINDINGS]
        self._places = {one.id: place for place, one in enumerate(audited.findings, 1)}

    def whole(self) -> Html:
        """The file from its first to its last byte."""
        say = self._texts.say
        main = tag("main", *self._sections(), id="content", tabindex=-1)
        foot = tag("footer", tag("p", say("report.made_with", version=__version__)), tag("p", say("report.law_note")))
        body = tag("body", tag("a", say("report.skip"), href="#content", class_="skip"), self._head(), main, foot)
        return Html(f'<!doctype html>\n<html lang="{self._texts.language}">\n{self._meta()}\n{body}\n</html>\n')

    def _meta(self) -> Html:
        say = self._texts.say
        return tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=_guard()),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("meta", name="robots", content="noindex"),
            tag("meta", name="description", content=say("report.description", host=self._host)),
            tag("title", say("report.title", host=self._host)),
            Html(f"<style>{_style()}</style>"),
        )

    def _head(self) -> Html:
        say, date = self._texts.say, self._texts.words.date(self._seen.began_at.date())
        return tag(
            "header",
            tag("p", say("report.kind"), class_="kind"),
            tag("h1", self._host),
            tag("p", say("report.lede", date=date), class_="lede"),
            self._partial(),
            tag("dl", *(tag("div", tag("dt", name), tag("dd", said)) for name, said in self._facts()), class_="facts"),
        )

    def _partial(self) -> Html | None:
        reasons = self._texts.words.list(self._texts.named("partly", one) for one in self._seen.partly)
        return (
            tag("p", self._texts.say("report.partial", why=reasons), class_="partial", role="note") if reasons else None
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        say, seen = self._texts.say, self._seen
        yield say("fact.url"), visible(seen.url)
        lasted = round((seen.ended_at - seen.began_at).total_seconds() / 60)
        minutes = say("fact.minutes", n=lasted) if lasted else say("fact.under_a_minute")
        date = self._texts.words.date(seen.began_at.date())
        yield say("fact.when"), say("fact.took", date=date, time=f"{seen.began_at:%H:%M}", minutes=minutes)
        yield say("fact.browser"), say("fact.sandboxed" if seen.sandboxed else "fact.unsandboxed", browser=seen.browser)
        yield (
            say("fact.states"),
            self._texts.states(walk for walk in seen.walks if walk.visits) or say("report.none_short"),
        )
        pages = len({visit.url for walk in seen.walks for visit in walk.visits})
        skipped = len(seen.skipped)
        key = "fact.pages_skipped" if skipped else "fact.pages_looked"
        yield say("fact.pages"), say(key, n=pages, **({"skipped": skipped} if skipped else {}))
        yield say("fact.policy"), self._compared()

    def _compared(self) -> str:
        named = [
            ("fact.policy_named", self._audited.policy_name),
            ("fact.statement_named", self._audited.statement_name),
        ]
        said = [self._texts.say(key, name=visible(name)) for key, name in named if name]
        return self._texts.words.list(said) if said else self._texts.say("fact.policy_none")

    def _sections(self) -> Iterator[Html | None]:
        yield self._summary()
        yield self._first_sight()
        yield self._findings()
        yield self._notes()
        yield self._section("everything", everything(self._audited, self._texts))
        yield self._method()

    def _section(self, name: str, *inside: Html | None, tall: bool = True) -> Html:
        heading = tag("h2", self._texts.say(f"report.{name}"), id=f"h-{name}")
        return tag("section", heading, *inside, aria_labelledby=f"h-{name}", class_=name if tall else f"{name} short")

    # ── summary ──

    def _summary(self) -> Html:
        found = self._audited.found
        parts: list[Html | None] = [self._tally()]
        if found:
            parts += [tag("h3", self._texts.say("report.worst")), tag("ol", *self._worst(), class_="worst")]
        else:
            parts.append(tag("p", self._texts.say("report.none")))
        parts += [tag("h3", self._texts.say("report.before_after")), *self._matrix()]
        return self._section("summary", *parts)

    def _tally(self) -> Html:
        say, found, notes = self._texts.say, self._audited.found, self._audited.notes
        kinds = {sure: sum(one.sure == sure for one in found) for sure in ("certain", "likely", "hint")}
        counted = [say(f"sure_count.{sure}", n=count) for sure, count in kinds.items() if count]
        number = tag("b", say("report.tally", n=len(found)))
        items = [tag("li", number, class_="many" if found else "none"), *(tag("li", text) for text in counted)]
        if notes:
            items.append(tag("li", say("report.tally_notes", n=len(notes))))
        return tag("ul", *items, class_="tally")

    def _worst(self) -> Iterator[Html]:
        """One sentence for each of the worst kinds of finding."""
        for group in groups_of(self._shown, self._texts)[:_WORST]:
            told = group.told[0]
            if len(group.findings) == 1:
                title, rest = told.title, told.what
            else:
                title, rest = told.name, group.subjects(self._texts)
            yield tag("li", tag("a", tag("b", title), href=f"#{group.anchor}"), Html("<br>"), rest)

    def _matrix(self) -> Iterator[Html]:
        say = self._texts.say
        names = ("visitor", "choice", "pages", "stored", "parties", "asked", "sent")
        rows = [self._counted(walk) for walk in self._seen.walks if walk.visits or walk.choice]
        yield tag("p", say("report.before_after_lede"), class_="small")
        heads = [say(f"matrix.{name}") for name in names]
        yield table(say("report.before_after"), heads, rows, self._texts, frozenset({2, 3, 4, 5, 6}))
        if not any(walk.choice for walk in self._seen.walks):
            yield tag("p", say("matrix.no_choice"), class_="small")
        if any(walk.choice and not walk.choice.done for walk in self._seen.walks):
            yield tag("p", say("matrix.incomplete"), class_="small")

    def _counted(self, walk: Walk) -> list[str]:
        choice, counted = walk.choice, numbers(walk)
        path = " → ".join(visible(step, 60) for step in choice.path) if choice else ""
        pressed = path or self._texts.say("matrix.not_found" if choice else "matrix.nothing_pressed")
        if choice and path and not choice.done:
            pressed = self._texts.say("matrix.no_effect", path=path)
        figures = (counted.pages, counted.stored, counted.parties, counted.asked, counted.sent) if counted else ()
        cells = [self._texts.words.number(figure) for figure in figures] or ["–"] * 5
        return [self._texts.who(walk.state, walk.profile), pressed, *cells]

    def _first_sight(self) -> Html | None:
        figures = []
        for walk in self._seen.walks:
            if walk.state == "fresh" and walk.visits and not (walk.profile.gpc or walk.profile.robot):
                spot = Spot(walk.visits[0].url, walk.state, walk.profile.device)
                figures.append(self._figure(walk.visits[0].picture, spot))
        shown = [figure for figure in figures if figure]
        return self._section("first_sight", tag("div", *shown, class_="sights")) if shown else None

    # ── findings ──

    def _findings(self) -> Html | None:
        if not self._shown:
            return None
        more = len(self._audited.found) - len(self._shown)
        rest = tag("p", self._texts.say("report.more_findings", n=more), class_="small") if more else None
        groups = [self._group(group) for group in groups_of(self._shown, self._texts)]
        left = self._album.left_out
        pictures = tag("p", self._texts.say("report.pictures_left", n=left), class_="small") if left else None
        return self._section("findings", *groups, rest, pictures)

    def _notes(self) -> Html | None:
        notes = self._audited.notes[:_MOST_FINDINGS]
        if not notes:
            return None
        groups = [self._group(group) for group in groups_of(notes, self._texts)]
        summary = tag("summary", self._texts.say("report.notes_lede", n=len(self._audited.notes)))
        return self._section("notes", tag("details", summary, *groups))

    def _group(self, group: Group) -> Html:
        say, told = self._texts.say, group.told[0]
        count = tag("span", str(len(group.findings)), class_="count")
        rule = [(say("report.law"), told.law), (say("report.remedy"), told.remedy)]
        return tag(
            "section",
            tag("h3", told.name, " ", count, id=group.anchor),
            tag("dl", *(tag("div", tag("dt", name), tag("dd", text)) for name, text in rule if text), class_="rule"),
            *(self._finding(one, told.title, told.what) for one, told in zip(group.findings, group.told, strict=True)),
            class_="group",
            aria_labelledby=group.anchor,
        )

    def _finding(self, finding: Finding, title: str, what: str) -> Html:
        kind = self._texts.named("kind", finding.kind) if finding.kind else None
        sure = tag("span", self._texts.named("sure", finding.sure), class_=f"sure {finding.sure}")
        marks = together([tag("span", kind) if kind else None, sure], " · ")
        first = finding.spots[0] if finding.spots else None
        return tag(
            "article",
            tag("h4", title),
            tag("p", what),
            self._spots(finding.spots),
            tag("p", marks, class_="marks"),
            self._figure(finding.picture, first) if first else None,
            id=f"f-{self._places[finding.id]}",
        )

    def _spots(self, spots: tuple[Spot, ...]) -> Html | None:
        if not spots:
            return None
        items = [tag("li", *self._spot(spot)) for spot in spots[:_MOST_SPOTS]]
        more = len(spots) - len(items)
        if more > 0:
            items.append(tag("li", self._texts.say("report.more_places", n=more)))
        return tag("ul", *items, class_="spots", aria_label=self._texts.say("report.where"))

    def _spot(self, spot: Spot) -> Iterator[Html | str]:
        yield tag("span", visible(spot.url), class_="url")
        yield f" ({self._texts.how(spot)})"
        if spot.by and spot.by != spot.url:
            yield ", "
            yield self._texts.say("report.set_by", by=visible(spot.by))

    def _figure(self, key: str, spot: Spot) -> Html | None:
        if not key:
            return None
        return self._album.figure(
            key, self._texts.say("report.picture_of", url=visible(spot.url), how=self._texts.how(spot))
        )

    # ── method ──

    def _method(self) -> Html:
        say = self._texts.say
        paragraphs = [tag("p", say(f"method.{name}")) for name in ("how", "kept", "robots")]
        limits = tag("ul", *(tag("li", say(f"method.{name}")) for name in _LIMITS))
        return self._section("method", *paragraphs, tag("p", say("method.limits")), limits)
