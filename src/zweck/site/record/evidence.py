"""The evidence page: what was checked for one sentence, how, when, and how far the check could see."""

from django.http import Http404
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from zweck.editions import acts as editions
from zweck.policy.sentences import Sentence
from zweck.policy.words import Words
from zweck.promises.values import ControlResult, Evidence, Figure, Reach, State
from zweck.proof import acts as proof
from zweck.proof.values import Mark
from zweck.site import prose
from zweck.site.frame import Context, Look, frame
from zweck.site.marks import as_html, icon, says, state_of

Row = tuple[str, str | SafeString]


def page(look: Look) -> str:
    """The evidence page of the promise the look is at. Raises Http404 for a sentence this edition does not say."""
    promise = look.here.rest
    statement = editions.statement_of(look.edition, look.here.language)
    sentence = next((s for s in statement.sentences() if s.promise == promise), None)
    if sentence is None:
        raise Http404(promise)
    mark = proof.standing(look.edition, look.now).marks.get(promise)
    return render_to_string("site/evidence.html", frame(look) | _context(look, sentence, mark))


def _context(look: Look, sentence: Sentence, mark: Mark | None) -> Context:
    words = look.words
    state = state_of(sentence, {} if mark is None else {sentence.promise: mark})
    evidence = mark.evidence if mark else None
    checking = mark is not None and mark.being_checked
    text = as_html(says(sentence, mark, look.moment))
    seen, figures = found(words, sentence.kind, evidence) if evidence else ("", [])
    return {
        "sentence": mark_safe(prose.spans(sentence)),  # noqa: S308  (escaped by prose)
        "back": f"{look.to('statement')}#{sentence.promise}",
        "state": state,
        "verdict": mark_safe(icon(state, being_checked=checking) + f"<span>{text}</span>"),  # noqa: S308  (escaped)
        "nature": words.say(f"page.evidence.{sentence.nature}"),
        "lack": "" if evidence or sentence.nature != "checked" else _lack(words, mark),
        "what": words.say(f"proof.{sentence.kind}") if words.has(f"proof.{sentence.kind}") else "",
        "seen": seen,
        "figures": figures,
        "rows": _rows(look, evidence) if evidence else [],
        "troubles": evidence.trouble if evidence else (),
        "trouble_head": words.say(f"page.evidence.{'blind' if state is State.UNKNOWN else 'trouble'}"),
        "command": f"zweck prove {sentence.promise}",
        "promise": sentence.promise,
        "is_checked": sentence.nature == "checked",
    }


def _lack(words: Words, mark: Mark | None) -> str:
    return words.say("page.evidence.wait" if mark is not None and mark.being_checked else "page.evidence.none")


def _rows(look: Look, evidence: Evidence) -> list[Row]:
    words = look.words
    said = (
        ("reach", words.say(f"page.reach.{Reach(evidence.reach).name.lower()}")),
        ("when", look.moment.full(evidence.checked_at)),
        ("until", look.moment.full(evidence.until)),
        ("control", words.say(f"page.control.{ControlResult(evidence.control)}")),
    )
    return [(words.say(f"page.evidence.{name}"), text) for name, text in said if text]


def found(words: Words, kind: str, evidence: Evidence) -> tuple[str, list[tuple[str, str]]]:
    """What was looked at, in the page's language, and the figures that this does not already tell."""
    said = {name: figure(words, value) for name, value in evidence.figures.items()}
    seen, told = "", frozenset[str]()
    if evidence.seen and words.has(f"proof.seen.{kind}"):
        seen, told = words.fitting(f"proof.seen.{kind}", said)
    labels = {name: f"proof.figure.{name}" for name in said if name not in told}
    return seen, [(words.say(label), said[name]) for name, label in labels.items() if words.has(label)]


def figure(words: Words, value: Figure) -> str:
    """A figure as the language writes it."""
    if isinstance(value, bool):
        return words.say("page.evidence.yes" if value else "page.evidence.no")
    if isinstance(value, int):
        return words.number(value)
    if isinstance(value, float):
        return words.decimal(value)
    return words.list(value) if isinstance(value, list) else str(value)
