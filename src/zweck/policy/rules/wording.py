"""What the text says of rights, controls and links, against what stands behind it."""

from collections.abc import Iterator

from zweck.policy.rules.register import Case, Finding, rule

AUDIENCES = {"eu-citizens": "citizens of the Union", "eu-residents": "residents of the Union"}


@rule(
    "RIGHTS-AUDIENCE",
    "gdpr-1-2",
    "Rights are kept for citizens or residents of the Union.",
    'Set it to "gdpr" or "everyone": the law asks neither for a passport nor for a residence.',
)
def audience(case: Case) -> Iterator[Finding]:
    """Rights bound to citizenship or residence."""
    for key in ("audience", "new_purpose_asks"):
        who = AUDIENCES.get(getattr(case.policy.rights, key))
        if who:
            yield Finding(f"rights.{key}", f"grants it to {who} only; the GDPR protects everybody within its scope.")


@rule(
    "RIGHTS-CONDITION",
    "gdpr-16 gdpr-17-1",
    "Correction or erasure is granted only for data shown to be wrong.",
    'Set `condition = "none"`; whoever doubts a correction examines it, and erasure has grounds of its own.',
)
def condition(case: Case) -> Iterator[Finding]:
    """Correction, or worse erasure, only if demonstrably wrong."""
    for name in ("rectification", "erasure"):
        right = case.policy.rights.granted.get(name)
        if right is not None and right.condition == "demonstrably-wrong":
            message = f"{name} is granted only for data shown to be wrong; the law sets no such condition."
            yield Finding(f"rights.granted.{name}", message)


@rule(
    "RIGHTS-HEADING",
    "gdpr-12-1 gdpr-21",
    "A heading names a right that the section never grants.",
    "Grant the right under `[rights.granted]`, or take it from the heading.",
)
def heading(case: Case) -> Iterator[Finding]:
    """A right in the heading, not in the text."""
    for place, right in enumerate(case.policy.rights.heading):
        told = right in case.policy.rights.granted or (right == "complaint" and case.policy.recourse.authority)
        if not told:
            yield Finding(
                f"rights.heading[{place}]", f"the heading names {right}; {case.at('rights.granted')} does not."
            )


@rule(
    "CONTROL-LABEL",
    "gdpr-12-1 gdpr-7-3",
    "The text names a control otherwise than the page does.",
    "Let both read the same.",
)
def label(case: Case) -> Iterator[Finding]:
    """The text's name for a control against the label on the page, in every language."""
    for name in ("change", "reset", "opt_out"):
        control = getattr(case.policy.controls, name)
        if control is not None and control.named != control.labelled:
            named, labelled = case.named(control.named), case.named(control.labelled)
            where = case.at(f"controls.{name}.labelled")
            message = f"the text sends readers to “{named}”; the page offers “{labelled}”, {where}."
            yield Finding(f"controls.{name}.named", message)


@rule(
    "OPT-OUT-STATUS",
    "gdpr-5-1-a gdpr-12-1",
    "The statement prints the state of the opt-out as a fixed sentence.",
    'Set `systems.measurement.opt_out_status = "live"` and read the state from the visitor\'s device, or print none.',
)
def status(case: Case) -> Iterator[Finding]:
    """A status line that is the same for everybody."""
    measurement = case.policy.systems.measurement
    if measurement is not None and measurement.opt_out_status == "printed":
        message = "the opt-out is said to be set for every reader, whether or not it is."
        yield Finding("systems.measurement.opt_out_status", message)


@rule(
    "LINK-PLAIN-HTTP",
    "gdpr-32-1",
    "A link leads over an unencrypted connection.",
    "Use the https address.",
)
def plain_http(case: Case) -> Iterator[Finding]:
    """Every address the statement prints."""
    policy, controller, recourse = case.policy, case.policy.controller, case.policy.recourse
    urls: list[tuple[str, str | None]] = [(f"links.{name}.url", link.url) for name, link in policy.links.items()]
    urls += [(f"scope.elsewhere[{n}].url", other.url) for n, other in enumerate(policy.scope.elsewhere)]
    urls += [(f"recipients.{name}.url", recipient.url) for name, recipient in policy.recipients.items()]
    urls += [(f"mechanisms.{name}.url", mechanism.url) for name, mechanism in policy.mechanisms.items()]
    parties = (
        ("controller.representative", controller.representative),
        ("controller.dpo", controller.dpo),
        ("recourse.authority", recourse.authority),
        ("recourse.dispute", recourse.dispute),
    )
    urls += [(f"{path}.url", party.url) for path, party in parties if party is not None]
    for path, url in urls:
        if url is not None and url.startswith("http://"):
            yield Finding(path, f"the connection to {url} is not encrypted.")


RULES = (audience, condition, heading, label, status, plain_http)
