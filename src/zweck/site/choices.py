"""The page of all choices: what counts now, what is asked, what needs no answer, and what a choice just did."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from zweck.consent import acts as consent
from zweck.consent.values import Action, Decided, Visitor
from zweck.policy.reading.choices import answerable, asked
from zweck.policy.texts import say
from zweck.site import facts
from zweck.site.frame import Context, Look, frame
from zweck.site.guests import last_day
from zweck.site.status import told


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a choice did. `trouble`: a key of `page.choices.bad`, where it did nothing."""

    action: Action | None = None
    decided: Decided | None = None
    trouble: str = ""


def page(look: Look, visitor: Visitor, outcome: Outcome | None = None) -> str:
    """The page for one visitor, who may just have chosen."""
    policy = look.edition.policy
    wanted = asked(policy)
    known = {one.id: one for one in facts.told(look, (*wanted, *facts.unasked(policy)))}
    context: Context = {
        "back": look.to("choices"),
        "purposes": [(known[id_], _state(look, visitor, id_)) for id_ in wanted],
        "needless": [one for id_, one in known.items() if id_ not in wanted],
        "statement": look.to("statement"),
    }
    if answerable(policy):
        context["question"] = consent.question(look.edition, look.here.language, "choices", look.now)
    return render_to_string(
        "site/choices.html", frame(look) | context | _measurement(look, visitor) | _outcome(look, outcome)
    )


@dataclass(frozen=True, slots=True)
class State:
    """How one purpose stands: in words, and which of yes and no is chosen ("" for neither)."""

    text: str
    chosen: str


def _state(look: Look, visitor: Visitor, purpose: str) -> State:
    permit = consent.permit(look.edition.policy, visitor, purpose, look.now)
    chosen = {"yes": "yes", "no": "no", "out": "no"}.get(permit.ground, "")
    last = last_day(permit.until)
    return State(look.words.say(f"page.choices.now.{permit.ground}", day=look.words.date(last) if last else ""), chosen)


def _measurement(look: Look, visitor: Visitor) -> Context:
    """The live status, and the button of the opt-out or of its end."""
    if look.edition.policy.systems.measurement is None:
        return {}
    return {"status": told(look, visitor)}


def _outcome(look: Look, outcome: Outcome | None) -> Context:
    control = look.edition.policy.controls.reset
    label = say(control.labelled, look.here.language) if control else look.words.say("page.choices.reset")
    context: Context = {"reset_label": label}
    if outcome is None:
        return context
    if outcome.trouble:
        return context | {"trouble": look.words.say(f"page.choices.bad.{outcome.trouble}")}
    decided = outcome.decided
    if decided is None:
        return context
    removed = decided.removed
    parts = (("removed", removed.cookies), ("by_script", removed.by_script), ("by_hand", removed.by_hand))
    lists = [(look.words.say(f"page.choices.{part}"), names) for part, names in parts if names]
    takes = outcome.action in ("refuse", "withdraw", "reset", "opt-out")
    return context | {
        "done": look.words.say(f"page.choices.done.{outcome.action}"),
        "lists": lists,
        "nothing_removed": takes and not lists,
        "receipt": receipt_path(decided.number) if decided.choice else "",
    }


def receipt_path(number: int) -> str:
    """Where the receipt of a record is, for the browser that holds its choice."""
    return f"/z/receipt/{number}.json"
