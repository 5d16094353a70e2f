"""Access to the visitor's device: two contradictions, profile `tdddg`, and the imprint."""

from collections.abc import Iterator

from zweck.policy.model import Policy, Technology
from zweck.policy.reading.choices import BROWSER_DAYS
from zweck.policy.rules.register import Case, Finding, rule

PROFILE = "tdddg"
LASTING = ("cookie", "local-storage", "indexed-db")  # kinds that outlive the visit, so that a lifetime can be told
DEVICE_LAW = "eprivacy-5-3 tdddg-25-1"


def _asking(policy: Policy) -> Iterator[tuple[str, Technology]]:
    """Technologies that need the visitor's consent, with their paths."""
    for name, technology in policy.technologies.items():
        if not technology.essential:
            yield f"technologies.{name}", technology


@rule(
    "CONSENT-OPT-OUT",
    "gdpr-5-1-a eprivacy-5-3",
    "The statement asks before anything touches the device; measurement runs until somebody opts out.",
    'Set `systems.measurement.permission = "consent"` and start measuring after the yes, or measure without touching '
    "the device.",
)
def opt_out(case: Case) -> Iterator[Finding]:
    """An opt-in banner against measurement that knows only opt-out, where it touches the device."""
    measurement = case.policy.systems.measurement
    if measurement is None or measurement.permission == "consent" or measurement.purpose is None:
        return
    touches = [path for path, t in _asking(case.policy) if t.purpose == measurement.purpose]
    promised = [f"{path}.says" for path, _ in case.says("consent-before-device")]
    if case.policy.purposes[measurement.purpose].consent_mode == "ask":
        promised.append(f"purposes.{measurement.purpose}.consent_mode")
    if touches and promised:
        promise, touch = case.at(promised[0]), case.at(touches[0])
        message = f"measurement starts without a yes, yet {promise} promises to ask before {touch}."
        yield Finding("systems.measurement.permission", message)


@rule(
    "CLAIM-DEVICE-UNASKED",
    "gdpr-5-1-a gdpr-12-1 eprivacy-5-3",
    "The statement asks before anything but the necessary touches the device; something does, unasked.",
    'Ask for it (`consent_mode = "ask"` on its purpose), remove it, or drop the claim.',
)
def device_unasked(case: Case) -> Iterator[Finding]:
    """Promise "nothing before you answer" against technologies whose purpose never asks."""
    for claim_path, _ in case.says("consent-before-device"):
        facts = [
            f"`{technology.name}`, {case.at(path)}"
            for path, technology in _asking(case.policy)
            if case.policy.purposes[technology.purpose].consent_mode in ("none", "opt-out")
        ]
        if facts:
            message = (
                f"The statement asks before anything touches the device, yet nobody is asked for {'; '.join(facts)}."
            )
            yield Finding(f"{claim_path}.says", message)


@rule(
    "TDDDG-CONSENT",
    DEVICE_LAW,
    "Something that is not strictly necessary touches the device, and nobody is asked.",
    'Ask first (`consent_mode = "ask"`, basis consent for the purpose), remove it, or declare it `essential` with the '
    "reason.",
    PROFILE,
)
def consent(case: Case) -> Iterator[Finding]:
    """Device access without consent: the purpose never asks, or only lets people opt out."""
    for path, technology in _asking(case.policy):
        purpose = case.policy.purposes[technology.purpose]
        if purpose.consent_mode in ("none", "opt-out"):
            where = case.at(f"purposes.{technology.purpose}.consent_mode")
            message = f"`{technology.name}` touches the device, yet {where} asks nobody before."
            yield Finding(path, message)
        elif purpose.consent_mode is None and purpose.basis not in (None, "consent"):
            where = case.at(f"purposes.{technology.purpose}.basis")
            message = f"`{technology.name}` touches the device, which needs consent, yet {where} is {purpose.basis}."
            yield Finding(path, message)


@rule(
    "TDDDG-ESSENTIAL",
    "eprivacy-5-3 tdddg-25-2",
    "A technology is called essential without saying why.",
    "Add `why_essential`: the function the visitor asked for that cannot do without it.",
    PROFILE,
)
def essential(case: Case) -> Iterator[Finding]:
    """The exception, unnamed."""
    for name, technology in case.policy.technologies.items():
        if technology.essential and technology.why_essential is None:
            message = f"`{technology.name}` is used without consent, and nothing says why it is strictly necessary."
            yield Finding(f"technologies.{name}", message)


@rule(
    "TDDDG-LIFETIME",
    "planet49 tdddg-25-1",
    "The statement does not say how long an entry on the device lasts.",
    "Add `lifetime_days` (0 = ends with the session).",
    PROFILE,
)
def lifetime(case: Case) -> Iterator[Finding]:
    """The lifetime of each lasting entry."""
    for path, technology in _asking(case.policy):
        if technology.kind in LASTING and technology.lifetime_days is None:
            yield Finding(path, f"nothing says how long `{technology.name}` lasts on the device.")


@rule(
    "TDDDG-THIRD-PARTY",
    "planet49 tdddg-25-1",
    "A third party has access to an entry on the device, and the purpose does not name it.",
    "Add the provider to the purpose's `recipients`.",
    PROFILE,
)
def third_party(case: Case) -> Iterator[Finding]:
    """Third parties with access, not named for the purpose the visitor is asked about."""
    for path, technology in _asking(case.policy):
        if technology.provider and technology.provider not in case.policy.purposes[technology.purpose].recipients:
            who, where = case.policy.recipients[technology.provider].name, case.at(f"purposes.{technology.purpose}")
            yield Finding(path, f"{who} has access to `{technology.name}`, yet {where} does not name it.")


@rule(
    "TDDDG-WAY-BACK",
    "gdpr-7-3 tdddg-25-1",
    "Visitors are asked for consent and find no control to change their answer.",
    "Add `[controls.change]`, a control on every page.",
    PROFILE,
)
def way_back(case: Case) -> Iterator[Finding]:
    """Withdrawal as easy as consent: a control on the page."""
    controls = case.policy.controls
    asking = [path for path, t in _asking(case.policy) if case.policy.purposes[t.purpose].consent_mode in (None, "ask")]
    if asking and controls.change is None and controls.reset is None:
        yield Finding("controls", f"consent is asked for {case.at(asking[0])}, and no control takes it back.")


@rule(
    "TDDDG-REFUSAL",
    "gdpr-7-4 tdddg-25-1",
    "Whoever refuses loses functions that do not need the refused technology.",
    "Set `systems.measurement.needs_cookies_for_functions = false` and make it true.",
    PROFILE,
)
def refusal(case: Case) -> Iterator[Finding]:
    """Refusal at a price, whether or not the statement claims otherwise."""
    measurement = case.policy.systems.measurement
    if measurement is not None and measurement.needs_cookies_for_functions:
        message = "functions of the site are lost without the cookies of measurement, which no function needs."
        yield Finding("systems.measurement.needs_cookies_for_functions", message)


@rule(
    "OPT-OUT-LIFE",
    "gdpr-5-1-a gdpr-12-1",
    "The statement promises an opt-out that lasts longer than any browser keeps a cookie (400 days).",
    "Set `systems.measurement.opt_out_days` to 400 or less; it is renewed at visits.",
)
def opt_out_life(case: Case) -> Iterator[Finding]:
    """An opt-out that cannot last as long as it is said to (RFC 6265bis, section 5.5)."""
    measurement = case.policy.systems.measurement
    if measurement is not None and (measurement.opt_out_days or 0) > BROWSER_DAYS:
        message = f"an opt-out is said to hold {measurement.opt_out_days} days; browsers drop it after {BROWSER_DAYS}."
        yield Finding("systems.measurement.opt_out_days", message)


@rule(
    "IMPRINT",
    "ddg-5",
    "The imprint of a provider in Germany is incomplete.",
    "Add what is missing under `[controller]`: address, `managed_by`, register court with number.",
    PROFILE,
)
def imprint(case: Case) -> Iterator[Finding]:
    """Imprint: address, who represents a legal person, register court with its number."""
    controller = case.policy.controller
    if "DE" not in (controller.country, *controller.establishments):
        return
    missing = [] if controller.address else ["address"]
    if controller.form is not None and not controller.managed_by:
        missing.append("who represents it (`managed_by`)")
    if (controller.register_court is None) != (controller.register_number is None):
        missing.append("register court and number together")
    if missing:
        yield Finding("controller", f"the imprint lacks: {', '.join(missing)}.")


RULES = (opt_out, device_unasked, consent, essential, lifetime, third_party, way_back, refusal, opt_out_life, imprint)
