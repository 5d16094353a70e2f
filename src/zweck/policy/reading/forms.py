"""Forms that we serve: where each stands, and what types cannot say of them.

A form that asks for what its purpose does not need, that takes a consent nobody could prove, or that stands where
another page is, is refused with the file. A form without a `kind` stands somewhere else and is left to the linter.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from zweck.policy.model import Form, Policy
from zweck.policy.reading.complaint import Complaint
from zweck.policy.reading.lines import Path, spell
from zweck.policy.texts import say
from zweck.policy.words import NoWords, words

PATH = re.compile(r"/[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*){0,3}")
# First steps of addresses that are no page of a policy.
TAKEN = frozenset({"z", "staff", "outbox", "healthz", "readyz", "favicon", "robots", "sitemap"})
BASES: Mapping[str, tuple[str, ...]] = {
    "newsletter": ("consent",),
    "trial": ("contract", "consent"),
    "enquiry": ("contract", "legitimate-interest", "consent"),
}
BY_MAIL = frozenset(BASES)  # kinds in whose matter we write to the person
Data = Mapping[str, object]


def served(policy: Policy) -> dict[str, Form]:
    """The forms that this software serves, by id."""
    return {id_: form for id_, form in policy.forms.items() if form.kind is not None}


def path_of(policy: Policy, id_: str, language: str) -> str:
    """Where a served form stands in one language, such as "/newsletter"."""
    form = policy.forms[id_]
    return say(form.path, language) if form.path else _usual(id_, str(form.kind), language)


def unservable(data: Data) -> Iterator[Complaint]:
    """Everything wrong with the forms we are to serve; what has the wrong type is passed over."""
    taken = dict(_pages(_texts(data.get("languages"))))
    for id_, form in _tables(data.get("forms")):
        kind, here = form.get("kind"), ("forms", id_)
        if not isinstance(kind, str):
            yield from _elsewhere(here, form)
            continue
        purpose = _table(_table(data.get("purposes")).get(str(form.get("purpose"))))
        yield from _needless(here, form, purpose)
        yield from _unasked(here, form)
        yield from _unfit(here, kind, form, purpose)
        yield from _bundled(here, kind, form, data)
        yield from _unsent(here, kind, form, data)
        yield from _misplaced(here, form, _texts(data.get("languages")), taken)


def _usual(id_: str, kind: str, language: str) -> str:
    return "/" + words(language).say(f"page.form.path.{kind}", form=id_)


def _elsewhere(here: Path, form: Data) -> Iterator[Complaint]:
    for key in ("path", "thanks"):
        if key in form:
            right = 'say what follows with `kind = "…"`, or remove it'
            yield Complaint((*here, key), "belongs to a form that we serve, and this one has no `kind`", right)


def _needless(here: Path, form: Data, purpose: Data) -> Iterator[Complaint]:
    """A field without a purpose: no form of ours asks for what its purpose does not name."""
    known = purpose.get("data")
    if not isinstance(known, list):
        known = [] if purpose else None
    for key in ("asks", "optional"):
        for place, datum in enumerate(_texts(form.get(key))):
            if known is not None and datum not in known:
                wrong = f'"{datum}" is not needed for the purpose "{form.get("purpose")}", so no field may ask for it'
                right = f"add it to `purposes.{form.get('purpose')}.data`, or take it out of the form"
                yield Complaint((*here, key, place), wrong, right)


def _unasked(here: Path, form: Data) -> Iterator[Complaint]:
    asked = {*_texts(form.get("asks")), *_texts(form.get("optional"))}
    for datum, _told in _tables(form.get("fields")):
        if datum not in asked:
            wrong = f'"{datum}" is no field of this form'
            yield Complaint((*here, "fields", datum), wrong, "add it to `asks` or `optional`, or remove this table")


def _unfit(here: Path, kind: str, form: Data, purpose: Data) -> Iterator[Complaint]:
    """What follows must fit the legal basis, and a consent the way it is given."""
    basis, opt_in = purpose.get("basis"), purpose.get("opt_in")
    if not isinstance(basis, str):
        return
    if basis not in (fitting := BASES.get(kind, (basis,))):
        wrong = f'"{kind}" does not fit a purpose that rests on {basis}'
        yield Complaint((*here, "kind"), wrong, f"rest the purpose on {' or '.join(fitting)}, or choose another kind")
    elif kind == "newsletter" and opt_in != "double":
        wrong = "writes to an address that nobody has confirmed"
        right = f'add `opt_in = "double"` to `purposes.{form.get("purpose")}`'
        yield Complaint((*here, "kind"), wrong, right)
    elif kind != "newsletter" and opt_in == "double":
        wrong = f'"{kind}" asks for no confirmation by mail, and the purpose promises one'
        yield Complaint((*here, "kind"), wrong, 'write `kind = "newsletter"`, or `opt_in = "form"` at the purpose')
    elif kind == "generic" and basis == "consent" and opt_in != "form":
        wrong = "takes a consent, and the purpose does not say how it is given"
        yield Complaint((*here, "kind"), wrong, f'add `opt_in = "form"` to `purposes.{form.get("purpose")}`')


def _bundled(here: Path, kind: str, form: Data, data: Data) -> Iterator[Complaint]:
    """A consent that comes with something else, or that must be given, is none (GDPR Art. 7(4))."""
    mail = _table(_table(data.get("systems")).get("mail"))
    purpose = _table(_table(data.get("purposes")).get(str(form.get("purpose"))))
    if kind != "newsletter" and mail.get("marketing") == form.get("purpose"):
        wrong = f'"{kind}" would put people on the marketing list along with it, and a consent may not be bundled'
        yield Complaint((*here, "purpose"), wrong, 'give it a purpose of its own, or write `kind = "newsletter"`')
    if purpose.get("basis") == "consent" and purpose.get("mandatory") is True:
        wrong = "takes a consent that must be given, and such a consent is none"
        yield Complaint((*here, "purpose"), wrong, f"set `mandatory = false` at `purposes.{form.get('purpose')}`")


def _unsent(here: Path, kind: str, form: Data, data: Data) -> Iterator[Complaint]:
    """A kind whose answer goes by mail needs an address, and something that sends."""
    if kind not in BY_MAIL:
        return
    if "email" not in _texts(form.get("asks")) or "email" in _texts(form.get("optional")):
        wrong = f'"{kind}" is answered by e-mail, and the address need not be given'
        yield Complaint((*here, "asks"), wrong, "add `email` to `asks`")
    mail = _table(data.get("systems")).get("mail")
    if not isinstance(mail, Mapping):
        wrong = f'"{kind}" is answered by e-mail, and the site declares none'
        yield Complaint((*here, "kind"), wrong, "add `[systems.mail]`")
    elif kind == "newsletter" and not _is_list(data, form.get("purpose"), mail.get("marketing")):
        right = f'write `marketing = "{form.get("purpose")}"` under `[systems.mail]`'
        yield Complaint((*here, "purpose"), "is not the purpose of the marketing list", right)


def _is_list(data: Data, purpose: object, marketing: object) -> bool:
    """Whether the statement speaks of this list: it is the one named, or a further one beside a list that is named."""
    named = _table(_table(data.get("purposes")).get(str(marketing)))
    return purpose == marketing or named.get("opt_in") == "double"


def _misplaced(here: Path, form: Data, languages: list[str], taken: dict[str, str]) -> Iterator[Complaint]:
    """Paths that are none, or that lead somewhere else already; each that is free is taken from now on."""
    for language in languages:
        path = _wanted(form, str(here[1]), language)
        where = (*here, "path", language) if isinstance(form.get("path"), Mapping) else (*here, "path")
        if path is None:
            continue
        if not PATH.fullmatch(path):
            right = 'write small letters, digits and single hyphens after "/", such as "/newsletter"'
            yield Complaint(where, f'"{path}" is no path of a page', right)
        elif other := _other(path, languages, taken):
            yield Complaint(where, f'"{path}" leads to {other} already', _apart(languages))
        else:
            taken[path] = f"`{spell(here)}` ({language})"


def _wanted(form: Data, id_: str, language: str) -> str | None:
    said = form.get("path")
    if isinstance(said, Mapping):
        said = said.get(language)
    elif said is None:
        try:
            return _usual(id_, str(form.get("kind")), language)
        except NoWords:
            return None
    return said if isinstance(said, str) else None


def _other(path: str, languages: Collection[str], taken: Mapping[str, str]) -> str:
    """What already stands at a path, or above it; empty where nothing does."""
    first = path.split("/")[1]
    if first in TAKEN or first in languages:
        return f'what lies below "/{first}"'
    return next((what for known, what in taken.items() if path == known or path.startswith(f"{known}/")), "")


def _apart(languages: Collection[str]) -> str:
    texts = ", ".join(f'{language} = "/…"' for language in languages)
    return f"write another `path`: {{ {texts} }}" if len(languages) > 1 else 'write another `path`: "/…"'


def _pages(languages: Collection[str]) -> Iterator[tuple[str, str]]:
    """The paths of our own pages, in each language there are words for, and what each is."""
    for language in languages:
        try:
            texts = words(language).texts
        except NoWords:
            continue
        for key, slug in texts.items():
            if key.startswith("page.path.") and slug:
                yield f"/{slug}", f"the page of {key.removeprefix('page.path.')}"


def _texts(found: object) -> list[str]:
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _tables(found: object) -> Iterator[tuple[str, Data]]:
    return ((name, value) for name, value in _table(found).items() if isinstance(value, Mapping))


def _table(found: object) -> Data:
    return found if isinstance(found, Mapping) else {}
