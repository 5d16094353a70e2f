"""Lists and campaigns in words: who is reached, how it went, and what is wrong."""

from zweck.console.mailing.door import Desk
from zweck.console.views import Context
from zweck.mailing.errors import MailingError
from zweck.mailing.values import Audience, Brought, Results
from zweck.policy.words import words


def audience_said(desk: Desk, found: Audience) -> Context:
    """Who gets it, in which language, and who does not and why."""
    number = desk.said.number
    return {
        "reached": desk.say("reached", n=found.reached),
        "languages": [
            {"name": words(language).say("language.name"), "count": number(count)}
            for language, count in sorted(found.languages.items(), key=lambda pair: -pair[1])
        ],
        "excluded": [
            {"name": desk.say(f"excluded.{name}"), "why": desk.say(f"excluded.{name}_why"), "count": number(count)}
            for name, count in (
                ("pending", found.pending),
                ("left", found.left),
                ("suppressed", found.suppressed),
            )
        ],
    }


def results_said(desk: Desk, results: Results, left_since: int) -> Context:
    """How far it has come; the bar in hundredths."""
    whole = max(results.expected, results.handled)
    counts = [(name, getattr(results, name)) for name in ("accepted", "refused", "uncertain", "left_out")]
    return {
        "said": desk.say("handled", done=desk.said.number(results.handled), whole=desk.said.number(whole)),
        "bar": round(100 * results.handled / whole, 1) if whole else 100,
        "counts": [
            {
                "name": desk.say(f"result.{name}"),
                "why": desk.say(f"result.{name}_why"),
                "count": desk.said.number(count),
            }
            for name, count in (*counts, ("left_since", left_since))
        ],
    }


def brought_said(desk: Desk, found: Brought) -> Context:
    """How far an import has come, or what it did, row by row where something was wrong."""
    names, taken, number = ("joined", "known", "pending", "away", "left"), found.taken, desk.said.number
    is_over = found.ended_at is not None
    whole = max(found.lines, taken.rows)
    under_way = desk.say("import.under_way", done=number(taken.rows), whole=number(whole))
    return {
        "what": desk.say("import.shut" if found.is_shut else "import.list", at=desk.moment(found.at)),
        "rows": desk.say("import.rows", n=taken.rows) if is_over else under_way,
        "is_over": is_over,
        "bar": round(100 * taken.rows / whole, 1),
        "trouble": desk.say(f"trouble.{found.trouble}") if found.trouble else "",
        "counts": [
            {"name": desk.say(f"import.{name}"), "count": desk.said.number(getattr(taken, name))}
            for name in names
            if getattr(taken, name)
        ],
        "refused": desk.say("import.refused", n=taken.refused_count) if taken.refused_count else "",
        "reasons": [
            {
                "why": desk.say(f"trouble.{code}"),
                "lines": desk.say("import.lines", lines=desk.said.list(str(line) for line in lines)),
            }
            for code, lines in taken.refused.items()
        ],
    }


def trouble_said(desk: Desk, refused: MailingError) -> str:
    """Why something was not done, with the line where one is meant."""
    told = desk.say(f"trouble.{refused.code}")
    return desk.say("in_line", line=refused.line, said=told) if refused.line else told
