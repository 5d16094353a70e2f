"""Mail: in whose matter we write, who is on the marketing list, and how to leave it."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claim, claimed
from zweck.policy.sentences import Sentence
from zweck.policy.systems import Mail


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Matters, the marketing list, and that addresses stay here."""
    mail = policy.systems.mail
    if mail is None:
        return
    if mail.matters:
        matters = [pen.words.say("format.quoted", text=pen.purpose(id)) for id in mail.matters]
        yield pen.write("mail.in-matter", matters=pen.words.choice(matters))
    if mail.marketing:
        yield from _marketing(mail, mail.marketing, policy, pen)
    nobody = claim(policy, "addresses-not-passed-on")
    if nobody:
        others = pen.except_for(nobody.recipients)
        on_behalf = all(policy.recipients[id].role == "processor" for id in nobody.recipients)
        variant = ("except" if on_behalf else "except-others") if others else "claimed"
        yield pen.write("mail.not-passed-on", variant, others=others)
    elif mail.provider:
        yield pen.write("mail.not-passed-on", "provider", provider=pen.recipient(mail.provider))


def _marketing(mail: Mail, list_of: str, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    if claimed(policy, "marketing-only-if-asked"):
        double = policy.purposes[list_of].opt_in == "double"
        yield pen.write("mail.marketing-asked", "double" if double else "form")
    yield pen.write("mail.cancel", "one-click" if mail.one_click else "link")
    yield pen.write("mail.at-once", mail.unsubscribe)
    if mail.rights_mailbox:
        yield pen.write("mail.instructed", contact=pen.contact())
    if mail.matters:
        yield pen.write("mail.exempt")
