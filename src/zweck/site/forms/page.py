"""The page of a form, fresh or after something could not be taken, and the page that follows."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string

from zweck import doors
from zweck.doors import Input
from zweck.editions.values import Edition
from zweck.origin.values import Origin
from zweck.policy.texts import say
from zweck.policy.words import words
from zweck.site.assets import solver_path
from zweck.site.credit import credit
from zweck.site.forms import slip
from zweck.site.forms.step import Step
from zweck.site.forms.told import told
from zweck.site.frame import Context, Look, frame

TRAP = "website-url"  # no human sees it
PLACE = "place"


@dataclass(frozen=True, slots=True, repr=False)
class State:
    """How a form stands: inputs as filled so far, and why it is shown again. No repr: somebody typed it.

    `trouble`: a key of `page.form.trouble`, where it could not be taken as a whole.
    """

    inputs: tuple[Input, ...]
    offered: tuple[Input, ...] = ()
    trouble: str = ""
    step: Step | None = None

    @property
    def wrong(self) -> tuple[Input, ...]:
        """The fields that cannot be taken so."""
        return tuple(one for one in self.inputs if one.wrong)


def fresh(edition: Edition, id_: str, language: str, origin: Origin) -> State:
    """An empty form."""
    return State(told(edition, id_, language).inputs, offered(edition, id_, language, origin))


def offered(edition: Edition, id_: str, language: str, origin: Origin) -> tuple[Input, ...]:
    """What may be chosen beside the data, each with its proposal."""
    form = edition.policy.forms[id_]
    if offers := doors.offers.get(str(form.kind)):
        return offers(edition, id_, origin, language)
    places = edition.policy.purposes[form.purpose].places
    if form.kind != "trial" or len(places) < 2:
        return ()
    options = tuple((place, say(edition.policy.places[place].name, language)) for place in places)
    label, why = (words(language).say(f"page.form.{key}") for key in ("place_label", "place_why"))
    return (Input(PLACE, label, "choice", why, places[0], options, must=True),)


def page(look: Look, state: State) -> str:
    """The form as a page."""
    return render_to_string("site/form.html", frame(look) | _context(look, state))


def _context(look: Look, state: State) -> Context:
    id_, tell = look.here.rest, look.words.say
    return {
        "said": told(look.edition, id_, look.here.language),
        "path": look.in_language(look.here.language),
        "state": state,
        "trouble": tell(f"page.form.trouble.{state.trouble}") if state.trouble else "",
        "slip": new_slip(look),
        "trap": TRAP,
        "wait": tell("page.form.wait", n=seconds(state.step, look.now)) if state.step else "",
        "solver": solver_path() if state.step else "",
        "statement": section(look),
        "credit": credit(look.edition.policy, look.words) if state.offered else None,
    }


def section(look: Look) -> str:
    """Where the statement speaks of the form's purpose."""
    return f"{look.to('statement')}#purpose.data:{look.edition.policy.forms[look.here.rest].purpose}"


def seconds(step: Step, now: datetime) -> int:
    """How long to wait before a form may be sent again without a script."""
    return max(int((step.ready_at - now).total_seconds()) + 1, 1)


def new_slip(look: Look) -> str:
    """A slip for this form as it stands here."""
    id_, language = look.here.rest, look.here.language
    return slip.new(look.edition.site, id_, language, told(look.edition, id_, language).sha256, look.now)


def thanks(look: Look) -> tuple[str, tuple[str, ...]]:
    """What follows, whoever sent it: a title and some lines."""
    form = look.edition.policy.forms[look.here.rest]
    own = (say(form.thanks, look.here.language),) if form.thanks else ()
    tell = look.words.say
    return tell("page.form.thanks.title"), (tell(f"page.form.thanks.{form.kind}"), *own)


def thanks_page(look: Look) -> str:
    """The same as a page."""
    title, lines = thanks(look)
    return render_to_string("site/thanks.html", frame(look) | {"title": title, "lines": lines})
