"""Retention periods against the statutory ones, and against the seats from which a duty could follow."""

from collections.abc import Iterator

from zweck.policy.rules.register import Case, Finding, rule

STARTS = {"event": "its own day", "end-of-year": "the end of the year"}


def _has_tie(case: Case, country: str) -> bool:
    """Whether anything ties the controller to a country: a seat, a branch, a place, a VAT registration."""
    controller = case.policy.controller
    seats = {controller.country, *controller.establishments, *(p.country for p in case.policy.places.values())}
    return country in seats or (controller.vat_id or "").upper().startswith(country)


@rule(
    "RETENTION-OUTDATED",
    "gdpr-5-1-e",
    "A period is given as the law's, and the law has another.",
    'Set the statutory period. Years beyond it need a basis of their own (`ground = "choice"`).',
)
def outdated(case: Case) -> Iterator[Finding]:
    """A period with `ground = "law"` against the book."""
    for place, row in enumerate(case.policy.retention):
        today = case.law.period(row.record, row.jurisdiction, case.on)
        if row.ground == "law" and today is not None and row.years != today.years:
            declared = f"{row.years} years" if row.years is not None else f"{row.days} days"
            periods = case.law.periods_of(row.record, row.jurisdiction)
            before = next((p for p in periods if p.years == row.years and not p.in_force(case.on)), None)
            was = f"; {row.years} was right until {before.valid_to}" if before and before.valid_to else ""
            message = f"{row.record} in {row.jurisdiction}: {declared} declared, {today.years} by {today.cite}{was}."
            yield Finding(f"retention[{place}].{'days' if row.years is None else 'years'}", message)


@rule(
    "RETENTION-START",
    "gdpr-5-1-e ao-147",
    "A statutory period is counted from another day than the law counts from.",
    "Set `counted_from` as the law has it: a January invoice is otherwise erased almost a year too early.",
)
def start(case: Case) -> Iterator[Finding]:
    """A period with `ground = "law"` that begins too early."""
    for place, row in enumerate(case.policy.retention):
        today = case.law.period(row.record, row.jurisdiction, case.on)
        if row.ground == "law" and today is not None and row.counted_from != today.counted_from:
            declared, owed = STARTS[row.counted_from], STARTS[today.counted_from]
            message = f"{row.record} in {row.jurisdiction} is kept from {declared}, by {today.cite} from {owed}."
            yield Finding(f"retention[{place}]", message)


@rule(
    "RETENTION-TOO-SHORT",
    "gdpr-5-2",
    "A period chosen is shorter than the law's.",
    "Keep the record for the statutory period, restricted to that purpose.",
)
def too_short(case: Case) -> Iterator[Finding]:
    """A chosen period below the statutory one, where the controller is tied to that country."""
    for place, row in enumerate(case.policy.retention):
        today = case.law.period(row.record, row.jurisdiction, case.on)
        if row.ground == "choice" and today is not None and _has_tie(case, row.jurisdiction):
            years = row.years if row.years is not None else (row.days or 0) / 366
            if years < today.years:
                message = f"{row.record} in {row.jurisdiction} goes before the {today.years} years of {today.cite}."
                yield Finding(f"retention[{place}]", message)


@rule(
    "RETENTION-LAW-UNNAMED",
    "gdpr-13-2-a gdpr-5-1-e",
    "A period is given as a legal duty, and no law is named.",
    'Cite the law in `law`, or set `ground = "choice"` and give the reason.',
)
def law_unnamed(case: Case) -> Iterator[Finding]:
    """ "We must", without saying by which law."""
    for place, row in enumerate(case.policy.retention):
        if row.ground == "law" and not row.law:
            yield Finding(
                f"retention[{place}]", f"{row.record} in {row.jurisdiction}: a legal duty, and no law is named."
            )


@rule(
    "RETENTION-NO-SEAT",
    "gdpr-5-1-e gdpr-5-1-a",
    "A period follows the law of a country to which nothing ties the controller.",
    "Drop the rule, or declare what ties you to the country: `controller.establishments`, a place, a VAT number.",
)
def no_seat(case: Case) -> Iterator[Finding]:
    """A foreign period without any seat, branch, place or registration there."""
    for place, row in enumerate(case.policy.retention):
        if row.ground == "law" and row.jurisdiction != "*" and not _has_tie(case, row.jurisdiction):
            message = (
                f"{row.record} is kept by the law of {row.jurisdiction}, yet neither the controller "
                f"({case.at('controller.country')}) nor any place is there."
            )
            yield Finding(f"retention[{place}].jurisdiction", message)


@rule(
    "RETENTION-EVENTS",
    "gdpr-5-1-a gdpr-5-1-e gdpr-13-2-a",
    "Single measurements are kept longer than the statement says of them.",
    "Keep them for fewer days (`systems.measurement.keeps_events_days`), or declare the longer period.",
)
def events(case: Case) -> Iterator[Finding]:
    """How long the measurement keeps events against the period of its purpose's records."""
    measurement = case.policy.systems.measurement
    purpose = case.policy.purposes.get(measurement.purpose or "") if measurement else None
    if measurement is None or measurement.provider is not None or purpose is None:
        return
    for place, row in enumerate(case.policy.retention):
        # A day's events are a day old at most when they go, and then the day is over.
        longest = max(row.days, 1) if row.days is not None and row.years is None else None
        if row.record == purpose.retention and longest is not None and measurement.keeps_events_days > longest:
            declared = case.at(f"retention[{place}].days")
            message = (
                f"events are kept for {measurement.keeps_events_days} days, {row.record} for {longest}, {declared}."
            )
            yield Finding("systems.measurement.keeps_events_days", message)


RULES = (outdated, start, too_short, law_unnamed, no_seat, events)
