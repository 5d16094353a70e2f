// Finds the control that opens the choice again.

const never = rules(wish.words.reopen.never);
const tiers = ["withdraw", "settings", "last"].map((name) => rules(wish.words.reopen[name]));
const badgeWords = rules(wish.words.reopen.badge);

const ANSWERS = new Set(["accept", "refuse", "save", "pays"]);

function captionedControls() {
  const found = [];
  const take = (element) => {
    if (element.nodeType !== Node.ELEMENT_NODE) return;
    if (UNREAD.has(element.nodeName)) return false;
    const root = rootOf(element);
    if (root) roots.push(root);
    const fits = element.matches(PRESSED) && element.childElementCount <= 6 && (element.textContent ?? "").length <= 160;
    if (fits && isDrawn(element) && found.length < 2000) found.push(element);
  };
  if (document.body) walk(document.body, MOST, take);
  return found;
}

// A small thing that floats at the edge of the view and calls itself after cookies.
function isBadge(element) {
  const { width, height } = element.getBoundingClientRect();
  if (width > 260 || height > 120 || !chain(element).slice(0, 4).some(isOverlay)) return false;
  const names = ["id", "class", "aria-label", "title"].flatMap((name) => [attribute(element, name), attribute(parentOf(element) ?? element, name)]);
  return badgeWords.test(plain(`${names.join(" ")} ${captionOf(element)}`));
}

const nameOf = (element) => captionOf(element).slice(0, 120) || attribute(element, "id") || element.localName;

function rankOf(element) {
  if (wish.tried.includes(nameOf(element))) return -1;
  const words = plain(`${captionOf(element)}`.slice(0, 120));
  if (words.length > 80 || never.test(words) || ANSWERS.has(kindOf(words)?.is)) return -1;
  const tier = tiers.findIndex((fits) => fits.test(words));
  if (tier >= 0) return 10 - tier * 3;
  return isBadge(element) ? 5 : -1;
}

function known() {
  for (const product of wish.products) {
    for (const selector of product.reopen) {
      const element = find(selector, null);
      if (element && isDrawn(element) && !isClipped(element) && !wish.tried.includes(nameOf(element))) return element;
    }
  }
  return null;
}

function control() {
  const controls = captionedControls();
  const own = known();
  if (own) return own;
  const ranked = controls.map((element) => ({ element, rank: rankOf(element) })).filter(({ rank }) => rank > 0);
  ranked.sort((a, b) => b.rank - a.rank);
  return ranked[0]?.element ?? null;
}

const back = control();
const withdraws = (element) => tiers[0].test(plain(captionOf(element).slice(0, 120))) && !leads(element);
return { control: back, told: back && { text: nameOf(back), withdraws: withdraws(back) } };
