"""The API of figures: what the staff pages show, as JSON, for whoever bears a token.

Each answer is checked against the schema that the OpenAPI document tells. There is no page to try it on: that would
load foreign scripts.
"""

from datetime import UTC, date, datetime
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLResolver
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI, Query, Schema
from ninja.errors import ValidationError
from pydantic import Field

from zweck.consent import acts as consent
from zweck.console.figures import export, keys, pace, spoken
from zweck.console.figures.door import Desk, desk_for, may_read
from zweck.console.figures.pages import figures_of
from zweck.console.figures.ranges import chosen
from zweck.measure import acts as measure
from zweck.measure.errors import BadQuestion
from zweck.measure.values import Dimension

ROOT = "/staff/api/1/"
DOCUMENT = "openapi.json"
MOST_ROWS = 500


class Counts(Schema):
    """Counts of one group; null where they are withheld, the least they can be where `masked`."""

    views: int | None
    visits: int | None
    visitors: int | None
    bounces: int | None
    seconds: int | None
    masked: bool


class DayCounts(Counts):
    """Counts of one day."""

    day: date


class GroupCounts(Counts):
    """Counts of one value of a dimension. "(others)": groups below the least one, together."""

    value: str


class StepCounts(Schema):
    """How many visits came as far as a goal; null where withheld, the least it can be where `masked`."""

    goal: str
    visits: int | None
    masked: bool


class FunnelCounts(Schema):
    """A declared funnel."""

    funnel: str
    steps: list[StepCounts]


class ReportAnswer(Schema):
    """Figures of a span."""

    first: date
    last: date
    made_up: bool
    updated_at: datetime | None
    imported_days: list[date]
    total: Counts
    days: list[DayCounts]
    groups: dict[str, list[GroupCounts]]
    funnels: list[FunnelCounts]


class NowAnswer(Schema):
    """The last five minutes; null where fewer visitors are there than the least group."""

    visitors: int | None
    views: int | None


class ChoicesAnswer(Schema):
    """How often was said what. `by_purpose`: yes and no."""

    first: date
    last: date
    by_action: dict[str, int]
    by_day: dict[str, dict[str, int]]
    by_purpose: dict[str, tuple[int, int]]


class Trouble(Schema):
    """What is wrong, and what would be right."""

    error: str
    right: str


class RangeAsked(Schema):
    """`range`: today, yesterday, 7, 30 or month; or `first` and `last` as days. The last 30 days unless told."""

    range: str = ""
    first: str = ""
    last: str = ""


class ReportAsked(RangeAsked):
    """`dimensions`: names with commas between; all that the policy declares unless told.

    `by` and `value`: only visits with this value of a dimension; of today, and of days whose events the policy keeps.
    """

    by: str = ""
    value: str = ""
    dimensions: str = ""
    limit: int = Field(default=10, ge=1, le=MOST_ROWS)


class Bearer:
    """`Authorization: Bearer zweck_…`, for an account that may read figures at this moment."""

    openapi_type = "http"


class Refused(Exception):  # noqa: N818
    """An answer that is no figures."""

    def __init__(self, status: HTTPStatus, error: str, right: str, wait: int = 0) -> None:
        super().__init__(error)
        self.status, self.error, self.right, self.wait = status, error, right, wait


TROUBLES = {frozenset({400, 401, 403, 404, 429}): Trouble}
api = NinjaAPI(title="Figures", version="1", docs_url=None, openapi_url=None, urls_namespace="figures-1")


@api.get("report", response={200: ReportAnswer, **TROUBLES}, summary="Figures of a span")
def report(request: HttpRequest, asked: Query[ReportAsked]) -> dict[str, object]:
    """Totals, days, groups of each dimension, funnels."""
    desk = _desk(request)
    wanted = _dimensions(asked.dimensions, desk)
    question = chosen(_range(asked) | {"by": asked.by, "value": asked.value}, desk.today)
    found = figures_of(desk, question, wanted, asked.limit)
    return export.as_data(found, made_up=settings.DEMO)


@api.get("now", response={200: NowAnswer, **TROUBLES}, summary="The last five minutes")
def now(request: HttpRequest) -> dict[str, object]:
    """Visitors and views of the last five minutes."""
    desk = _desk(request)
    return export.now_as_data(measure.real_time(desk.site, desk.now))


@api.get("choices", response={200: ChoicesAnswer, **TROUBLES}, summary="Statistics of choices")
def choices(request: HttpRequest, asked: Query[RangeAsked]) -> dict[str, object]:
    """How often visitors accepted, refused, and changed their minds."""
    desk = _desk(request)
    span = chosen(_range(asked), desk.today).span
    tally = consent.tally(desk.site, span.first, span.last)
    return {
        "first": span.first,
        "last": span.last,
        "by_action": dict(tally.by_action),
        "by_day": {day: dict(counts) for day, counts in tally.by_day},
        "by_purpose": dict(tally.by_purpose),
    }


@api.exception_handler(BadQuestion)
def _bad_question(request: HttpRequest, refused: BadQuestion) -> HttpResponse:
    return _trouble(Refused(HTTPStatus.BAD_REQUEST, str(refused), f"see {ROOT}{DOCUMENT}"))


@api.exception_handler(ValidationError)
def _bad_query(request: HttpRequest, refused: ValidationError) -> HttpResponse:
    wrong = "; ".join(f"{error['loc'][-1]}: {error['msg']}" for error in refused.errors)
    return _trouble(Refused(HTTPStatus.BAD_REQUEST, wrong, f"see {ROOT}{DOCUMENT}"))


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    return _trouble(refused)


def answer(request: HttpRequest, rest: str) -> HttpResponse:
    """What is asked for below the root of the API."""
    if rest == DOCUMENT:
        return JsonResponse(document())
    try:
        match = URLResolver(RegexPattern(r"^"), api.urls[0]).resolve(rest)
    except Resolver404:
        return _trouble(Refused(HTTPStatus.NOT_FOUND, f"there is no {rest[:60]!r} here", f"see {ROOT}{DOCUMENT}"))
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _trouble(Refused(HTTPStatus.METHOD_NOT_ALLOWED, "nothing can be changed here", "ask with GET"))
    response["Cache-Control"] = "private, no-store"
    return response


def document() -> dict[str, object]:
    """The OpenAPI document."""
    told: dict[str, object] = dict(api.get_openapi_schema(path_prefix=ROOT))
    components = told.setdefault("components", {})
    if isinstance(components, dict):
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": Bearer.__doc__}}
    return told | {"security": [{"token": []}]}


def _desk(request: HttpRequest) -> Desk:
    """The site's figures, for this request's token. Raises Refused."""
    moment = datetime.now(UTC)
    desk = desk_for(request.get_host(), moment)
    if desk is None:
        raise Refused(HTTPStatus.NOT_FOUND, "this site measures nothing itself", "ask a site that does")
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = keys.token(text.strip(), desk.site) if scheme.lower() == "bearer" else None
    if token is None:
        right = "send `Authorization: Bearer zweck_…` with a token from /staff/figures/access that was not taken back"
        raise Refused(HTTPStatus.UNAUTHORIZED, "no token, or none that opens something here", right)
    if not may_read(token.account, desk.measurement):
        right = "let the account list the purpose of the measurement: zweck staff add NAME --purpose …"
        raise Refused(HTTPStatus.FORBIDDEN, "the token's account may not read these figures", right)
    if wait := pace.wait(token.digest, moment.timestamp()):
        right = f"ask at most {pace.PER_MINUTE} times a minute; go on in {wait} s"
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "that was a little fast", right, wait)
    return desk


def _range(asked: RangeAsked) -> dict[str, str]:
    return {"range": asked.range, "first": asked.first, "last": asked.last}


def _dimensions(names: str, desk: Desk) -> tuple[Dimension, ...]:
    declared: dict[str, Dimension] = {each: each for each in spoken.dimensions_of(desk.measurement)}
    wanted = [name.strip() for name in names.split(",") if name.strip()] or list(declared)
    if unknown := [name for name in wanted if name not in declared]:
        raise BadQuestion(f"there is no dimension {unknown[0][:30]!r}; {', '.join(declared)} would be right")
    return tuple(dict.fromkeys(declared[name] for name in wanted))


def _trouble(refused: Refused) -> HttpResponse:
    response = JsonResponse({"error": refused.error, "right": refused.right}, status=refused.status)
    if refused.wait:
        response["Retry-After"] = str(refused.wait)
    if refused.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response
