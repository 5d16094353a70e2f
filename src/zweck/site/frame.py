"""What stands around every page: name, menu, languages, foot."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from zweck.consent import acts as consent
from zweck.editions import acts as editions
from zweck.editions.values import Edition, Trouble
from zweck.policy.reading.choices import asked
from zweck.policy.texts import say
from zweck.policy.words import Words, words
from zweck.site.assets import form_style_path, measure_path, sprite, style_path
from zweck.site.guests import NO_ONE, Guest
from zweck.site.marks import Moment
from zweck.site.pages import FORM, Found, address_on, forms_of

Context = dict[str, object]
MENU = ("statement", "checks", "imprint")
FOOT = ("imprint", "editions", "technologies", "checks", "feed", "choices")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a menu. `here`: it leads to the page it stands on."""

    href: str
    text: str
    here: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """One reader's look at one page. `is_staff`: in the staff area, where statement and evidence are always whole.

    `guest`: which variant of the page; without one nobody is asked anything.
    """

    edition: Edition
    here: Found
    now: datetime
    is_staff: bool = False
    guest: Guest = NO_ONE

    @property
    def languages(self) -> tuple[str, ...]:
        """The declared languages, in declared order."""
        return tuple(self.edition.policy.languages)

    @property
    def words(self) -> Words:
        """The texts in the reader's language."""
        return words(self.here.language)

    @property
    def moment(self) -> Moment:
        """How times are printed for this reader."""
        return Moment(self.words, self.edition.policy.time_zone, self.now)

    def to(self, page: str, rest: str = "") -> str:
        """The address of another page in the same language."""
        return self._address(page, self.here.language, rest)

    def whole(self, path: str) -> str:
        """A path as an address that works elsewhere."""
        return self.edition.policy.scope.origins[0] + path

    def in_language(self, language: str) -> str:
        """The address of this very page in another language."""
        return self._address(self.here.page, language, self.here.rest)

    def _address(self, page: str, language: str, rest: str) -> str:
        if self.is_staff and page in ("statement", "evidence"):
            return f"/staff/statement/{language}" + (f"/{quote(rest, safe=':')}" if rest else "")
        return address_on(self.edition.policy, page, language, rest)


def frame(look: Look) -> Context:
    """The context that every template needs."""
    trouble = editions.trouble(look.edition.site)
    path = look.in_language(look.here.language)
    return {
        "language": look.here.language,
        "name": look.edition.policy.name,
        "number": look.edition.number,
        "style": style_path(),
        "form_style": form_style_path(),
        "sprite": sprite(),
        "home": look.to("home"),
        "menu": _links(look, MENU),
        "foot": (*forms(look), *_links(look, FOOT)),
        "others": _others(look),
        "canonical": "" if look.is_staff else look.whole(path),
        "twins": [
            {"language": code, "url": look.whole(look.in_language(code))}
            for code in look.languages
            if len(look.languages) > 1 and not look.is_staff
        ],
        "trouble_head": _trouble(look, trouble, "head"),
        "trouble_foot": _trouble(look, trouble, "foot"),
        "choices": look.to("choices"),
        "ask": banner(look),
        "is_signalled": look.guest.is_signalled,
        "measure": measure_path() if look.guest.measured else "",
    }


def banner(look: Look) -> Context | None:
    """The question on the first layer, for who has not answered it; the page of all choices asks by itself."""
    if not look.guest.asks or look.here.page == "choices":
        return None
    question = consent.question(look.edition, look.here.language, "banner", look.now, look.guest.asks)
    return {"question": question, "back": look.in_language(look.here.language)}


def has_choices(look: Look) -> bool:
    """Whether there is anything for a visitor to choose here."""
    policy = look.edition.policy
    return bool(asked(policy) or policy.controls.change or policy.controls.opt_out)


def change_label(look: Look) -> str:
    """What the control that opens all choices is called: as the policy declares it."""
    control = look.edition.policy.controls.change
    return say(control.labelled, look.here.language) if control else look.words.say("page.nav.choices")


def _trouble(look: Look, trouble: Trouble | None, where: str) -> str:
    if trouble is None:
        return ""
    return look.words.say(f"page.trouble.{trouble.kind}_{where}", when=look.moment.clock(trouble.since))


def _links(look: Look, pages: tuple[str, ...]) -> list[Link]:
    without = {
        "feed": look.edition.policy.publish != "full",
        "choices": not has_choices(look),
    }
    return [_link(look, page) for page in pages if not without.get(page)]


def forms(look: Look) -> list[Link]:
    """The forms of the site, by their names."""
    here = look.here.rest if look.here.page == FORM else ""
    named = {id_: say(form.name, look.here.language) for id_, form in forms_of(look.edition.policy).items()}
    return [Link(look.to(FORM, id_), name, here=id_ == here) for id_, name in named.items()]


def _link(look: Look, page: str) -> Link:
    text = change_label(look) if page == "choices" else look.words.say(f"page.nav.{page}")
    return Link(look.to(page), text, here=page == look.here.page and not look.here.rest)


def _others(look: Look) -> list[Link]:
    return [
        Link(look.in_language(code), words(code).say("language.name"), language=code)
        for code in look.languages
        if code != look.here.language
    ]
