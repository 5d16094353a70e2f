// Whether a banner keeps a visitor from imprint and statement.

const SCROLLED_MS = 250;

// By hand where the page may not be scrolled by its visitor: what lies outside the view is out of reach then.
function isLocked() {
  const styles = [document.documentElement, document.body].map((element) => getComputedStyle(element));
  return styles.some((style) => style.overflowY === "hidden" || style.overflowY === "clip" || style.position === "fixed");
}

function isReached(link) {
  if (link.closest("[inert]") || getComputedStyle(link).pointerEvents === "none") return false;
  const [x, y] = pointOf(link);
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return null;
  const hit = hitAt(x, y);
  return Boolean(hit) && within(link, hit);
}

// Scrolls from link to link and back again before the page gets to know.
function coveredAmong(links) {
  const covered = new Set();
  const [left, top] = [scrollX, scrollY];
  const locked = isLocked();
  const until = now() + SCROLLED_MS;
  for (const link of links) {
    let reached = isReached(link);
    if (reached === null && locked) reached = false;
    if (reached === null && now() < until) {
      const { y } = link.getBoundingClientRect();
      scrollTo({ left: 0, top: y + scrollY - innerHeight / 2, behavior: "instant" });
      reached = isReached(link);
    }
    if (reached === false) covered.add(link);
  }
  if (scrollX !== left || scrollY !== top) scrollTo({ left, top, behavior: "instant" });
  return covered;
}

function lawLinks(words, box) {
  const anchors = [...document.links].slice(0, 3000).filter((link) => !within(box, link));
  const fits = (link) => words.test(plain(link.textContent ?? "")) || words.test(plain(attribute(link, "href")));
  return anchors.filter((link) => fits(link) && isDrawn(link)).slice(0, 8);
}

function coversLaw(box) {
  if (wish.lax) return false;
  const inBox = elementsIn(box, 4000).filter((element) => element.localName === "a");
  return [imprintWords, statementWords].some((words) => {
    if (inBox.some((link) => words.test(plain(`${link.textContent} ${attribute(link, "href")}`)))) return false;
    const links = lawLinks(words, box);
    const covered = coveredAmong(links);
    return links.length > 0 && links.every((link) => covered.has(link));
  });
}
