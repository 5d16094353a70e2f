"""statement.marks: the page shows the states that the evidence gives, and none where none is to be published."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target, once
from zweck.proof.markup import shown_in
from zweck.proof.pages import Fetched, Pages, pages_of
from zweck.proof.scratch import relay, unaltered
from zweck.proof.served import pages_named
from zweck.proof.values import Standing

Stand = Callable[[datetime], Standing]
_COUNTED = re.compile(r'<li class="([a-z]+)">.*?<b>([^<]+)</b>', re.DOTALL)
_MARK = re.compile(r'class="m ([a-z]+)"')
_TEXT = '<div class="text">'


def check(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """Each mark and each count on the statement page is the one that follows from the evidence on file."""
    stand = target.place.get("stand")
    if not callable(stand):
        raise CouldNotLook("nobody said how the promises stand")
    pages = pages_named(target, "statement")
    paths = [page.path for page in pages.values()]
    trouble = _wrongs(target, pages_of(target), paths, stand(clock.now()))
    if trouble:
        # The shared copy may be older than a change that time alone has brought; what is wrong twice is wrong.
        again = Pages(target.base_url, str(target.place.get("host", "")))
        trouble = _wrongs(target, again, paths, stand(clock.now()))
    figures: dict[str, Figure] = {"pages": len(paths), "published": target.policy.publish}
    return Finding(not trouble, "the marks on the statement's pages", figures, tuple(trouble))


def _wrongs(target: Target, pages: Pages, paths: list[str], stood: Standing) -> list[str]:
    return [f"{path}: {wrong}" for path in paths for wrong in _wrongs_on(pages.fetch(path), target, stood)]


def _wrongs_on(answer: Fetched, target: Target, stood: Standing) -> Iterator[str]:
    if answer.status != 200:
        raise CouldNotLook(f"{answer.path} answers {answer.status}")
    publish = target.policy.publish
    marks = shown_in(answer.text).marks
    said = {mark.promise: str(mark.state) for mark in stood.marks.values() if not mark.beyond}
    if publish != "full":
        yield from (f"shows how {promise} stands, which is not published" for promise, _ in marks)
    else:
        yield from (f"shows {shown} for {promise}" for promise, shown in marks if said.get(promise) != shown)
        yield from (f"shows no mark for {promise}" for promise in said.keys() - {promise for promise, _ in marks})
    counted = {state: int(re.sub(r"\D", "", number)) for state, number in _COUNTED.findall(answer.text)}
    expected = {} if publish == "private" else {str(s): n for s, n in Counter(stood.tally).items() if n}
    if counted != expected:
        yield f"counts {counted}, {expected} would be right"


def plant(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Pages whose marks say *kept*, whatever was found; and one more mark, of a promise nobody made."""
    paths = {page.path for page in pages_named(target, "statement").values()}
    more = f'{_TEXT}<a class="m kept" href="/planted">kept</a>'

    def alter(answer: Fetched) -> Fetched:
        if answer.path not in paths:
            return answer
        text = _MARK.sub('class="m kept"', answer.text).replace(_TEXT, more, 1)
        return replace(answer, body=text.encode())

    return relay(target, alter)


PROOF = Proof("statement.marks", check, plant, Reach.HOST, needs=("http",), beyond=once, stage=unaltered)
