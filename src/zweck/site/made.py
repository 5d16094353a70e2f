"""Pages as finished text: each takes a look and gives the bytes' text, without any request."""

from datetime import datetime
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from zweck.editions import acts as editions
from zweck.policy.sentences import Statement
from zweck.promises.values import State
from zweck.proof import acts as proof
from zweck.proof.values import Standing
from zweck.site import prose, status
from zweck.site.credit import credit
from zweck.site.frame import Context, Look, frame
from zweck.site.pages import form_address


def statement_page(look: Look, publish: str) -> tuple[str, datetime | None]:
    """The statement, and the moment from which it would look different (None: no evidence stands on it).

    `publish` is the policy's level, or "full" for staff.
    """
    statement = editions.statement_of(look.edition, look.here.language)
    standing = None if publish == "private" else proof.standing(look.edition, look.now)
    context = frame(look) | _head(look, statement) | {"marks": publish == "full"}
    below = status.controls(look)
    if standing is not None:
        context |= tally_of(look, statement, standing, linked=publish == "full")
    if standing is not None and publish == "full":
        text = prose.marked(statement, standing.marks, look.moment, lambda promise: look.to("evidence", promise), below)
    else:
        text = prose.plain(statement, below)
    page = render_to_string("site/statement.html", context | {"text": mark_safe(text)})  # noqa: S308  (escaped by prose)
    return page, standing.next_change if standing else None


def tally_of(look: Look, statement: Statement, standing: Standing, *, linked: bool) -> Context:
    """The standing in a strip, in words, and when it was last looked at."""
    broken = [s.promise for s in statement.sentences() if _is_broken(s.promise, standing)]
    anchor = f"{look.to('statement')}#{broken[0]}" if linked and broken else ""
    checked = look.words.say("page.tally.never")
    if standing.checked_at is not None:
        checked = look.words.say("page.tally.checked", when=look.moment.clock(standing.checked_at))
    return {
        "strip": mark_safe(prose.strip(standing.tally)),  # noqa: S308  (numbers only)
        "tally": mark_safe(prose.tally_items(standing.tally, look.moment, anchor)),  # noqa: S308  (escaped by prose)
        "checked": checked,
        "broken_at": anchor,
    }


def _is_broken(promise: str, standing: Standing) -> bool:
    return promise in standing.marks and standing.marks[promise].state is State.BROKEN


def _head(look: Look, statement: Statement) -> Context:
    policy = look.edition.policy
    hosts = [urlsplit(origin).netloc for origin in policy.scope.origins]
    activated = look.moment.local_day(look.edition.activated_at)
    return {
        "title": statement.title,
        "hosts": look.words.list(hosts),
        "since": look.words.date(policy.date or activated),
        "toc": mark_safe(prose.contents(statement)),  # noqa: S308  (escaped by prose)
        "credit": credit(look.edition.policy, look.words),
        "markdown": form_address(look.languages, "statement", look.here.language, "md"),
        "json": form_address(look.languages, "statement", look.here.language, "json"),
        "feed": look.to("feed"),
        "checks": look.to("checks"),
    }
