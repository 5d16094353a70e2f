"""Purposes: what each is for, on which basis, with which data, and what binds us to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from zweck.policy.model import Form, Policy, Purpose
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claimed
from zweck.policy.sentences import Sentence

# Which source row each kind of form answers.
ROWS: Mapping[str, tuple[str, ...]] = {"trial": ("P03",), "enquiry": ("P05",), "newsletter": ("P06",), "generic": ()}
SIX = re.compile(r"\bart\w*\.?\s*6\b", re.IGNORECASE)


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """The closed list, each purpose, what binds us, and how a permission ends."""
    if claimed(policy, "purposes-are-complete"):
        yield pen.write("purpose.closed")
    for id, purpose in policy.purposes.items():
        yield from _purpose(id, purpose, policy, pen)
    if policy.purposes:
        yield pen.write("purpose.bound")
        yield from _permissions(policy, pen)
        yield from _decisions(policy, pen)


def _purpose(id: str, purpose: Purpose, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    name = pen.text(purpose.name)
    if purpose.data:
        yield pen.write(f"purpose.data:{id}", purpose=name, data=pen.data(purpose.data))
    if purpose.basis:
        yield pen.write(f"purpose.basis:{id}", purpose=name, basis=basis_of(purpose, pen))
    if purpose.interest:
        yield pen.write(f"purpose.interest:{id}", purpose=name, interest=pen.text(purpose.interest))
    if purpose.balancing:
        yield pen.write(f"purpose.balancing:{id}", purpose=name, balancing=pen.text(purpose.balancing))
    if purpose.mandatory is not None:
        yield _obligation(id, purpose, policy, pen)
    yield from _forms([form for form in policy.forms.values() if form.purpose == id], id, pen)


def basis_of(purpose: Purpose, pen: Pen) -> str:
    """The legal basis in words, with its article and the law that the policy cites; the purpose must have one."""
    basis = pen.words.say(f"basis.{purpose.basis}.name")
    article = pen.words.say(f"basis.{purpose.basis}.article")
    law = pen.cited(purpose.law)
    if law:
        # Whoever cites Art. 6 in words of their own has said it; the usual citation would say it twice.
        article = law if SIX.search(law) else f"{article}, {law}"
    return f"{basis} ({article})"


def _obligation(id: str, purpose: Purpose, policy: Policy, pen: Pen) -> Sentence:
    variant = "needed" if purpose.mandatory else "free"
    name = pen.text(purpose.name)
    if purpose.consequence is None:
        return pen.write(f"purpose.obligation:{id}", f"{variant}-plain", purpose=name)
    spared = _left_out([form for form in policy.forms.values() if form.purpose == id])
    if purpose.mandatory and spared:
        variant = "needed-some"
    told = pen.text(purpose.consequence)
    return pen.write(f"purpose.obligation:{id}", variant, purpose=name, consequence=told, optional=pen.data(spared))


def _left_out(forms: list[Form]) -> list[str]:
    """Data that every form which asks for them lets a person leave out."""
    asked = {datum for form in forms for datum in form.asks if datum not in form.optional}
    return [datum for datum in dict.fromkeys(d for form in forms for d in form.optional) if datum not in asked]


def _forms(forms: list[Form], id: str, pen: Pen) -> Iterator[Sentence]:
    """What each form says and is for; beside forms of ours, one that stands somewhere else is told apart."""
    serves = any(form.kind for form in pen.policy.forms.values())
    ours = [form for form in forms if form.kind or not serves]
    elsewhere = [form for form in forms if form not in ours]
    if ours and all(form.says_why for form in ours):
        asked = list(dict.fromkeys(datum for form in ours for datum in form.all_asked))
        n, data, purpose = len(ours), pen.data(asked), pen.purpose(id)
        yield pen.write(f"form.says-why:{id}", n=n, forms=_names(ours, pen), data=data, purpose=purpose)
    for kind, some in (("form.only-for", ours), ("form.elsewhere", elsewhere)):
        if some:
            only = pen.write(f"{kind}:{id}", n=len(some), forms=_names(some, pen), purpose=pen.purpose(id))
            yield replace(only, rows=_rows(only.rows, some, pen.policy))


def _names(forms: list[Form], pen: Pen) -> str:
    return pen.words.list(pen.words.say("format.quoted", text=pen.text(form.name)) for form in forms)


def _rows(rows: tuple[str, ...], forms: list[Form], policy: Policy) -> tuple[str, ...]:
    """Those source rows that these forms answer: a form of ours its own, another one what no form of ours does."""
    ours = {row for form in policy.forms.values() if form.kind for row in ROWS[form.kind]}
    mine = {row for form in forms for row in (ROWS[form.kind] if form.kind else {*rows} - ours)}
    return tuple(row for row in rows if row in mine)


def _permissions(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    if policy.rights.new_purpose_asks != "nobody":
        yield pen.write("purpose.new-asks", policy.rights.new_purpose_asks)
        yield pen.write("purpose.later-permission")
    if "withdrawal" in policy.rights.granted:
        yield pen.write("purpose.revoke")
        yield pen.write("purpose.revoke-by-mail", contact=pen.contact())


def _decisions(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    deciding = [id for id, purpose in policy.purposes.items() if purpose.automated_decision]
    for id in deciding:
        yield pen.write(f"decisions.made:{id}", purpose=pen.purpose(id))
    if all(purpose.automated_decision is False for purpose in policy.purposes.values()):
        yield pen.write("decisions.none")
