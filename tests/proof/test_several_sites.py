"""Of several sites behind one service each is proved by its own name, and shows its own pages."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.test_served import prove
from tests.running import ROOT, Served, serving


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The reference site, and a second one under another name."""
    folder = tmp_path_factory.mktemp("two")
    policies = folder / "policies"
    policies.mkdir()
    first = (ROOT / "policies" / "reference.toml").read_text()
    (policies / "a.toml").write_text(first)
    (policies / "b.toml").write_text((ROOT / "tests" / "policy" / "sites" / "shop.toml").read_text())
    with serving(folder, ZWECK_POLICY=str(policies)) as served:
        yield served


def other_site() -> tuple[str, str]:
    """Its id, and the host of its first origin."""
    from urllib.parse import urlsplit

    from zweck.policy.load import load

    policy = load(Path(ROOT / "tests" / "policy" / "sites" / "shop.toml")).policy
    return policy.site, urlsplit(policy.scope.origins[0]).netloc


@pytest.mark.browser
def test_the_second_site_is_looked_at_by_its_own_name(chromium: str, two: Served) -> None:
    site, _ = other_site()
    kinds = ("page.no-third-party", "page.cookie-free", "statement.as-archived")

    _, promises = prove(two, "--site", site, *kinds)

    found = {kind: (promises[kind]["state"], promises[kind]["trouble"]) for kind in kinds}
    assert found == {kind: ("kept", []) for kind in kinds}


def test_each_site_lists_its_own_pages(two: Served) -> None:
    site, host = other_site()
    prove(two, "--site", site, "statement.as-archived")

    _, ours = prove(two, "page.languages")
    request = urllib.request.Request(f"{two.url}/z/pages.json", headers={"Host": host})
    with urllib.request.urlopen(request) as answer:
        theirs = json.load(answer)

    assert ours["page.languages"]["state"] == "kept"
    assert theirs["pages"]
    assert theirs != json.load(urllib.request.urlopen(f"{two.url}/z/pages.json"))
