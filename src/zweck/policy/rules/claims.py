"""General sentences against declared facts: where data rest, who receives them, what the list holds."""

from collections.abc import Iterator
from itertools import combinations

from zweck.policy.claims import Claim
from zweck.policy.rules.register import Case, Finding, rule

TRUE_SENTENCES = "gdpr-5-1-a gdpr-12-1"


def _unnamed_recipients(case: Case, claim: Claim) -> list[str]:
    """Recipients that receive data and that the sentence does not name, each with its place in the file."""
    return [
        f"{recipient.name}, {case.at(path)}"
        for name, path, recipient in case.receiving()
        if name not in claim.recipients
    ]


@rule(
    "CLAIM-STORED-ONLY-IN",
    f"{TRUE_SENTENCES} gdpr-13-1-f",
    "The statement says that data rest only in certain places; another declared place holds data too.",
    "Name every place in the claim's `places`, or stop storing data in the others.",
)
def stored_only_in(case: Case) -> Iterator[Finding]:
    """Promise "only in A" against a declared place B."""
    for path, claim in case.says("stored-only-in"):
        others = [p for p in case.policy.places if p not in claim.places]
        if others:
            named = ", ".join(case.named(case.policy.places[p].name) for p in claim.places) or "no place"
            facts = "; ".join(f"{case.named(case.policy.places[p].name)}, {case.at(f'places.{p}')}" for p in others)
            yield Finding(
                f"{path}.says", f"The statement says that data rest only in {named}, yet they also rest in: {facts}."
            )


@rule(
    "CLAIM-STORED-PROVIDERS",
    f"{TRUE_SENTENCES} gdpr-13-1-f",
    "The statement says that data rest only in certain places; providers keep data on machines of their own elsewhere.",
    "List the providers that keep data themselves in the claim's `recipients`, so that the sentence excepts them by "
    "name, or declare the place each of them keeps data in and add it to `places`.",
)
def stored_by_providers(case: Case) -> Iterator[Finding]:
    """Promise "only in A" against providers whose machines stand outside A."""
    for path, claim in case.says("stored-only-in"):
        hosts = {case.policy.places[p].provider for p in claim.places}
        facts = [
            f"{recipient.name} ({recipient.country}), {case.at(where)}"
            for name, where, recipient in case.receiving()
            if name not in hosts and name not in claim.recipients
        ]
        if facts:
            start = (
                "The statement confines data to named places, yet these providers receive data and host none of them"
            )
            yield Finding(f"{path}.says", f"{start}: {'; '.join(facts)}.")


@rule(
    "CLAIM-NO-THIRD-PARTIES",
    f"{TRUE_SENTENCES} gdpr-13-1-e",
    "The statement says that nothing is passed on; declared recipients receive data.",
    "List the recipients in the claim's `recipients`, so that the sentence reads “to nobody but …”. That processors "
    "are no third parties in law (GDPR Art. 4(10)) does not help: to a reader they are, and Art. 4(9) calls them "
    "recipients.",
)
def no_third_parties(case: Case) -> Iterator[Finding]:
    """Promise "to no third party" against recipients."""
    for path, claim in case.says("no-third-parties"):
        if facts := _unnamed_recipients(case, claim):
            message = f"The statement says that nothing is passed on, yet data are received by: {'; '.join(facts)}."
            yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-ONWARD-FORMAL",
    TRUE_SENTENCES,
    "The statement calls its clause on onward transfer a mere form, because nothing is passed on; data are.",
    "Remove the sentence that calls the clause a form; the clause is needed as it stands.",
)
def onward_clause_formal(case: Case) -> Iterator[Finding]:
    """Promise "the clause is only here for form" against recipients."""
    for path, claim in case.says("onward-clause-formal"):
        if facts := _unnamed_recipients(case, claim):
            message = (
                f"The statement says that the clause has no occasion, yet data are passed on to: {'; '.join(facts)}."
            )
            yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-ADDRESSES-PASSED-ON",
    f"{TRUE_SENTENCES} gdpr-13-1-e",
    "The statement says that e-mail addresses reach no third party; a recipient receives them.",
    "List in the claim's `recipients` who handles the addresses for you, or take the address from what they receive.",
)
def addresses_passed_on(case: Case) -> Iterator[Finding]:
    """Promise "addresses are not passed on" against a recipient of the datum `email`."""
    for path, claim in case.says("addresses-not-passed-on"):
        facts = [
            f"{recipient.name}, {case.at(f'{where}.receives')}"
            for name, where, recipient in case.receiving()
            if name not in claim.recipients and any("email" in datum.split("-") for datum in recipient.receives)
        ]
        if facts:
            message = (
                f"The statement says that e-mail addresses reach no third party, yet they reach: {'; '.join(facts)}."
            )
            yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-PURPOSES-INCOMPLETE",
    "gdpr-5-1-b gdpr-13-1-c",
    "The statement says that it names every purpose; a system works without one.",
    "Declare the purpose, and name it in the system's `purpose`.",
)
def purposes_incomplete(case: Case) -> Iterator[Finding]:
    """Promise "no purpose but these" against systems without a purpose."""
    systems = case.policy.systems
    used = (("company_visits", systems.company_visits), ("measurement", systems.measurement))
    for path, _ in case.says("purposes-are-complete"):
        facts = [case.at(f"systems.{name}") for name, system in used if system is not None and system.purpose is None]
        if facts:
            message = f"The statement says that it names every purpose, yet none is named for {'; '.join(facts)}."
            yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-RECOURSE-NOT-FREE",
    TRUE_SENTENCES,
    "The statement calls the dispute body free of charge; it is declared as charging the complainant.",
    "Contract a body that costs the complainant nothing, or drop the claim.",
)
def recourse_not_free(case: Case) -> Iterator[Finding]:
    """Promise "costs you nothing" against the declared body."""
    dispute = case.policy.recourse.dispute
    for path, _ in case.says("recourse-free"):
        if dispute is None:
            yield Finding(
                f"{path}.says", "The statement promises a free dispute body, yet `recourse.dispute` names none."
            )
        elif not dispute.free_of_charge:
            where = case.at("recourse.dispute.free_of_charge")
            yield Finding(
                f"{path}.says", f"The statement promises that {dispute.name} is free, yet {where} says it is not."
            )


@rule(
    "CLAIM-LIABILITY-UNFOUNDED",
    f"{TRUE_SENTENCES} gdpr-28-3",
    "The statement answers for those who act for it; a processor works without a contract.",
    "Conclude the contract and enter its day as `contract_on`.",
)
def liability_unfounded(case: Case) -> Iterator[Finding]:
    """Promise "we answer for our agents" against agents bound by nothing."""
    for path, _ in case.says("liable-for-agents"):
        facts = [
            f"{recipient.name}, {case.at(where)}"
            for _, where, recipient in case.receiving()
            if recipient.role == "processor" and recipient.contract_on is None
        ]
        if facts:
            message = f"The statement answers for those who act for us, yet no contract binds: {'; '.join(facts)}."
            yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-PAYMENT-DATA-HERE",
    TRUE_SENTENCES,
    "The statement says that payment data never rest on our systems; the payment set-up brings them there.",
    'Let the provider ask for payment data (`integration` "redirect" or "frame"), store none, or drop the claim.',
)
def payment_data_here(case: Case) -> Iterator[Finding]:
    """Promise "not on our systems" against the payment set-up."""
    payment = case.policy.systems.payment
    for path, _ in case.says("payment-data-not-here"):
        if payment is not None and (payment.stores_payment_data or payment.integration == "own-form"):
            key = "stores_payment_data" if payment.stores_payment_data else "integration"
            fact = "our systems store them" if payment.stores_payment_data else "a form of our own takes them"
            where = case.at(f"systems.payment.{key}")
            yield Finding(f"{path}.says", f"The statement says that payment data never rest here, yet {fact}: {where}.")


@rule(
    "CLAIM-MARKETING-UNASKED",
    f"{TRUE_SENTENCES} gdpr-6-1",
    "The statement says that only those who asked are on the marketing list; the list takes others.",
    'Set `opt_in` of the marketing purpose to "double" (or "form"), with a form of its own.',
)
def marketing_unasked(case: Case) -> Iterator[Finding]:
    """Promise "only if you ask" against how the list is filled."""
    mail = case.policy.systems.mail
    for path, _ in case.says("marketing-only-if-asked"):
        if mail is not None and mail.marketing is not None:
            purpose = case.policy.purposes[mail.marketing]
            if purpose.opt_in in (None, "none"):
                where = case.at(f"purposes.{mail.marketing}")
                message = f"The statement says that the list holds only who asked, yet {where} declares no opt-in."
                yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-TWO-WAYS",
    TRUE_SENTENCES,
    "The statement makes one claim twice: once as a condition, once as a fact.",
    "Keep the one that is true.",
)
def two_ways(case: Case) -> Iterator[Finding]:
    """The same sentence once with "if switched on", once without."""
    for (first, one), (second, other) in combinations(enumerate(case.policy.claims), 2):
        if (one.says, one.system) == (other.says, other.system) and one.conditional != other.conditional:
            bare, hedged = (first, second) if other.conditional else (second, first)
            where = case.at(f"claims[{hedged}]")
            message = f"The statement asserts `{one.says}` as a fact, yet {where} makes it a condition."
            yield Finding(f"claims[{bare}].says", message)


RULES = (
    stored_only_in,
    stored_by_providers,
    no_third_parties,
    onward_clause_formal,
    addresses_passed_on,
    purposes_incomplete,
    recourse_not_free,
    liability_unfounded,
    payment_data_here,
    marketing_unasked,
    two_ways,
)
