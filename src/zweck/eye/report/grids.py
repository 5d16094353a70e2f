"""Tables of everything seen. On a narrow screen each row becomes a small list, so nothing scrolls sideways."""

from collections.abc import Iterable, Sequence

from zweck.eye.report.audited import Audited
from zweck.eye.report.markup import Html, tag, together
from zweck.eye.report.sights import FormRow, PageRow, PartyRow, StoredRow, form_rows, page_rows, party_rows, stored_rows
from zweck.eye.report.texts import Texts, bare_host
from zweck.eye.report.visible import flowing, visible

# More rows than these are left to the JSON, so that no site can make the report too big to open.
MOST_ROWS = 150
SECURITY_HEADERS = (
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "x-frame-options",
    "cross-origin-opener-policy",
)
Cells = Sequence[str]


def everything(audited: Audited, texts: Texts) -> Html:
    """All tables, each in a fold that is open."""
    grids = (_stored, _parties, _forms, _pages, _skips, _headers)
    return together(grid(audited, texts) for grid in grids)


def table(
    caption: str, heads: Cells, rows: Iterable[Cells], texts: Texts, numeric: frozenset[int] = frozenset()
) -> Html:
    """A table. Its roles are named because a display other than the usual one would take them away."""
    rows = list(rows)
    shown = [_row(heads, row, numeric) for row in rows[:MOST_ROWS]]
    head = tag("tr", *(tag("th", text, scope="col", role="columnheader") for text in heads), role="row")
    more = len(rows) - len(shown)
    return together(
        [
            tag(
                "table",
                tag("caption", caption, class_="hidden"),
                tag("thead", head, role="rowgroup"),
                tag("tbody", *shown, role="rowgroup"),
                role="table",
            ),
            tag("p", texts.say("report.more_rows", n=more), class_="small") if more > 0 else None,
        ]
    )


def _row(heads: Cells, cells: Cells, numeric: frozenset[int]) -> Html:
    first, *rest = cells
    said = [tag("th", first, scope="row", role="rowheader")]
    for place, (head, cell) in enumerate(zip(heads[1:], rest, strict=True), 1):
        said.append(tag("td", cell, role="cell", data_label=head, class_="n" if place in numeric else None))
    return tag("tr", *said, role="row")


def _fold(
    region: str, texts: Texts, heads: Cells, rows: Sequence[Cells], numeric: frozenset[int] = frozenset()
) -> Html:
    caption = texts.say(f"{region}.caption")
    if rows:
        inside = table(caption, heads, rows, texts, numeric)
    else:
        inside = tag("p", texts.say(f"{region}.none"), class_="small")
    count = tag("span", str(len(rows)), class_="count")
    return tag("details", tag("summary", tag("h3", caption, " ", count)), inside, class_=region, open=True)


def _heads(region: str, texts: Texts, *names: str) -> list[str]:
    return [texts.say(f"{region}.{name}") for name in names]


# ── cookies and storage ──


def _stored(audited: Audited, texts: Texts) -> Html:
    heads = _heads("stored", texts, "name", "kind", "host", "by", "lifetime", "http_only", "states", "known")
    rows = [_stored_cells(row, audited, texts) for row in stored_rows(audited.seen)]
    return _fold("stored", texts, heads, rows)


def _stored_cells(row: StoredRow, audited: Audited, texts: Texts) -> Cells:
    one = row.first
    host = visible(one.host)
    return (
        visible(one.name, 120),
        texts.named("kind", one.kind),
        texts.say("stored.third_party", host=host) if one.third_party else host,
        _set_by(row, texts),
        _lifetimes(row, texts),
        texts.say("stored.yes" if one.http_only else "stored.no") if one.kind == "cookie" else "–",
        texts.states(row.walks),
        _known(row, audited, texts),
    )


def _set_by(row: StoredRow, texts: Texts) -> str:
    if not row.first.how:
        return texts.say("stored.unseen")
    if not row.first.by:
        return texts.say(f"stored.{row.first.how}_unnamed")
    return texts.say(f"stored.{row.first.how}", by=visible(row.first.by))


def _lifetimes(row: StoredRow, texts: Texts) -> str:
    unending = "stored.session" if row.first.kind in {"cookie", "session-storage"} else "stored.endless"
    raw = row.lifetimes or [row.first.lifetime_seconds]
    first, *others = dict.fromkeys(texts.say(unending) if one is None else texts.lasting(one) for one in raw)
    if not others:
        return first
    return texts.say("stored.other_lifetimes", first=first, others=texts.words.list(others[:3]))


def _known(row: StoredRow, audited: Audited, texts: Texts) -> str:
    one = row.first
    known = audited.catalogue.stored(one.kind, one.name, one.host) if audited.catalogue else None
    if known is None:
        return texts.say("stored.unknown")
    service, category = known.service, texts.named("category", known.category)
    owner = ", ".join(filter(None, [service.name, service.provider if service.provider != service.name else ""]))
    said = f"{owner}: {category}"
    if known.lifetime_days:
        said = f"{said}, {texts.days(known.lifetime_days)}"
    return texts.say("stored.operator", known=said) if known.operator else said


# ── third parties, forms ──


def _parties(audited: Audited, texts: Texts) -> Html:
    heads = _heads("parties", texts, "host", "service", "provider", "country", "asked", "sent", "first")
    rows = [_party_cells(row, audited, texts) for row in party_rows(audited.seen)]
    return _fold("parties", texts, heads, rows, numeric=frozenset({4, 5}))


def _party_cells(row: PartyRow, audited: Audited, texts: Texts) -> Cells:
    service = audited.catalogue.at(bare_host(f"//{row.host}")) if audited.catalogue else None
    unknown = texts.say("parties.unknown")
    return (
        visible(row.host),
        service.name if service else unknown,
        (service.provider if service else "") or unknown,
        texts.words.country(service.country) if service and service.country else unknown,
        texts.words.number(row.asked),
        texts.words.number(row.sent),
        texts.states(row.walks[:1]),
    )


def _forms(audited: Audited, texts: Texts) -> Html:
    heads = _heads("forms", texts, "form", "fields", "goes", "page", "statement")
    return _fold("forms", texts, heads, [_form_cells(row, texts) for row in form_rows(audited.seen)])


def _form_cells(row: FormRow, texts: Texts) -> Cells:
    form = row.form
    fields = (flowing(one.label or one.name or one.kind, 60) for one in form.fields if not one.hidden)
    more = len(row.pages) - 1
    return (
        flowing(form.heading or form.button, 120) or texts.say("forms.unnamed"),
        visible(", ".join(fields), 600) or "–",
        visible(form.action),
        ", ".join([visible(row.pages[0]), *([texts.say("report.more_places", n=more)] if more else [])]),
        texts.say("stored.yes" if form.links_statement else "stored.no"),
    )


# ── pages ──


def _pages(audited: Audited, texts: Texts) -> Html:
    heads = _heads("pages", texts, "page", "title", "status", "states", "trouble")
    return _fold("pages", texts, heads, [_page_cells(row, texts) for row in page_rows(audited.seen)])


def _page_cells(row: PageRow, texts: Texts) -> Cells:
    visit, url = row.first, visible(row.first.url)
    moved = visit.landed and visit.landed != visit.url
    return (
        texts.say("pages.landed", url=url, landed=visible(visit.landed)) if moved else url,
        flowing(visit.title, 120) or "–",
        str(visit.status) if visit.status else texts.say("pages.no_status"),
        texts.states(row.walks),
        "; ".join(texts.named("trouble", one) for one in row.troubles) or "–",
    )


def _skips(audited: Audited, texts: Texts) -> Html:
    rows = [(visible(one.url), texts.named("skipped", one.why)) for one in audited.seen.skipped]
    return _fold("skips", texts, _heads("skips", texts, "page", "why"), rows)


def _headers(audited: Audited, texts: Texts) -> Html | None:
    if audited.entry is None or not audited.entry.status:
        return None
    sent = {name.lower(): value for name, value in audited.entry.headers.items()}
    rows = [(name, flowing(sent.get(name, ""), 400) or texts.say("headers.absent")) for name in SECURITY_HEADERS]
    heads = _heads("headers", texts, "header", "value")
    return tag(
        "details",
        tag("summary", tag("h3", texts.say("headers.caption"))),
        table(heads[0], heads, rows, texts),
        open=True,
    )
