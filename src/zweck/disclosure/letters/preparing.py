"""From what is to be said to a mail with gaps: frame, styles written into the elements, a check that nothing spies."""

from email import message_from_bytes
from email.policy import default
from functools import cache

import css_inline
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from zweck.disclosure.errors import BadLetter
from zweck.disclosure.letters import still, wire
from zweck.disclosure.letters.brand import Brand, bounces, brand, tagged
from zweck.disclosure.letters.gaps import gap, gaps_in
from zweck.disclosure.letters.paper import Paper
from zweck.disclosure.values import Prepared, Stream
from zweck.policy.model import Policy
from zweck.policy.texts import say
from zweck.policy.words import words


def prepared(policy: Policy, paper: Paper, language: str, purpose: str, stream: Stream, reply_to: str = "") -> Prepared:  # noqa: PLR0913  (all that a mail is made of)
    """A mail with gaps for its reader. Raises BadLetter when it holds what a mail of ours never does."""
    look = brand(policy, language, stream)
    said = words(language)
    about = said.say("mail.frame.about", purpose=say(policy.purposes[purpose].name, language))
    own = (
        [("leave", said.say("mail.frame.leave")), ("mine", said.say("mail.frame.mine"))]
        if stream == "marketing"
        else []
    )
    links = [(label, gap(name)) for name, label in own] + [(said.say("mail.frame.statement"), look.statement)]
    foot = [about, look.imprint]
    html = _html(look, paper, language, [*foot, *(_anchor(*link) for link in links)])
    text = "\n".join([paper.text, "", "-- ", *foot, *(f"{label}: {url}" for label, url in links)])
    if faults := still.faults(html):
        raise BadLetter(f"a mail of ours never holds {', '.join(faults)}")
    heads = wire.Heads(
        look.sender_name,
        look.sender,
        paper.subject,
        stream == "marketing",
        tagged(look.mailbox, reply_to),
        look.mailbox,
    )
    return Prepared(
        site=policy.site,
        purpose=purpose,
        language=language,
        stream=stream,
        sender=look.sender,
        bounces=bounces(look),
        provider=look.provider,
        domain=look.domain,
        origin=look.origin,
        links=gaps_in(html) | gaps_in(text),
        pieces=wire.pieces(heads, text, html),
    )


def sample(mail: Prepared) -> str:
    """The HTML of a mail as it would arrive, with links of the reader's own that lead nowhere."""
    data = wire.filled(mail, "reader@example.org", f"sample@{mail.domain}", "", dict.fromkeys(mail.links, "#"))
    part = message_from_bytes(data, policy=default).get_body(("html",))
    return str(part.get_content()) if part else ""


def _html(look: Brand, paper: Paper, language: str, foot: list[str | SafeString]) -> str:
    body = mark_safe(paper.html)  # noqa: S308  (escaped where it was made; what it may not hold is looked for below)
    whole = render_to_string(
        "disclosure/mail.html",
        {
            "language": language,
            "subject": wire.one_line(paper.subject),
            "name": look.name,
            "accent": look.accent,
            "body": body,
            "foot": foot,
        },
    )
    return _inliner().inline(whole)


def _anchor(label: str, url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, label)


@cache
def _inliner() -> css_inline.CSSInliner:
    # At-rules stay: the dark colours are one. Nothing is ever loaded from anywhere.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
