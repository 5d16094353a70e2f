"""Profile `dpf`: what the Notice principle wants said (`docs/reference/profile-dpf.md`).

It speaks where the policy chose it, or where a mechanism says that the controller itself is certified.
"""

from collections.abc import Iterator

from zweck.policy.model import Mechanism
from zweck.policy.rules.register import Case, Finding, rule

PROFILE = "dpf"


def _own(case: Case) -> Iterator[tuple[str, Mechanism]]:
    """The mechanisms under which the controller itself is certified; a recipient's certification is not its own."""
    for name, mechanism in case.policy.mechanisms.items():
        if mechanism.kind == "dpf" and mechanism.certified:
            yield f"mechanisms.{name}", mechanism


@rule(
    "DPF-LIST-LINK",
    "dpf-notice",
    "Element i: no link to the list of the framework.",
    "Add the address of the Data Privacy Framework List as the mechanism's `url`.",
    PROFILE,
)
def list_link(case: Case) -> Iterator[Finding]:
    """Element i, participation and link."""
    for path, mechanism in _own(case):
        if mechanism.url is None:
            yield Finding(path, "participation is stated without a link to the Data Privacy Framework List.")


@rule(
    "DPF-COMMITMENT",
    "dpf-notice",
    "Element iii: no commitment to the Principles.",
    "Certify and set `certified = true`, or take the profile out: without certification the framework cannot be used.",
    PROFILE,
)
def commitment(case: Case) -> Iterator[Finding]:
    """Element iii, the commitment."""
    if not any(_own(case)):
        yield Finding("profiles", "no mechanism declares that the organisation is certified under the framework.")


@rule(
    "DPF-DATA-TYPES",
    "dpf-notice",
    "Element ii: a purpose does not say which types of data it takes.",
    "List the data of each purpose in `data`.",
    PROFILE,
)
def data_types(case: Case) -> Iterator[Finding]:
    """Element ii, the types of data."""
    for name, purpose in case.policy.purposes.items():
        if not purpose.data:
            yield Finding(f"purposes.{name}", f"{case.named(purpose.name)}: no type of data is named.")


@rule(
    "DPF-RECIPIENTS",
    "dpf-notice",
    "Element vi: a recipient is named without the purpose it serves.",
    "Say in `does` what the recipient does, or name it in the purpose's `recipients`.",
    PROFILE,
)
def recipients(case: Case) -> Iterator[Finding]:
    """Element vi, third parties and the purposes of disclosure."""
    serving = {r for purpose in case.policy.purposes.values() for r in purpose.recipients}
    for name, path, recipient in case.receiving():
        if recipient.does is None and name not in serving:
            yield Finding(path, f"{recipient.name} receives data, and nothing says what for.")


@rule(
    "DPF-ACCESS",
    "dpf-notice",
    "Element vii: no right of access.",
    "Add `access` under `[rights.granted]`.",
    PROFILE,
)
def access(case: Case) -> Iterator[Finding]:
    """Element vii, access."""
    if "access" not in case.policy.rights.granted:
        yield Finding("rights.granted", "the right of access is not named.")


@rule(
    "DPF-CHOICES",
    "dpf-notice",
    "Element viii: no choice and means to limit use and disclosure.",
    "Add `objection` or `withdrawal` under `[rights.granted]`, with the means in `how`.",
    PROFILE,
)
def choices(case: Case) -> Iterator[Finding]:
    """Element viii, choices: a right, and the means to use it."""
    granted = case.policy.rights.granted
    means = [right for right in ("objection", "withdrawal") if right in granted and granted[right].how]
    if not means:
        yield Finding("rights.granted", "nothing tells by which means use and disclosure can be limited.")


@rule(
    "DPF-RECOURSE",
    "dpf-notice",
    "Element ix: no independent dispute body, free of charge.",
    "Add `[recourse.dispute]`: the panel of the authorities, or a provider in the Union or the USA, free of charge.",
    PROFILE,
)
def recourse(case: Case) -> Iterator[Finding]:
    """Element ix, the dispute body."""
    dispute = case.policy.recourse.dispute
    if dispute is None:
        yield Finding("recourse", "no independent dispute body is named.")
    elif not dispute.free_of_charge:
        yield Finding("recourse.dispute", f"{dispute.name} charges the complainant.")


@rule(
    "DPF-ENFORCEMENT",
    "dpf-notice",
    "Element x: no word on who investigates and enforces.",
    "Name the FTC, the Department of Transportation or another body in the mechanism's `enforcement`.",
    PROFILE,
)
def enforcement(case: Case) -> Iterator[Finding]:
    """Element x, enforcement powers."""
    for path, mechanism in _own(case):
        if mechanism.enforcement is None:
            yield Finding(path, "nothing says to whose powers of investigation the organisation is subject.")


@rule(
    "DPF-ARBITRATION",
    "dpf-notice",
    "Element xi: no word on binding arbitration.",
    "Set `recourse.dispute.binding_arbitration = true`.",
    PROFILE,
)
def arbitration(case: Case) -> Iterator[Finding]:
    """Element xi, binding arbitration."""
    dispute = case.policy.recourse.dispute
    if dispute is not None and not dispute.binding_arbitration:
        yield Finding("recourse.dispute", "nothing says that binding arbitration can be invoked under conditions.")


@rule(
    "DPF-LAWFUL-REQUESTS",
    "dpf-notice",
    "Element xii: no word on disclosure to public authorities.",
    'Declare a recipient with `role = "authority"`.',
    PROFILE,
)
def lawful_requests(case: Case) -> Iterator[Finding]:
    """Element xii, lawful requests by public authorities."""
    if not any(recipient.role == "authority" for recipient in case.policy.recipients.values()):
        yield Finding("recipients", "nothing says that authorities may lawfully require disclosure.")


@rule(
    "DPF-LIABILITY",
    "dpf-notice",
    "Element xiii: no word on liability for onward transfer.",
    "Set the mechanism's `onward_liability = true`.",
    PROFILE,
)
def liability(case: Case) -> Iterator[Finding]:
    """Element xiii, liability for onward transfer."""
    for path, mechanism in _own(case):
        if not mechanism.onward_liability:
            yield Finding(path, "nothing says that the organisation answers for onward transfers.")


@rule(
    "DPF-RECERTIFICATION",
    "dpf-requirements",
    "Nothing says until when the certification runs.",
    "Add `certified_until`; the certification is renewed every year.",
    PROFILE,
)
def recertification(case: Case) -> Iterator[Finding]:
    """The yearly renewal."""
    for path, mechanism in _own(case):
        if mechanism.certified_until is None:
            yield Finding(path, "the certification is declared without its end, so nobody notices when it lapses.")


@rule(
    "DPF-45-DAYS",
    "dpf-requirements",
    "Complaints are not promised an answer within 45 days.",
    "Set `recourse.answer_complaints_days` to 45 or less.",
    PROFILE,
)
def days(case: Case) -> Iterator[Finding]:
    """The answer to complaints."""
    within = case.policy.recourse.answer_complaints_days
    if within is None or within > 45:
        promised = f"in {within} days" if within else "without a limit"
        yield Finding("recourse", f"complaints are answered {promised}; 45 days are the limit.")


RULES = (
    list_link,
    data_types,
    commitment,
    recipients,
    access,
    choices,
    recourse,
    enforcement,
    arbitration,
    lawful_requests,
    liability,
    recertification,
    days,
)
