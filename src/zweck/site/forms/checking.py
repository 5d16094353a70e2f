"""Holds what was sent against the declaration: each field in its bounds, and nothing that was not asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from zweck.doors import Input
from zweck.policy.words import Words
from zweck.site.forms.typed import line, lines
from zweck.vault import acts as vault
from zweck.vault.errors import BadAddress


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """`data`: what was asked for and given, by datum. `wrong`: a sentence for each field that cannot be taken so."""

    data: Mapping[str, str]
    wrong: Mapping[str, str]


def check(inputs: tuple[Input, ...], sent: Mapping[str, str], texts: Words) -> Checked:
    """Read the fields that are asked for; whatever else was sent is not looked at."""
    data, wrong = {}, {}
    for one in inputs:
        value = lines(sent.get(one.name, "")) if one.kind == "lines" else line(sent.get(one.name, ""))
        if value:
            data[one.name] = value
        if trouble := _trouble(one, value, texts):
            wrong[one.name] = trouble
    return Checked(data, wrong)


def chosen(offered: tuple[Input, ...], sent: Mapping[str, str]) -> dict[str, str]:
    """What was chosen of the offers; what was not offered is not taken, and the proposal stands."""
    return {one.name: sent[one.name] if sent.get(one.name) in dict(one.options) else one.value for one in offered}


def filled(inputs: tuple[Input, ...], sent: Mapping[str, str], wrong: Mapping[str, str]) -> tuple[Input, ...]:
    """The inputs with what was typed in them, and what is wrong with it."""
    return tuple(
        replace(one, value=_kept(one, sent.get(one.name, one.value)), wrong=wrong.get(one.name, "")) for one in inputs
    )


def _kept(one: Input, value: str) -> str:
    if one.kind == "choice":
        return value if value in dict(one.options) else one.value
    return value


def _trouble(one: Input, value: str, texts: Words) -> str:
    if not value:
        return texts.say("page.form.wrong.missing", label=one.label) if one.must else ""
    if len(value) > one.longest:
        return texts.say("page.form.wrong.long", label=one.label, longest=one.longest, length=len(value))
    if one.kind == "email":
        try:
            vault.normal_email(value)
        except BadAddress:
            return texts.say("page.form.wrong.email")
    return ""
