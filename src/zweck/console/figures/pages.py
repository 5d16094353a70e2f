"""Staff pages of the figures: the dashboard, one breakdown in full, and the same as files."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from zweck.console.figures import export, spoken
from zweck.console.figures.door import Desk, readers_only
from zweck.console.figures.ranges import RANGES, Chosen, chosen
from zweck.console.figures.spoken import ROWS, Context, Speaker
from zweck.console.views import language_of, page
from zweck.measure import acts as measure
from zweck.measure.errors import BadQuestion
from zweck.measure.values import Dimension, Now, Report
from zweck.policy.words import words

FIGURES = "/staff/figures"
ALL_ROWS = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a page, answered."""

    chosen: Chosen
    report: Report
    before: Report | None


@readers_only
@require_safe
def dashboard(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everything of a range, at a glance."""
    speaker = speaker_for(request, desk)
    try:
        asked = _ask(request, desk, spoken.dimensions_of(desk.measurement), ROWS)
    except BadQuestion as refused:
        return refused_page(request, desk, refused)
    context = shown(asked.report, asked.before, speaker) | {
        "ranges": _ranges(asked.chosen, speaker),
        "query": asked.chosen.query(),
        "chosen": asked.chosen,
        "compared": speaker.span(asked.chosen.before) if asked.before else "",
        "now": _now(measure.real_time(desk.site, desk.now), speaker),
        "filters": _filters(asked.chosen, desk, speaker),
        "only": _only(asked.chosen, speaker),
        "today": desk.today,
    }
    return page(request, "figures/dashboard", context)


@readers_only
@require_safe
def breakdown(request: HttpRequest, desk: Desk, dimension: str) -> HttpResponse:
    """All groups of one dimension."""
    speaker = speaker_for(request, desk)
    wanted = _dimension(dimension, desk)
    try:
        asked = _ask(request, desk, (wanted,), ALL_ROWS)
    except BadQuestion as refused:
        return refused_page(request, desk, refused)
    context: Context = {
        "panel": spoken.panel(wanted, asked.report.rows[wanted], speaker),
        "span": speaker.span(asked.report.span),
        "query": asked.chosen.query(),
        "made_up": settings.DEMO,
        "most": ALL_ROWS,
    }
    return page(request, "figures/breakdown", context)


@readers_only
@require_safe
def as_file(request: HttpRequest, desk: Desk, form: str) -> HttpResponse:
    """What the dashboard shows, as CSV or JSON."""
    try:
        asked = _ask(request, desk, spoken.dimensions_of(desk.measurement), ALL_ROWS)
    except BadQuestion as refused:
        return refused_page(request, desk, refused)
    span = asked.report.span
    name = f"{desk.site}-{span.first}-{span.last}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "json":
        return JsonResponse(export.as_data(asked.report, made_up=settings.DEMO), headers=headers)
    told = export.as_csv(asked.report, made_up=settings.DEMO)
    return HttpResponse(told, content_type="text/csv; charset=utf-8", headers=headers)


def speaker_for(request: HttpRequest, desk: Desk) -> Speaker:
    """Figures in the reader's language."""
    return Speaker(words(language_of(request)), desk.edition.policy, desk.measurement)


def refused_page(request: HttpRequest, desk: Desk, refused: BadQuestion) -> HttpResponse:
    """What cannot be answered, with the ranges that can."""
    speaker = speaker_for(request, desk)
    context: Context = {"refused": str(refused), "ranges": _ranges(chosen({}, desk.today), speaker)}
    return page(request, "figures/refused", context, status=HTTPStatus.BAD_REQUEST)


def shown(report: Report, before: Report | None, speaker: Speaker) -> Context:
    """What the dashboard and a shared link both show of a report."""
    zone = ZoneInfo(speaker.policy.time_zone)
    updated = report.updated_at.astimezone(zone) if report.updated_at else None
    return {
        "span": speaker.span(report.span),
        "tiles": spoken.tiles(report.total, before.total if before else None, speaker),
        "chart": spoken.drawn(report, speaker) if report.span.first != report.span.last else None,
        "panels": spoken.panels(report, speaker),
        "funnels": spoken.funnels(report.funnels, speaker),
        "imported": spoken.days_said(report.imported_days, speaker),
        "updated": speaker.say("updated", time=f"{updated:%H:%M:%S}") if updated else "",
        "is_empty": not report.days,
        "least": speaker.measurement.least_group,
        "made_up": settings.DEMO,
    }


def _ask(request: HttpRequest, desk: Desk, dimensions: tuple[Dimension, ...], limit: int) -> Asked:
    asked = chosen(request.GET.dict(), desk.today)
    found = figures_of(desk, asked, dimensions, limit)
    compares = asked.compares and asked.only is None
    return Asked(asked, found, measure.report(desk.site, asked.before, (), limit, desk.now) if compares else None)


def figures_of(desk: Desk, asked: Chosen, dimensions: tuple[Dimension, ...], limit: int) -> Report:
    """The figures of a question, filtered or whole. Raises BadQuestion."""
    if asked.only is None:
        return measure.report(desk.site, asked.span, dimensions, limit, desk.now)
    return measure.filtered(desk.site, asked.only, measure.Asked(asked.span, dimensions, limit), desk.now)


def _dimension(name: str, desk: Desk) -> Dimension:
    found = next((each for each in spoken.dimensions_of(desk.measurement) if each == name), None)
    if found is None:
        raise Http404("no such breakdown")
    return found


def _ranges(asked: Chosen, speaker: Speaker) -> list[Context]:
    compares = "&compare=1" if asked.compares else ""
    return [
        {"name": speaker.say(f"range.{name}"), "href": f"?range={name}{compares}", "here": name == asked.name}
        for name in RANGES
    ]


def _filters(asked: Chosen, desk: Desk, speaker: Speaker) -> Context:
    """Whether a value can be chosen here, and the sentence that says it."""
    today = asked.span.first == asked.span.last == desk.today
    kept = desk.measurement.keeps_events_days
    key = "filters_today" if today else "filters_kept" if kept > 1 else "no_filters"
    days = speaker.words.duration(kept, "days")
    return {"can": key != "no_filters", "said": speaker.say(key, days=days)}


def _only(asked: Chosen, speaker: Speaker) -> Context | None:
    if asked.only is None:
        return None
    dimension, value = asked.only.dimension, asked.only.value
    named = {"panel": speaker.say(f"panel.{dimension}"), "value": speaker.name(dimension, value)}
    return {"said": speaker.say("only", **named), "off": replace(asked, only=None).query()}


def _now(found: Now, speaker: Speaker) -> str:
    if found.visitors is None or found.views is None:
        return speaker.say("now_few", n=speaker.measurement.least_group)
    return speaker.say("now", visitors=found.visitors, views=found.views)
