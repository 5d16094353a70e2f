"""The rule for agents that answer banners, run by the engine that browsers and extensions really use."""

import json
import os

import pytest
from playwright.sync_api import Page, expect

from tests.client.stand import Stand
from tests.eye.real.banners import PACKAGES
from tests.running import ROOT

pytestmark = [pytest.mark.real, pytest.mark.browser]
ENGINE = PACKAGES / "@duckduckgo" / "autoconsent" / "dist" / "autoconsent.playwright.js"
RULE = ROOT / "docs" / "reference" / "autoconsent.json"
# The part of a browser that the engine talks to: gives it the one rule, and takes down what it reports.
AROUND = """window.autoconsentSendMessage = async message => {
  (window.told ||= []).push([message.type, message.result ?? null]);
  const rules = { autoconsent: [%s] };
  const config = { enabled: true, autoAction: %s, disabledCmps: [], enablePrehide: false, enableCosmeticRules: true,
    enableGeneratedRules: false, detectRetries: 20, isMainWorld: true, enableFilterList: false,
    enableHeuristicDetection: false, enableHeuristicAction: false, visualTest: false, logs: {} };
  if (message.type === "init") setTimeout(() => autoconsentReceiveMessage({ type: "initResp", config, rules }));
};"""


@pytest.mark.parametrize(("action", "sent"), [("optOut", "refuse"), ("optIn", "accept")])
def test_the_real_engine_answers_our_banner_by_the_rule(stand: Stand, page: Page, action: str, sent: str) -> None:
    if not ENGINE.is_file():
        assert not os.environ.get("CI"), "CI has to try it: npm install --ignore-scripts, in tests/eye/real"
        pytest.skip("npm install --ignore-scripts, in tests/eye/real")
    page.add_init_script(AROUND % (RULE.read_text(), json.dumps(action)) + ENGINE.read_text())

    page.goto(stand.url)
    page.wait_for_function("window.told?.some(([type]) => type === 'autoconsentDone')")

    expect(page.get_by_role("region")).to_have_count(0)
    assert [choice["action"] for choice in stand.choices] == [sent]
    assert [f"{action}Result", True] in page.evaluate("told")
