"""All proofs of this room."""

from zweck.promises.register import register
from zweck.promises.values import Proof
from zweck.proof.checks import (
    complete_words,
    content_policy,
    contracts,
    cookies,
    headers,
    languages,
    links,
    marks,
    measures,
    published,
    scope,
    servers,
    skip_link,
    third_party,
    tls,
)
from zweck.proof.checks.consent import asked, before, controls, free, lasts, listed, parity, recorded, taken_back
from zweck.proof.checks.forms import only_for, says_why
from zweck.proof.checks.geolocation import alone, forgotten, proposed, told
from zweck.proof.checks.leaving import connections
from zweck.proof.checks.lists import asked as asked_by_mail
from zweck.proof.checks.lists import gone, offered, ways_out
from zweck.proof.checks.mail import exempt, in_matter
from zweck.proof.checks.measurement import addresses, blocked, contacted, more, nameless, opting_out, permitted
from zweck.proof.checks.places import where

# They need a site that asks and measures: most act on the drill.
ACTING: tuple[Proof, ...] = (
    asked.ASKS,
    asked.REASON,
    before.PROOF,
    parity.PROOF,
    free.PROOF,
    controls.CHANGE,
    controls.RESET,
    taken_back.PROOF,
    lasts.PROOF,
    recorded.PROOF,
    listed.LISTED,
    listed.NONE,
    contacted.PROVIDER,
    permitted.PERMISSION,
    contacted.COOKIES,
    contacted.NO_COOKIE,
    addresses.CUT_FIRST,
    addresses.FULL_ADDRESS,
    addresses.CUT_ALWAYS,
    blocked.PROOF,
    permitted.SIGNALLED,
    opting_out.OUT,
    opting_out.STATUS,
    opting_out.LASTS,
    more.PROOF,
    nameless.PROOF,
)
# They look at where an installation lies, and at what leaves it.
RESTING: tuple[Proof, ...] = (
    where.WHERE,
    where.ONLY,
    connections.LISTED,
    connections.NONE,
    connections.NOT_PASSED_ON,
)
# They look at what an address tells of a country.
TOLD: tuple[Proof, ...] = (
    told.PRECISION,
    told.REAL_TIME,
    alone.PROOF,
    proposed.CURRENCY,
    proposed.PLACE,
    forgotten.PROOF,
)
# They act on a marketing list of the drill.
LISTED: tuple[Proof, ...] = (
    asked_by_mail.PROOF,
    ways_out.PROOF,
    gone.AT_ONCE,
    gone.INSTRUCTED,
    gone.REVOKE,
    offered.PROOF,
)
# They look at the mails that somebody gets.
MAILED: tuple[Proof, ...] = (in_matter.PROOF, exempt.PROOF)
# They look at the forms, and send them on the drill.
GIVING: tuple[Proof, ...] = (says_why.PROOF, only_for.PROOF)
PROOFS: tuple[Proof, ...] = (
    skip_link.PROOF,
    languages.PROOF,
    complete_words.PROOF,
    published.CHANGES_PUBLISHED,
    published.AS_ARCHIVED,
    marks.PROOF,
    scope.WEBSITE,
    scope.ELSEWHERE,
    headers.PROOF,
    content_policy.PROOF,
    third_party.PROOF,
    cookies.PROOF,
    contracts.PROOF,
    links.PROOF,
    tls.PROOF,
    servers.PROOF,
    measures.PROOF,
    *ACTING,
    *RESTING,
    *TOLD,
    *MAILED,
    *GIVING,
    *LISTED,
)


def register_all() -> None:
    """Take them into the register."""
    for proof in PROOFS:
        register(proof)
