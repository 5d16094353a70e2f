"""The closed list of general sentences an operator may make; the linter holds each against the declared facts."""

from typing import Literal

from zweck.policy.texts import Slug, Table

ClaimName = Literal[
    "stored-only-in",  # data rest in `places` and nowhere else
    "no-third-parties",  # nothing is passed on, unless law compels
    "addresses-not-passed-on",  # e-mail addresses reach no third party
    "only-domain-recognised",  # a visit shows us the domain, nothing else
    "place-never-stored",  # the visitor's place is neither logged nor stored
    "consent-before-device",  # nothing non-essential before the visitor answers
    "consent-before-data",  # explicit consent before any personal data
    "refusal-costs-nothing",  # refusing takes no function away
    "no-activity-profiles",  # no profiles of users or of their activity
    "tracker-never-personal",  # the company tracker cannot tell of a person
    "no-cookie",  # the system works without touching the device
    "addresses-cut-first",  # addresses are cut before anything else sees them
    "addresses-not-merged",  # addresses are not merged with other data
    "payment-data-not-here",  # payment data never rest on our systems
    "marketing-only-if-asked",  # the marketing list holds who asked for it
    "recourse-free",  # the dispute body costs the complainant nothing
    "liable-for-agents",  # we answer for those who act for us
    "onward-clause-formal",  # "… is only here for form, as nothing is passed on"
    "purposes-are-complete",  # no purpose but the declared
]


class Claim(Table):
    """One general sentence. Which further keys it takes depends on `says`."""

    says: ClaimName  # which sentence
    places: list[Slug] = []  # ids of the places it speaks of
    recipients: list[Slug] = []  # ids of the recipients it speaks of or excepts
    # the system it speaks of
    system: Literal["security_log", "company_visits", "measurement", "mail", "payment"] | None = None
    conditional: bool = False  # the text says "if switched on"
