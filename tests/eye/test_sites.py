"""The whole eye on small sites: whatever was planted is found, and nothing else is."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from tests.eye.sites.auditing import Audit, audit
from tests.eye.sites.site import HERE, Site
from tests.eye.sites.table import HONEST, SITES
from zweck.eye import crawl, ground
from zweck.eye.acts import Eye, Visitor
from zweck.eye.values import Profile

# Each audit has three visitors at once; more of them on two cores only wait for each other.
_AT_ONCE = 2
Audits = Callable[[Site], Audit]


class Shared:
    """A browser that many audits use, as `zweck.eye.browsing.Eye`; who closes it only goes away."""

    def __init__(self, eye: Eye) -> None:
        self._eye, self.browser, self.sandboxed = eye, eye.browser, eye.sandboxed
        self.pictures: dict[str, bytes] = {}

    def visitor(self, profile: Profile) -> Visitor:
        return self._eye.visitor(profile)

    def close(self) -> None:
        """It stays open for the others."""


@pytest.fixture(scope="module")
def audits(chromium: str, request: pytest.FixtureRequest) -> Iterator[Audits]:
    """All sites that this run asks about, audited once, several at a time: troubled ones each in its own browser."""
    wanted = {item.callspec.params["site"] for item in request.session.items if _is_of_ours(item)}  # type: ignore[attr-defined]  # pytest sets it
    done: dict[Site, Future[Audit]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crawl, "_ENTRY_MS", 1600)
        patch.setattr(crawl, "_PAGE_MS", 300)
        with ThreadPoolExecutor(_AT_ONCE) as pool, Eye() as eye, pytest.MonkeyPatch.context() as sharing:
            sharing.setattr(ground, "Eye", lambda allow_private: Shared(eye))
            done |= {site: pool.submit(audit, site) for site in wanted if site.glances}
            wait(done.values())
            patch.setattr(crawl, "_GLANCES", ())
            done |= {site: pool.submit(audit, site) for site in wanted if site.group != "troubled" and not site.glances}
            wait(done.values())
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            troubled = sorted((site for site in wanted if site.group == "troubled"), key=lambda site: not site.slow)
            done |= {site: pool.submit(audit, site) for site in troubled}
    yield lambda site: done[site].result()


def _is_of_ours(item: pytest.Item) -> bool:
    return "audits" in getattr(item, "fixturenames", ()) and hasattr(item, "callspec")


# Of each sort of site one, for every check; the others take minutes more (`pytest -m thorough`).
_USUAL = frozenset(
    {
        *("calm", "form-post", "shop", "declared", "club", "early-cookies", "after-refusal", "left-behind"),
        *("pale-refuse", "no-withdrawal", "lifetimes", "fingerprint-canvas", "nothing-linked"),
    }
)


def _each(sites: tuple[Site, ...]) -> pytest.MarkDecorator:
    thorough = pytest.mark.thorough
    params = [pytest.param(site, id=site.name, marks=() if site.name in _USUAL else thorough) for site in sites]
    return pytest.mark.parametrize("site", params)


each_site = _each(SITES)
each_honest_site = _each(HONEST)


def test_every_site_stands_in_the_table() -> None:
    written = {(path.parent.name, path.stem) for path in HERE.glob("*/*.http")}

    assert written == {(site.group, site.name) for site in SITES}


@each_site
def test_whatever_was_planted_is_found(site: Site, audits: Audits) -> None:
    assert site.missed(audits(site).findings) == []


@each_site
def test_nothing_else_is_found(site: Site, audits: Audits) -> None:
    assert site.invented(audits(site).findings) == []


@each_honest_site
def test_an_honest_site_has_no_findings(site: Site, audits: Audits) -> None:
    assert [finding.id for finding in audits(site).findings if not finding.note] == []


@each_site
def test_what_is_in_the_way_is_told(site: Site, audits: Audits) -> None:
    assert site.without(audits(site).seen) == []


@each_site
def test_the_pages_that_should_be_opened_are_and_no_forbidden_one(site: Site, audits: Audits) -> None:
    asked = audits(site).asked

    assert set(site.asked) <= asked
    assert not set(site.never) & asked
