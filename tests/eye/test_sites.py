"""The whole eye on small sites: whatever was planted is found, and nothing else is."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.eye.sites.auditing import Audit, audit
from tests.eye.sites.site import HERE, Site
from tests.eye.sites.table import HONEST, SITES
from zweck.eye import crawl

# Audits wait more than they work, so that several share the machine's cores.
_AT_ONCE = 4
Audits = Callable[[Site], Audit]


@pytest.fixture(scope="module")
def audits(chromium: str, request: pytest.FixtureRequest) -> Iterator[Audits]:
    """All sites that this run asks about, audited once, several at a time."""
    wanted = {item.callspec.params["site"] for item in request.session.items if _is_of_ours(item)}  # type: ignore[attr-defined]  # pytest sets it
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(_AT_ONCE) as pool:
        patch.setattr(crawl, "_ENTRY_MS", 1600)
        patch.setattr(crawl, "_PAGE_MS", 300)
        under_way: dict[Site, Future[Audit]] = {
            site: pool.submit(audit, site) for site in sorted(wanted, key=lambda site: not site.slow)
        }
        yield lambda site: under_way[site].result()
        pool.shutdown(cancel_futures=True)


def _is_of_ours(item: pytest.Item) -> bool:
    return "audits" in getattr(item, "fixturenames", ()) and hasattr(item, "callspec")


each_site = pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
each_honest_site = pytest.mark.parametrize("site", HONEST, ids=lambda site: site.name)


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
