"""The whole eye on software that people really run: what is known to be wrong with it is found, and nothing else.

klaro paints its consent green and its refusal grey and brings no way back: measured by hand before there was an eye, as
was that vanilla-cookieconsent hides from robots. That orejime's way back takes longer, and what klaro leaves, the eye
told first. WordPress asks commentators for name and address without saying why.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.eye.real import banners, next, wordpress
from tests.eye.sites.site import Site
from zweck.eye import crawl
from zweck.eye.catalogue.lookup import load
from zweck.eye.judging.judge import judge
from zweck.eye.values import Finding, Seen

pytestmark = [pytest.mark.real, pytest.mark.browser]

_BANNERS = {
    "klaro": ("refusal-harder banner *", "no-withdrawal * *"),
    "vanilla": ("robots-see-otherwise * *",),
    "orejime": ("withdrawal-harder banner *",),
}
_COMMENTS = "form-no-purpose form *"
each_banner = pytest.mark.parametrize("banner", banners.BANNERS)


@pytest.fixture(scope="module", autouse=True)
def _brisk() -> Iterator[None]:
    """What is looked at is on this machine, and need not be waited for as long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crawl, "_ENTRY_MS", 1200)
        patch.setattr(crawl, "_PAGE_MS", 300)
        yield


@pytest.fixture(scope="module")
def blog(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[wordpress.Running]:
    """A WordPress of its own."""
    _there(wordpress.lacks() or next.lacks())
    with wordpress.running(tmp_path_factory.mktemp("wordpress")) as running:
        yield running


@pytest.fixture(scope="module")
def planner(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[next.Running]:
    """A Next.js site of its own."""
    _there(next.lacks())
    with next.running(tmp_path_factory.mktemp("next")) as running:
        yield running


def _there(lacks: str) -> None:
    if lacks:
        assert not os.environ.get("CI"), f"CI has to try it: {lacks}"
        pytest.skip(lacks)


def _audited(url: str) -> tuple[Seen, tuple[Finding, ...]]:
    seen = crawl.crawl(crawl.Plan(url, pages=3, minutes=4, allow_private=True), lambda step: None)
    return seen, judge(seen, None, load(Path("/nowhere")), None)


@each_banner
def test_wordpress_is_told_as_it_is(blog: wordpress.Running, banner: str) -> None:
    blog.show(banner)

    seen, findings = _audited(f"{blog.url}/hello-world/")

    expected = Site(f"WordPress with {banner}", "hostile", (_COMMENTS, *_BANNERS[banner]))
    assert expected.missed(findings) == []
    assert expected.invented(findings) == []
    kept = _what_was_kept(seen)
    assert kept == {"fresh": False, "refused": False, "accepted": True, "withdrawn": banner == "klaro"}


def test_a_wordpress_without_banner_stores_nothing(blog: wordpress.Running) -> None:
    blog.show("")

    seen, findings = _audited(f"{blog.url}/hello-world/")

    assert {finding.code for finding in findings if not finding.note} == {"form-no-purpose"}
    assert [walk.state for walk in seen.walks if walk.choice] == []


@each_banner
def test_next_is_told_as_it_is(planner: next.Running, banner: str) -> None:
    planner.show(banner)

    seen, findings = _audited(planner.url)

    expected = Site(f"Next.js with {banner}", "hostile", _BANNERS[banner])
    assert expected.missed(findings) == []
    assert expected.invented(findings) == []
    assert _what_was_kept(seen)["accepted"]


def _what_was_kept(seen: Seen) -> dict[str, bool]:
    """By state: whether the measuring script's cookies lay on the device at the end."""
    desktop = [walk for walk in seen.walks if walk.profile.device == "desktop"]
    return {walk.state: any(kept.name.startswith("_ga") for kept in walk.kept) for walk in desktop}
