// The page as it is drawn: shadow trees in their hosts' place, slotted elements in their slots'.
// `wish.secret` names what knows the closed ones.

const UNREAD = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD", "SVG", "svg", "IFRAME", "OPTION", "DATALIST"]);
const INLINE = new Set(
  "A ABBR B BDI BDO CITE CODE DFN EM FONT I INS KBD LABEL MARK Q S SAMP SLOT SMALL SPAN STRONG SUB SUP TIME U VAR WBR".split(" "),
);
const now = () => performance.now();

const closed = wish.secret ? document[wish.secret] : null;
const rootOf = (element) => element.shadowRoot ?? (typeof closed === "function" ? closed(element) : null) ?? null;

const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode?.().host ?? null;

function within(ancestor, node) {
  for (let at = node; at; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

function pushChildren(stack, element) {
  const root = rootOf(element);
  if (root) {
    if (root.firstChild) stack.push([root.firstChild, false]);
    return;
  }
  const slotted = element.localName === "slot" ? element.assignedNodes() : [];
  if (slotted.length) for (const node of slotted.slice(0, 500).reverse()) stack.push([node, true]);
  else if (element.firstChild) stack.push([element.firstChild, false]);
}

// One look has so long in all; what comes last still gets a little.
const deadline = now() + 1500;
const ENOUGH_READ = Symbol("read enough");

// Siblings are followed one by one: a parent of millions of children never lies in memory.
function walk(top, limit, enter, leave = null) {
  const stack = [[top, true]];
  const until = Math.max(deadline, now() + 250);
  for (let count = 0; stack.length && count < limit; count += 1) {
    if (count % 512 === 511 && now() > until) return false;
    const [node, alone, left] = stack.pop();
    if (left) {
      leave(node);
      continue;
    }
    if (!alone && node.nextSibling) stack.push([node.nextSibling, false]);
    const entered = enter(node);
    if (entered === ENOUGH_READ) return true;
    if (entered === false || node.nodeType !== Node.ELEMENT_NODE) continue;
    if (leave) stack.push([node, true, true]);
    pushChildren(stack, node);
  }
  return stack.length === 0;
}

const isShown = (element) =>
  element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) ||
  getComputedStyle(element).display === "contents";

function elementsIn(top, limit = 20_000) {
  const found = [];
  const enter = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (UNREAD.has(node.nodeName)) return false;
    found.push(node);
  };
  walk(top, limit, enter);
  return found;
}

const standsAlone = (element) =>
  !INLINE.has(element.nodeName) || (element.nodeName === "A" && getComputedStyle(element).display !== "inline");

// What a reader sees of it; a new line where a block begins.
function textOf(top, most = 2000, limit = 20_000) {
  let text = "";
  const enter = (node) => {
    if (text.length > most * 2) return ENOUGH_READ;
    if (node.nodeType === Node.TEXT_NODE) text += node.data.slice(0, most);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (UNREAD.has(node.nodeName) || !isShown(node)) return false;
    if (standsAlone(node)) text += "\n";
    return node.nodeName !== "TEXTAREA" && node.nodeName !== "SELECT";
  };
  const leave = (node) => {
    if (standsAlone(node)) text += "\n";
  };
  walk(top, limit, enter, leave);
  return tidy(text).slice(0, most);
}

const tidy = (text) =>
  text
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n\s*/g, "\n")
    .trim();

const line = (text, most = 200) => tidy(text).replace(/\s+/g, " ").slice(0, most);

// Small letters, and one blank for every run of other signs: what the word rules are written against.
const plain = (text) =>
  text
    .toLowerCase()
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

// In JavaScript \\b and \\w know ASCII only, and the words are German too.
const SIGN = "[\\p{L}\\p{N}]";
const EDGE = `(?:(?<!${SIGN})(?=${SIGN})|(?<=${SIGN})(?!${SIGN}))`;
const widen = (pattern) => pattern.replaceAll("\\w", SIGN).replaceAll("\\b", EDGE);
const rules = (patterns) => (patterns?.length ? new RegExp(patterns.map(widen).join("|"), "u") : /(?!)/);

// A link may run over two lines: the middle of its first.
function pointOf(element) {
  const { left, right, top, bottom } = [...element.getClientRects()].find((rect) => rect.width * rect.height > 0) ?? element.getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2];
}

function hitAt(x, y) {
  let hit = document.elementFromPoint(x, y);
  for (let root = hit && rootOf(hit); root; root = rootOf(hit)) {
    const inner = root.elementFromPoint(x, y);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  return hit;
}

// A page may run a form whose fields are named like the form's own properties: ask the prototype's getter.
function attribute(element, name) {
  return Element.prototype.getAttribute.call(element, name) ?? "";
}

function nameByIds(element) {
  const ids = attribute(element, "aria-labelledby").split(/\s+/).filter(Boolean).slice(0, 4);
  const root = element.getRootNode();
  return line(ids.map((id) => root.getElementById?.(id)?.textContent ?? "").join(" "));
}

// What a control is called: what it shows, else what it is said to be.
function captionOf(element) {
  const shown = element.localName === "input" ? attribute(element, "value") : textOf(element, 300, 300);
  return line(shown) || line(attribute(element, "aria-label")) || nameByIds(element) || pictureName(element);
}

function pictureName(element) {
  const picture = element.matches("img, input") ? element : element.querySelector("img[alt], svg [role=img], svg title");
  const said = picture && (attribute(picture, "alt") || attribute(picture, "aria-label") || picture.textContent);
  return line(said || "") || line(attribute(element, "title"));
}

function labelOf(field) {
  const labels = [...(field.labels ?? [])].map((label) => textOf(label, 300, 300));
  return (
    line(labels.join(" ")) ||
    nameByIds(field) ||
    line(attribute(field, "aria-label")) ||
    line(attribute(field, "placeholder")) ||
    line(attribute(field, "title"))
  );
}

function isDrawn(element) {
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && height > 1 && isShown(element);
}

const BOXES = "input[type=checkbox], [role=checkbox], [role=switch], [role=menuitemcheckbox]";

// A drawn switch often hides the input it stands for; then its label, or what it lies in, is what the visitor sees.
function isReachable(box) {
  if (isDrawn(box)) return true;
  if ([...(box.labels ?? [])].some(isDrawn)) return true;
  return box.localName === "input" && Boolean(box.parentElement) && isDrawn(box.parentElement);
}

function boxOf(element) {
  const native = element.localName === "input";
  const disabled = native ? element.disabled : attribute(element, "aria-disabled") === "true" || element.disabled === true;
  return {
    label: labelOf(element) || captionBeside(element),
    name: (attribute(element, "name") || attribute(element, "id") || attribute(element, "value")).slice(0, 200),
    checked: native ? element.checked : attribute(element, "aria-checked") === "true",
    disabled: Boolean(disabled),
  };
}

function captionBeside(element) {
  if (element.localName !== "input") {
    const own = captionOf(element);
    if (own) return own;
  }
  for (let at = element.parentElement, steps = 0; at && steps < 4; at = at.parentElement, steps += 1) {
    const text = textOf(at, 300, 300);
    if (text) return line(text.split("\n")[0], 120);
  }
  return "";
}
