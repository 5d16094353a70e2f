// Finds the request for consent in one frame. Called anew for every look: it keeps nothing in the page.

const PRESSED =
  "button, a, summary, input[type=submit], input[type=button], input[type=image], [role=button], [role=link], [onclick], [tabindex='0']";
const REGION = "section, form, aside, dialog, [role=dialog], [role=alertdialog], [role=region], [aria-modal=true]";
const NAMED = /cookie|consent|gdpr|dsgvo|\bcmp\b|klaro|privacy-?(banner|notice|bar)/i;
const CROSS = /^[x×✕✖✗╳⨯]$/i;
const MOST = 60_000;
const ENOUGH = 3; // weights of `topic` in words.toml
const LONG = 9000;

const kinds = wish.words.control.map((entry) => ({ is: entry.is, tier: entry.tier ?? 1, fits: rules(entry.words) }));
const anyKind = rules(wish.words.control.flatMap((entry) => entry.words));
const topics = Object.values(wish.words.topic).map((entry) => ({ weight: entry.weight, fits: rules(entry.words) }));
const statementWords = rules(wish.words.links.statement);
const imprintWords = rules(wish.words.links.imprint);
const purposeWords = rules(wish.words.purposes.words);
const heard = new Map();
const roots = [document];

function kindOf(caption) {
  if (CROSS.test(caption.trim())) return { is: "close", tier: 1 };
  const words = plain(caption);
  if (!words || words.length > 70 || !anyKind.test(words)) return null;
  return kinds.find((kind) => kind.fits.test(words)) ?? null;
}

function speech(element) {
  const known = heard.get(element);
  if (known) return known;
  const text = textOf(element, LONG, 8000);
  const words = plain(text);
  const said = topics.reduce((sum, topic) => sum + (topic.fits.test(words) ? topic.weight : 0), 0);
  const named = said > 0 && isNamed(element);
  // A privacy policy that has changed speaks of privacy, too, but asks nothing.
  const asks = named || wish.lax || topics.some((topic) => topic.weight >= 2 && topic.fits.test(words));
  const score = asks ? said + (named ? 1 : 0) : 0;
  heard.set(element, { text, score });
  return { text, score };
}

const isNamed = (element) =>
  ["id", "class", "aria-label", "data-testid"].some((name) => NAMED.test(attribute(element, name).slice(0, 300)));

function isOverlay(element) {
  if (element.matches("dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]")) return true;
  const style = getComputedStyle(element);
  if (style.position === "fixed" || style.position === "sticky") return true;
  return style.position === "absolute" && parseInt(style.zIndex, 10) >= 100;
}

const chain = (element) => {
  const found = [];
  for (let at = element; at && at !== document.body && at !== document.documentElement; at = parentOf(at)) found.push(at);
  return found;
};

// ── controls ────────────────────────────────────────────────────────────────────────────────────────────────────────

function isClickable(element) {
  if (element.localName.includes("-")) return false;
  return getComputedStyle(element).cursor === "pointer" || element.matches("div, span");
}

function controlOf(element) {
  const pressed = element.matches(PRESSED);
  if (!pressed && !(element.firstChild?.nodeType === Node.TEXT_NODE && element.childElementCount <= 1)) return null;
  if (element.childElementCount > 8 || (element.textContent ?? "").length > 200) return null;
  if (attribute(element, "role") === "tab" || (!pressed && insidePressed(element))) return null;
  const kind = kindOf(captionOf(element));
  if (!kind || (!pressed && !(kind.tier > 0 && isClickable(element)))) return null;
  return isDrawn(element) && !isClipped(element) ? { element, pressed, ...kind } : null;
}

const insidePressed = (element) => chain(element).slice(1, 5).some((at) => at.matches(PRESSED) || at.matches("p, label, h1, h2, h3, h4, h5"));

// Moved out of sight, or folded away.
function isClipped(element) {
  const rect = element.getBoundingClientRect();
  if (rect.right + scrollX <= 0 || rect.bottom + scrollY <= 0) return true;
  for (const at of chain(element)) {
    const style = getComputedStyle(at);
    const { width, height, top, bottom, left, right } = at.getBoundingClientRect();
    if ((style.overflowX !== "visible" || style.overflowY !== "visible") && (width < 2 || height < 2)) return true;
    if (style.position !== "fixed") continue;
    return width * height > 0 && (top >= innerHeight || left >= innerWidth || bottom <= 0 || right <= 0);
  }
  return false;
}

function allControls() {
  const found = [];
  const take = (element) => {
    if (element.nodeType !== Node.ELEMENT_NODE) return;
    if (UNREAD.has(element.nodeName)) return false;
    const root = rootOf(element);
    if (root) roots.push(root);
    const control = found.length < 400 && controlOf(element);
    if (control) found.push(control);
  };
  if (!document.body) return found;
  if (walk(document.body, MOST, take)) return found;
  // Too much to read it all: banners lie at an end of it.
  for (let at = document.body.lastElementChild, count = 0; at && count < 12; at = at.previousElementSibling, count += 1)
    walk(at, 3000, take);
  return found;
}

// ── the box ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function coreOf(control) {
  for (const at of chain(parentOf(control.element)).slice(0, 25)) {
    const { text, score } = speech(at);
    if (score >= ENOUGH || isLayer(at, score)) return at;
    if (text.length >= LONG) return null;
  }
  return wish.framed && speech(document.body).score >= ENOUGH ? document.body : null;
}

// What comes up once settings were asked for need not say again what it is about.
const isLayer = (element, score) => Boolean(wish.lax) && (element === wish.first || (score > 0 && isOverlay(element)));

function boxAround(core) {
  const size = speech(core).text.length;
  let box = core;
  for (const at of chain(core).slice(1)) {
    const length = speech(at).text.length;
    if (at.matches("main, article, footer, header, nav") || length > size * 3 + 2000) break;
    const isWrapper = length <= size * 1.1 + 40 && !isOverlay(box);
    const isWhole = isOverlay(at) ? !at.querySelector("main, article") : at.matches(REGION) && !at.querySelector("h1, main");
    if (isWrapper || isWhole) box = at;
  }
  return box;
}

function isPlace(box, text) {
  if (wish.lax || wish.framed || wish.anywhere) return true;
  if (chain(box).slice(0, 12).some((at) => isOverlay(at) && speech(at).text.length < text.length * 2 + 2000)) return true;
  return text.length <= 2500 && standsFirst(box);
}

function standsFirst(box) {
  const around = chain(box);
  const light = around.find((at) => at.getRootNode() === document) ?? box;
  const heading = [...document.querySelectorAll("h1")].find((h1) => !within(box, h1));
  if (around.some((at) => at.matches("article, footer, nav, table")) || box.querySelector("h1")) return false;
  const early = !heading || Boolean(light.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING);
  const high = box.getBoundingClientRect().top + scrollY < innerHeight;
  const named = around.some(isNamed);
  if (around.some((at) => at.matches("main, [role=main]"))) return named && early && high;
  return (early && high) || (named && speech(box).text.length <= 1500);
}

const asksMore = (box) => elementsIn(box, 3000).some((element) => element.matches("input[type=email], input[type=password], input[type=tel], textarea"));

function judged(box, controls) {
  const { text, score } = speech(box);
  const inside = controls.filter((control) => within(box, control.element));
  const has = (kind) => inside.some((control) => control.is === kind);
  const leadsOn = Boolean(wish.first) && has("settings");
  const answers = has("accept") || has("refuse") || has("save") || (wish.lax && has("withdraw")) || leadsOn;
  const overlay = chain(box).some(isOverlay);
  if (!(score >= ENOUGH || isLayer(box, score)) || !(answers || (overlay && has("close"))) || !isPlace(box, text) || asksMore(box)) return null;
  const rank =
    (overlay ? 3 : 0) + (has("accept") ? 2 : 0) + (has("refuse") ? 2 : 0) + (has("settings") ? 1 : 0) +
    (isNamed(box) ? 1 : 0) + score / 4 + (inside.some((control) => isInView(control.element)) ? 2 : 0);
  return { box, inside, rank };
}

function bySemantics(controls) {
  const asking = controls.filter((control) => !["info", "pays", wish.first ? "" : "settings"].includes(control.is)).slice(0, 120);
  const boxes = new Set(asking.map(coreOf).filter(Boolean).map(boxAround));
  const found = [...boxes].map((box) => judged(box, controls)).filter(Boolean);
  return found.sort((a, b) => b.rank - a.rank)[0] ?? null;
}

// ── products ────────────────────────────────────────────────────────────────────────────────────────────────────────

function find(selector, box) {
  for (const root of roots) {
    for (const element of root.querySelectorAll(selector)) {
      if (!box || (within(box, element) && isDrawn(element) && !isClipped(element))) return element;
    }
  }
  return null;
}

const firstOf = (selectors, box) => {
  for (const selector of selectors ?? []) {
    const element = find(selector, box);
    if (element) return element;
  }
  return null;
};

function byProduct(controls) {
  for (const product of wish.products) {
    const box = firstOf(product.detect);
    if (!box) continue;
    const answer = firstOf(product.accept, box) ?? firstOf(product.refuse, box) ?? firstOf(product.save, box);
    if (answer) return { box, inside: controls.filter((control) => within(box, control.element)), rank: 0 };
  }
  return null;
}

function productOf(box) {
  const present = wish.products.map((product) => [product, firstOf(product.detect)]).filter(([, element]) => element);
  const own = present.find(([, element]) => box && (within(element, box) || within(box, element)));
  return (own ?? present[0])?.[0] ?? null;
}

// ── what it says ────────────────────────────────────────────────────────────────────────────────────────────────────

function choose(found, product, kind) {
  const known = firstOf(product?.[kind], found.box);
  if (known) return known;
  const area = (element) => element.getBoundingClientRect().width * element.getBoundingClientRect().height;
  const fitting = found.inside.filter((control) => control.is === kind);
  const inner = fitting.filter((one) => !fitting.some((other) => other !== one && other.pressed && within(other.element, one.element)));
  inner.sort((a, b) => b.tier - a.tier || area(b.element) - area(a.element));
  return inner[0]?.element ?? null;
}

// Whether a control is a link to another document.
function leads(control) {
  const address = control.localName === "a" ? addressOf(control) : "";
  return address !== "" && address.split("#")[0] !== location.href.split("#")[0];
}

function linksIn(box) {
  const anchors = elementsIn(box, 4000).filter((element) => element.localName === "a" && isDrawn(element));
  const addresses = anchors.map((anchor) => addressOf(anchor)).filter(Boolean);
  return [...new Set(addresses)].slice(0, 40);
}

function addressOf(anchor) {
  try {
    const url = new URL(attribute(anchor, "href"), document.baseURI);
    const goes = /^https?:$/.test(url.protocol) && !/^(#|$)/.test(attribute(anchor, "href"));
    return goes ? url.href.slice(0, 2000) : "";
  } catch {
    return "";
  }
}

const moves = (box) =>
  box.getAnimations({ subtree: true }).some((one) => one.playState === "running" && one.effect?.getComputedTiming().iterations !== Infinity);

function told(found, product, chosen) {
  const { box } = found;
  const { text } = speech(box);
  const inShadow = [box, ...Object.values(chosen)].some((element) => element && element.getRootNode() !== document);
  const said = { product: product?.id ?? "", inside: inShadow ? "shadow" : "page", text };
  for (const [kind, element] of Object.entries(chosen)) said[kind] = element && drawn(element, box);
  said.boxes = boxesIn(box).map(boxOf);
  said.leads = Boolean(chosen.settings && leads(chosen.settings));
  said.links = linksIn(box);
  said.covers = coversLaw(box);
  said.names_purposes = purposeWords.test(plain(text));
  const { x, y, width, height } = box.getBoundingClientRect();
  said.stance = [x, y, width, height, opacityOf(box, null)].map((value) => Math.round(value * 20) / 20).join(" ");
  said.moves = moves(box);
  said.rank = found.rank;
  return said;
}

const boxesIn = (box) => elementsIn(box, 8000).filter((element) => element.matches(BOXES) && isReachable(element) && !isClippedBox(element)).slice(0, 200);

const isClippedBox = (element) => isDrawn(element) && isClipped(element) && !(element.labels?.length);
