"""page.skip-link: the keyboard reaches a page's content with its first two keys."""

import re
from contextlib import AbstractContextManager

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Finding, Proof, Reach, Target
from zweck.proof.markup import Markup, read
from zweck.proof.pages import Fetched, pages_of
from zweck.proof.scratch import in_pages, relay


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """On every page the first thing that takes the focus is a link to the page's one main part."""
    pages = pages_of(target)
    trouble = [
        f"{listed.path}: {wrong}"
        for listed, answer in pages.each(pages.listed())
        if (wrong := _wrong(answer))
    ]  # fmt: skip
    count = len(pages.listed())
    return Finding(not trouble, "the markup of every public page", {"pages": count}, tuple(trouble))


def _wrong(answer: Fetched) -> str:
    if answer.status != 200:
        return f"answers {answer.status}"
    page = read(answer.text)
    if page.mains != 1:
        return f"has {page.mains} main parts instead of one"
    return _wrong_link(page)


def _wrong_link(page: Markup) -> str:
    if page.first_focus is None:
        return "nothing on it takes the focus"
    tag, has = page.first_focus
    leads_to = has.get("href", "")
    if tag != "a" or not leads_to.startswith("#"):
        return "the first thing that takes the focus is no skip link"
    if page.ids.get(leads_to[1:]) != "main":
        return f"the skip link leads to {leads_to}, which is not the main part"
    return ""


def plant(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Put another link before the skip link."""
    return relay(target, in_pages(lambda text: re.sub(r"(<body[^>]*>)", r'\1<a href="/">Start</a>', text, count=1)))


PROOF = Proof("page.skip-link", check, plant, Reach.HOST, needs=("http",))
