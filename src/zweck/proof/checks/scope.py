"""scope.website and scope.elsewhere: the statement speaks for the origins it names, and for no others."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

from zweck.policy.model import Elsewhere
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.gaze import look_at
from zweck.proof.pages import Pages, pages_of
from zweck.proof.scratch import both, in_pages, relay, unaltered, with_header, without_header
from zweck.proof.served import pages_named

# A name that can belong to nobody (RFC 2606).
_STRANGER = "nobody.invalid"


def check_website(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Asked under each declared name, the service gives this statement; asked under any other, it gives none."""
    path = f"{next(iter(pages_named(target, 'statement').values())).path}.json"
    ours = pages_of(target).fetch(path)
    if ours.status != 200:
        raise CouldNotLook(f"{path} answers {ours.status}, so there is nothing to compare with")
    names = _declared(target)
    answers = {name: Pages(target.base_url, name).fetch(path) for name in names}
    trouble = [
        f"{name}: another statement, or none, is given there ({answer.status})"
        for name, answer in answers.items()
        if answer.status != 200 or answer.body != ours.body
    ]
    if Pages(target.base_url, _STRANGER).fetch(path).status < 400:
        trouble.append("the statement is also given under names that it does not declare")
    return Finding(
        not trouble,
        "the service, asked under each declared name and under another",
        {"origins": len(names)},
        tuple(trouble),
    )


def _declared(target: Target) -> list[str]:
    return [urlsplit(origin).netloc for origin in target.policy.scope.origins]


def stage_website(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A service that knows its names."""
    return relay(target, lambda answer: answer, _declared(target))


def plant_everywhere(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A service that answers under every name."""
    return relay(target, lambda answer: answer)


def plant_nowhere(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A service that does not know a declared name."""
    return relay(target, lambda answer: answer, ())


def check_elsewhere(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """No cookie of ours is meant for a place that the statement does not cover.

    What the headers say is enough for a red; a green needs the browser.
    """
    host = _host_of(_elsewhere(target, sentence))
    pages = pages_of(target)
    answers = [pages.fetch(page.path) for page, _ in pages.public()]
    by_header = [(answer.path, value) for answer in answers for name, value in answer.headers if name == "set-cookie"]
    trouble = [
        f"{path}: sets {value.partition('=')[0]} for {host} too" for path, value in by_header if _covers(value, host)
    ]
    figures: dict[str, Figure] = {"pages": len(answers), "cookies": len(by_header)}
    if trouble:
        return Finding(False, "the headers of every public page", figures, tuple(trouble))
    looks = look_at(target)
    by_script = [
        (urlsplit(visit.url).path, stored)
        for visit in looks.visits
        # On loopback the browser refuses what it would take at the declared origin.
        for stored in (*visit.stored, *visit.refused)
        if stored.kind == "cookie" and stored.how == "script"
    ]
    trouble = [f"{path}: a script sets {s.name} for {host} too" for path, s in by_script if _is_within(host, s.host)]
    figures |= {"cookies": len(by_header) + len(by_script), "opened": len(looks.visits), "browser": looks.browser}
    seen = "the headers of every public page, and the cookies that scripts set in a browser on one page of each kind"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _elsewhere(target: Target, sentence: Sentence) -> Elsewhere:
    number = int(sentence.parameter) if sentence.parameter.isdigit() else 0
    if not 0 < number <= len(target.policy.scope.elsewhere):
        raise CouldNotLook(f"the policy declares no place elsewhere with the number {sentence.parameter}")
    return target.policy.scope.elsewhere[number - 1]


def _host_of(place: Elsewhere) -> str:
    return (urlsplit(place.url).hostname or "").lower()


def _covers(set_cookie: str, host: str) -> bool:
    """Whether a cookie with this header is sent to a host other than the one that set it (RFC 6265, 5.1.3)."""
    return any(_is_within(host, domain) for domain in _domains(set_cookie))


def _domains(set_cookie: str) -> Iterator[str]:
    for attribute in set_cookie.split(";")[1:]:
        name, _, value = attribute.partition("=")
        if name.strip().lower() == "domain" and value.strip():
            yield value.strip().lower().lstrip(".")


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def plant_wide_cookie(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """A cookie on every page that goes there as well."""
    return relay(
        target, with_header("set-cookie", f"planted=1; Path=/; Domain={_host_of(_elsewhere(target, sentence))}")
    )


def plant_wide_script(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """A script that sets such a cookie."""
    cookie = f"planted=1; path=/; domain={_host_of(_elsewhere(target, sentence))}"
    script = f'<script>document.cookie = "{cookie}"</script></body>'
    planting = in_pages(lambda text: text.replace("</body>", script))
    return relay(target, both(without_header("content-security-policy"), planting))


WEBSITE = Proof(
    "scope.website",
    check_website,
    plant_everywhere,
    Reach.HOST,
    needs=("http", "policy"),
    more_plants=(plant_nowhere,),
    stage=stage_website,
)
ELSEWHERE = Proof(
    "scope.elsewhere",
    check_elsewhere,
    plant_wide_cookie,
    Reach.HOST,
    quick=False,
    needs=("http", "browser", "policy"),
    more_plants=(plant_wide_script,),
    stage=unaltered,
)
