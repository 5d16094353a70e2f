"""Profile `gdpr13`: what GDPR Art. 13 and 14 want said, element by element (`docs/reference/profile-gdpr13.md`)."""

import re
from collections.abc import Callable, Iterator

from zweck.policy.model import Purpose
from zweck.policy.rules.register import Case, Finding, rule
from zweck.policy.texts import Text, wordings

PROFILE = "gdpr13"
GROUND = re.compile(r"\bart\w*\.?\s*9\b|§+\s*22\s*BDSG", re.IGNORECASE)  # a ground for special categories, cited


def _is_cited(ground: re.Pattern[str], law: Text | None) -> bool:
    """Whether a citation names the ground, in every language it is given in."""
    return law is not None and all(ground.search(wording) for wording in wordings(law))


def _purposes(case: Case, wanting: Callable[[Purpose], bool], message: str) -> Iterator[Finding]:
    """One finding per purpose that lacks something."""
    for name, purpose in case.policy.purposes.items():
        if wanting(purpose):
            yield Finding(f"purposes.{name}", f"{case.named(purpose.name)}: {message}")


@rule(
    "GDPR13-DATE",
    "gdpr-5-2 gdpr-12-1",
    "The statement carries no date.",
    "Add `date`, the day from which this version holds.",
    PROFILE,
)
def dated(case: Case) -> Iterator[Finding]:
    """No date: nobody can tell which version was in force when."""
    if case.policy.date is None:
        yield Finding("date", "the statement carries no date, so nobody can tell which version held on a given day.")


@rule(
    "GDPR13-ADDRESS",
    "gdpr-13-1-a",
    "The controller has no postal address.",
    "Add `[controller.address]` with street, postcode, city and country.",
    PROFILE,
)
def address(case: Case) -> Iterator[Finding]:
    """Element 1(a): identity and contact details."""
    if case.policy.controller.address is None:
        yield Finding("controller", f"{case.policy.controller.name} is named without a postal address.")


@rule(
    "GDPR13-REPRESENTATIVE",
    "gdpr-27 gdpr-13-1-a",
    "The controller sits outside the Union and names no representative in it.",
    "Add `[controller.representative]`, or say in `representative_not_required` why Art. 27(2) spares you one.",
    PROFILE,
)
def representative(case: Case) -> Iterator[Finding]:
    """Element 1(a): the representative of a controller without a seat in the Union."""
    controller = case.policy.controller
    named = controller.representative is not None or controller.representative_not_required is not None
    if not named and not case.is_settled_in_the_union:
        message = f"the controller sits in {controller.country} and names no representative in the Union."
        yield Finding("controller.country", message)


@rule(
    "GDPR13-DPO",
    "gdpr-37 gdpr-13-1-b",
    "No data protection officer is named, and no reason is given.",
    "Add `[controller.dpo]` with a way to reach them, or say in `dpo_not_required` why the law asks for none.",
    PROFILE,
)
def dpo(case: Case) -> Iterator[Finding]:
    """Element 1(b): the data protection officer, and how to reach them."""
    officer = case.policy.controller.dpo
    if officer is None and case.policy.controller.dpo_not_required is None:
        yield Finding("controller", "no data protection officer is named, nor why none is required.")
    elif officer is not None and not (officer.email or officer.address or officer.url):
        yield Finding("controller.dpo", "the data protection officer is named without any way to reach them.")


@rule(
    "GDPR13-PURPOSE",
    "gdpr-13-1-c gdpr-5-1-b",
    "Data are asked for without saying what for.",
    "Declare the purpose, and let the form say it (`says_why = true`).",
    PROFILE,
)
def purpose(case: Case) -> Iterator[Finding]:
    """Element 1(c): the purposes; also those of each form."""
    for name, form in case.policy.forms.items():
        if not form.says_why:
            yield Finding(f"forms.{name}.says_why", f"{case.named(form.name)} asks for data without saying what for.")
        undeclared = [d for d in form.asks if d not in case.policy.purposes[form.purpose].data]
        if undeclared:
            where = case.at(f"purposes.{form.purpose}")
            message = f"{case.named(form.name)} asks for {', '.join(undeclared)}, which {where} does not need."
            yield Finding(f"forms.{name}.asks", message)


@rule(
    "GDPR13-BASIS",
    "gdpr-13-1-c gdpr-6-1",
    "A purpose has no legal basis.",
    "Add `basis`: one of consent, contract, legal-obligation, vital-interests, public-task, legitimate-interest.",
    PROFILE,
)
def basis(case: Case) -> Iterator[Finding]:
    """Element 1(c): the legal basis of each purpose."""
    yield from _purposes(case, lambda p: p.basis is None, "no legal basis is named.")


@rule(
    "GDPR9-GROUND",
    "gdpr-9-2 gdpr-13-1-c",
    "Data of a special category are held without a ground under Art. 9(2).",
    'Rest the purpose on explicit consent (`basis = "consent"`), or cite the letter of Art. 9(2) in `law`.',
    PROFILE,
)
def special_ground(case: Case) -> Iterator[Finding]:
    """Special categories need a ground of their own beside the basis."""
    special = {name for name, datum in case.policy.data.items() if datum.special}
    for name, purpose in case.policy.purposes.items():
        held = [datum for datum in purpose.data if datum in special]
        if held and purpose.basis != "consent" and not _is_cited(GROUND, purpose.law):
            message = f"{case.named(purpose.name)}: {', '.join(held)} are of a special category; no ground is named."
            yield Finding(f"purposes.{name}", message)


@rule(
    "GDPR13-INTEREST",
    "gdpr-13-1-d",
    "A purpose rests on a legitimate interest that is not named.",
    "Add `interest`, and in `balancing` why it outweighs those of the persons concerned.",
    PROFILE,
)
def interest(case: Case) -> Iterator[Finding]:
    """Element 1(d): the legitimate interest, named."""
    wanting = "it rests on a legitimate interest, which is not named."
    yield from _purposes(case, lambda p: p.basis == "legitimate-interest" and p.interest is None, wanting)


@rule(
    "GDPR13-RECIPIENT",
    "gdpr-13-1-e",
    "Somebody works with the data, and the statement does not say what they receive.",
    "List what it gets in the recipient's `receives`.",
    PROFILE,
)
def recipient(case: Case) -> Iterator[Finding]:
    """Element 1(e): a provider that hosts, sends or measures receives data, whatever is declared."""
    systems = case.policy.systems
    users = [(f"places.{name}.provider", place.provider) for name, place in case.policy.places.items()]
    for name in ("company_visits", "measurement", "mail", "payment"):
        users.append((f"systems.{name}.provider", getattr(getattr(systems, name), "provider", None)))
    for path, provider in users:
        if provider is not None and not case.policy.recipients[provider].receives:
            who = case.policy.recipients[provider].name
            message = f"{who} is said to receive nothing, yet {case.at(path)} puts data into its hands."
            yield Finding(f"recipients.{provider}", message)


@rule(
    "GDPR13-TRANSFER",
    "gdpr-13-1-f gdpr-44",
    "Data go to a third country, and no safeguard is named.",
    "Name a mechanism in the recipient's `mechanism`, or choose a recipient in a country found adequate.",
    PROFILE,
)
def transfer(case: Case) -> Iterator[Finding]:
    """Element 1(f): a recipient in a third country without any mechanism."""
    for _, path, receiver in case.receiving():
        if receiver.mechanism is None and not case.law.is_free(receiver.country, case.on):
            message = f"{receiver.name} receives data in {receiver.country}, and no safeguard is named."
            yield Finding(path, message)


@rule(
    "GDPR13-SAFEGUARD-COPY",
    "gdpr-13-1-f",
    "The statement rests a transfer on contracts or rules, and does not say where a copy can be had.",
    "Add `copy_at` (or a `url`) to the mechanism.",
    PROFILE,
)
def safeguard_copy(case: Case) -> Iterator[Finding]:
    """Element 1(f): the copy of the safeguard."""
    for name, mechanism in case.policy.mechanisms.items():
        if mechanism.kind in ("scc", "bcr") and mechanism.copy_at is None and mechanism.url is None:
            message = f"{case.named(mechanism.name)}: nothing says where a copy can be had."
            yield Finding(f"mechanisms.{name}", message)


@rule(
    "GDPR13-PERIOD",
    "gdpr-13-2-a gdpr-5-1-e",
    "Data are held for a purpose, and no period is given.",
    "Name a class in the purpose's `retention` and declare it under `[[retention]]`, in days or years.",
    PROFILE,
)
def period(case: Case) -> Iterator[Finding]:
    """Element 2(a): the period of storage of each purpose, and of the logs."""
    personal = {name for name, datum in case.policy.data.items() if datum.personal}
    message = "personal data are held, and nothing says how long."
    yield from _purposes(case, lambda p: p.retention is None and bool(personal.intersection(p.data)), message)
    log = case.policy.systems.security_log
    if log is not None and log.days is None:
        yield Finding("systems.security_log", "the security log keeps addresses, and nothing says how long.")


@rule(
    "GDPR13-MANDATORY",
    "gdpr-13-2-e",
    "People give data, and the statement does not say whether they must, or what follows if they do not.",
    "Add `mandatory`, and where it is true `consequence`.",
    PROFILE,
)
def mandatory(case: Case) -> Iterator[Finding]:
    """Element 2(e): whether data must be given, and what follows."""
    given = {name for name, datum in case.policy.data.items() if datum.personal and datum.source == "person"}
    unsaid = "people give data, and nothing says whether they must."
    yield from _purposes(case, lambda p: p.mandatory is None and bool(given.intersection(p.data)), unsaid)
    message = "the data must be given, and nothing says what follows if they are not."
    yield from _purposes(case, lambda p: p.mandatory is True and p.consequence is None, message)


@rule(
    "GDPR13-AUTOMATED",
    "gdpr-13-2-f",
    "The statement does not say whether machines decide alone.",
    "Add `automated_decision = false` (or true) to each purpose.",
    PROFILE,
)
def automated(case: Case) -> Iterator[Finding]:
    """Element 2(f): automated decisions; "none" is an answer, silence is not."""
    silent = [name for name, purpose in case.policy.purposes.items() if purpose.automated_decision is None]
    if silent:
        yield Finding(f"purposes.{silent[0]}", f"nothing says whether machines decide alone: {', '.join(silent)}.")


@rule(
    "GDPR13-SOURCE",
    "gdpr-14-1",
    "Data come from elsewhere than the person, and the statement does not treat them so.",
    "Set `about_companies = true` on the purpose, so that categories and source are told, and give each datum its "
    "`source`.",
    PROFILE,
)
def source(case: Case) -> Iterator[Finding]:
    """Art. 14: categories and source of data not obtained from the person."""
    foreign = {name for name, datum in case.policy.data.items() if datum.source in ("public", "third-party")}
    for name, purpose in case.policy.purposes.items():
        taken = [datum for datum in purpose.data if datum in foreign]
        if taken and not purpose.about_companies:
            message = f"{case.named(purpose.name)}: {', '.join(taken)} do not come from the person (Art. 14)."
            yield Finding(f"purposes.{name}", message)


RULES = (
    dated,
    address,
    representative,
    dpo,
    purpose,
    basis,
    special_ground,
    interest,
    recipient,
    transfer,
    safeguard_copy,
    period,
    mandatory,
    automated,
    source,
)
