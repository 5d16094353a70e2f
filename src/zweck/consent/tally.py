"""Statistics of choices: bare counts. No id is read for them."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from zweck.consent.models import Record
from zweck.consent.values import Tally


def tally(site: str, zone: ZoneInfo, since: date, until: date) -> Tally:
    """What was decided on the days from `since` to `until`, both included, as days are where the site is."""
    start = datetime.combine(since, time(), zone)
    end = datetime.combine(until + timedelta(days=1), time(), zone)
    rows = (
        Record.objects.filter(site=site, at__gte=start, at__lt=end)
        .annotate(day=TruncDate("at", tzinfo=zone))
        .values_list("day", "action", "answers")
        .annotate(count=Count("number"))
    )
    by_action: Counter[str] = Counter()
    by_day: defaultdict[date, Counter[str]] = defaultdict(Counter)
    by_purpose: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for day, action, answers, count in rows:
        by_action[action] += count
        by_day[day][action] += count
        for purpose, said, _ in json.loads(answers):
            by_purpose[purpose][0 if said == "yes" else 1] += count
    return Tally(
        by_action=dict(by_action),
        by_day=tuple((f"{day:%Y-%m-%d}", dict(counts)) for day, counts in sorted(by_day.items())),
        by_purpose={purpose: (yes, no) for purpose, (yes, no) in sorted(by_purpose.items())},
    )
