"""The staff page of choices: how often was said what. Bare counts, for those who may read figures."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zweck.consent import acts as consent
from zweck.consent.values import Tally
from zweck.console.figures.door import Desk, readers_only
from zweck.console.figures.pages import refused_page, speaker_for
from zweck.console.figures.ranges import chosen
from zweck.console.figures.spoken import Context, Speaker
from zweck.console.views import page
from zweck.measure.errors import BadQuestion


@readers_only
@require_safe
def choices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What visitors chose in a range."""
    try:
        asked = chosen(request.GET.dict(), desk.today)
    except BadQuestion as refused:
        return refused_page(request, desk, refused)
    speaker = speaker_for(request, desk)
    tally = consent.tally(desk.site, asked.span.first, asked.span.last)
    context = _told(tally, speaker) | {
        "span": speaker.span(asked.span),
        "query": asked.query(),
        "made_up": settings.DEMO,
    }
    return page(request, "figures/choices", context)


def _told(tally: Tally, speaker: Speaker) -> Context:
    names = sorted(tally.by_action, key=lambda action: (-tally.by_action[action], action))
    most = max(tally.by_action.values(), default=0)
    number = speaker.words.number
    return {
        "actions": [
            {
                "name": speaker.say(f"action.{action}"),
                "count": number(tally.by_action[action]),
                "bar": round(100 * tally.by_action[action] / most, 1),
            }
            for action in names
        ],
        "purposes": [
            {"name": speaker.purpose(purpose), "yes": number(yes), "no": number(no)}
            for purpose, (yes, no) in tally.by_purpose.items()
        ],
        "days": [
            {"name": _day(day, speaker), "counts": _counts(counts, names, speaker)} for day, counts in tally.by_day
        ],
    }


def _day(day: str, speaker: Speaker) -> str:
    return speaker.words.date(date.fromisoformat(day))


def _counts(counts: Mapping[str, int], names: list[str], speaker: Speaker) -> list[str]:
    return [speaker.words.number(counts.get(name, 0)) for name in names]
