"""A page without a mouse: where Tab leads, and whether it can be seen where one is."""

from dataclasses import dataclass

from playwright.sync_api import Page

# What can be reached on a page, in the order of its text; of a group of radio buttons the chosen one alone.
_REACHABLE = """
() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex='0']";
  const folded = (one) => one.closest("details:not([open]) > :not(summary)");
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !folded(one);
  const chosen = (one) => one.type !== "radio" || one.checked;
  const found = [...document.querySelectorAll(all)].filter((one) => !one.disabled && one.tabIndex >= 0);
  const kept = found.filter((one) => seen(one) && chosen(one));
  kept.forEach((one, n) => one.setAttribute("data-stop", String(n)));
  return kept.length;
}
"""
_WHERE = """
async () => {
  // What Tab leads to is scrolled into view with the next frame.
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const label = one.getAttribute("aria-label") || one.labels?.[0]?.innerText;
  const name = label || one.innerText || one.name || one.tagName;
  return {
    stop: Number(one.getAttribute("data-stop") ?? -1),
    name: name.trim().split("\\n")[0].slice(0, 60),
    // "auto" is the browser's own ring.
    ringed: style.outlineStyle === "auto" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}
"""


@dataclass(frozen=True, slots=True)
class Walk:
    """A way by Tab from the top of a page to its end: the numbers of its stops, and what is wrong with them."""

    stops: list[int]
    names: list[str]
    unseen: list[str]
    reachable: int

    @property
    def is_whole_and_in_order(self) -> bool:
        """Whether everything is met once, in the order in which the page is read."""
        return self.stops == list(range(self.reachable))


def from_the_top(page: Page) -> None:
    """Stand where somebody stands who has just come to a page."""
    page.evaluate(
        "() => { const top = document.body; top.tabIndex = -1; top.focus(); top.removeAttribute('tabindex'); }"
    )


def walked(page: Page) -> Walk:
    """Press Tab from the top of a page until it is left."""
    reachable = int(page.evaluate(_REACHABLE))
    from_the_top(page)
    stops: list[int] = []
    names: list[str] = []
    unseen: list[str] = []
    for _ in range(2 * reachable + 10):
        page.keyboard.press("Tab")
        where = page.evaluate(_WHERE)
        if stops and where is not None and where["stop"] == stops[-1]:
            continue  # a field for a moment has parts
        if where is None or where["stop"] in stops:  # the browser's own bar, or the top again
            break
        stops.append(where["stop"])
        names.append(where["name"])
        if not (where["ringed"] and where["inside"]):
            unseen.append(where["name"])
    return Walk(stops, names, unseen, reachable)


def come_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        where = page.evaluate(_WHERE)
        if where is not None and where["name"].startswith(name):
            return
    raise AssertionError(f"Tab does not come to {name!r}")
