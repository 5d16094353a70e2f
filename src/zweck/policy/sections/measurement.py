"""Statistics about the use of the website, and the ways to be left out of them."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen, link
from zweck.policy.sections.claims import claimed, claims_of
from zweck.policy.sentences import Sentence
from zweck.policy.systems import Measurement


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Who measures, with what, where, how addresses are cut, and every way out."""
    measurement = policy.systems.measurement
    if measurement is None:
        return
    yield from _means(measurement, policy, pen)
    yield from _addresses(measurement, policy, pen)
    yield pen.write("measurement.uses")
    if claimed(policy, "addresses-not-merged"):
        yield pen.write("measurement.not-merged")
    if measurement.least_group > 1:
        yield pen.write("measurement.small-groups", least=measurement.least_group)
    yield from _ways_out(measurement, policy, pen)


def _means(measurement: Measurement, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    if measurement.provider:
        provider = pen.recipient(measurement.provider)
        product = measurement.product or provider
        yield pen.write("measurement.provider", "foreign", product=product, provider=provider)
        yield pen.write("measurement.on-order", provider=provider)
    else:
        yield pen.write("measurement.provider", "own")
    yield pen.write("measurement.permission", measurement.permission)
    if claimed(policy, "no-cookie", "measurement"):
        yield pen.write("measurement.no-cookie")
    else:
        names = [t.name for t in policy.technologies.values() if t.purpose == measurement.purpose]
        if names:
            yield pen.write("measurement.cookies", n=len(names), names=pen.words.list(names))
    where = _where(measurement, policy, pen)
    if where:
        yield pen.write("measurement.place", where=where)


def _where(measurement: Measurement, policy: Policy, pen: Pen) -> str:
    if measurement.provider:
        return pen.words.in_country(policy.recipients[measurement.provider].country)
    here = {"measurement", measurement.purpose}
    places = [pen.text(p.name) for p in policy.places.values() if not p.holds or here & set(p.holds)]
    return pen.words.say("format.in_country", country=pen.words.list(places)) if places else ""


def _addresses(measurement: Measurement, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    v4, v6 = measurement.cut_v4, measurement.cut_v6
    for conditional in dict.fromkeys(one.conditional for one in claims_of(policy, "addresses-cut-first")):
        # A statement may say both, and the linter then tells that it contradicts itself.
        promise = "measurement.cut-first:if-on" if conditional else "measurement.cut-first"
        yield pen.write(promise, "conditional" if conditional else "always", v4=v4, v6=v6)
    if measurement.provider:
        provider = pen.recipient(measurement.provider)
        yield pen.write("measurement.full-address", measurement.addresses, provider=provider)
    elif measurement.addresses == "cut-before-use":
        yield pen.write("measurement.full-address", "own")
    if measurement.code_quoted:
        yield pen.write("measurement.cut-always", "quoted", code=measurement.code_quoted)
    elif measurement.addresses == "cut-before-use":
        yield pen.write("measurement.cut-always", "own")


def _ways_out(measurement: Measurement, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    needs = measurement.needs_cookies_for_functions
    yield pen.write("measurement.browser-settings", "lost" if needs else "free")
    if measurement.honours_signals:
        yield pen.write("measurement.signals")
    control = policy.controls.opt_out
    if control:
        yield pen.write("measurement.opt-out", control=pen.text(control.named))
        if measurement.opt_out_status:
            yield pen.write("measurement.opt-out-status", measurement.opt_out_status)
        if measurement.opt_out_days:
            duration = pen.words.duration(measurement.opt_out_days, "days")
            yield pen.write("measurement.opt-out-lasts", duration=duration)
    recipient = policy.recipients.get(measurement.provider or "")
    if recipient and recipient.url:
        yield pen.write("measurement.more", name=recipient.name, link=link(recipient.url))
