// What a page says and asks for. Bounded throughout: a page may be of any size.

const statement = rules(wish.words.links.statement);
const FIELDS = "input, textarea, select";
const NO_FIELD = new Set(["hidden", "submit", "button", "image", "reset"]);
const PLACES = [
  ["footer, [role=contentinfo], [class*=footer], [id*=footer]", "footer"],
  ["nav, [role=navigation]", "nav"],
  ["header, [role=banner]", "header"],
  ["main, [role=main]", "main"],
];

function absolute(address) {
  try {
    const url = new URL(address, document.baseURI);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

// ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const isField = (element) => element.matches(FIELDS) && !NO_FIELD.has(element.type);
const fieldsIn = (top) => elementsIn(top, 6000).filter(isField).slice(0, 200);

function isOutOfSight(element) {
  const { left, right, bottom, width, height } = element.getBoundingClientRect();
  if (width <= 1 || height <= 1 || right + scrollX <= 0 || bottom + scrollY <= 0) return true;
  return left > Math.max(innerWidth, document.documentElement.scrollWidth) || !isShown(element) || isCut(element);
}

function isCut(element) {
  for (let at = element, steps = 0; at && steps < 6; at = parentOf(at), steps += 1) {
    const style = getComputedStyle(at);
    const { width, height } = at.getBoundingClientRect();
    if (style.clip === "rect(0px, 0px, 0px, 0px)" || style.clipPath === "inset(50%)") return true;
    if (style.overflow !== "visible" && (width <= 1 || height <= 1)) return true;
  }
  return false;
}

function isHidden(field, formShown) {
  if (!formShown) return field.hidden || attribute(field, "aria-hidden") === "true";
  if (!isOutOfSight(field)) return false;
  const stands = ["checkbox", "radio", "file"].includes(field.type);
  return !(stands && [...(field.labels ?? [])].some((label) => !isOutOfSight(label)));
}

function fieldOf(field, formShown) {
  return {
    name: attribute(field, "name").slice(0, 200) || attribute(field, "id").slice(0, 200),
    kind: field.localName === "input" ? String(field.type) : field.localName,
    label: labelOf(field) || wordsBefore(field),
    autocomplete: attribute(field, "autocomplete").slice(0, 100),
    required: field.required === true || attribute(field, "aria-required") === "true",
    checked: field.checked === true,
    hidden: isHidden(field, formShown),
  };
}

function wordsBefore(field) {
  const ticked = field.type === "checkbox" || field.type === "radio";
  const beside = ticked ? field.nextSibling : field.previousSibling;
  const near = beside && (beside.textContent ?? "").trim() ? beside : ticked ? field.nextElementSibling : field.previousElementSibling;
  return near && !(near.nodeType === Node.ELEMENT_NODE && near.matches(`form, ${FIELDS}, button`)) ? line(near.textContent ?? "") : "";
}

// As far up as it is still about this form.
function surroundings(form) {
  let around = form;
  for (let at = parentOf(form); at && !at.matches("body, html, main"); at = parentOf(at)) {
    const forms = at.querySelectorAll("form").length;
    if (forms > (form.localName === "form" ? 1 : 0) || textOf(at, 3000, 4000).length > 2000) break;
    around = at;
  }
  return around;
}

// Where a form stands bare in the page, what is said from the last heading on belongs to it.
function lead(around) {
  const said = [];
  let heading = "";
  for (let at = around.previousElementSibling, steps = 0; at && steps < 5 && !heading; at = at.previousElementSibling, steps += 1) {
    if (at.matches("form, nav, header, footer") || at.querySelector("form")) break;
    if (at.matches("h1, h2, h3, h4, h5, h6")) heading = textOf(at, 200, 200);
    said.unshift(textOf(at, 800, 800));
  }
  return { heading, text: said.join("\n") };
}

function headingOf(form, around, before) {
  const inside = form.querySelector("h1, h2, h3, h4, h5, h6, legend") ?? around.querySelector("h1, h2, h3, h4, h5, h6, legend");
  return line(inside ? textOf(inside, 200, 200) : before.heading) || line(attribute(form, "aria-label")) || nameByIds(form);
}

function formOf(form) {
  const shown = isShown(form);
  const around = surroundings(form);
  const before = lead(around);
  const tells = [textOf(around, 2000, 4000) || line(form.textContent ?? "", 2000)];
  if (!tells[0].includes(before.text)) tells.unshift(before.text);
  const real = form.localName === "form";
  const action = real ? absolute(attribute(form, "action") || location.href) : null;
  const sender = form.querySelector("button[type=submit], input[type=submit], button:not([type]), input[type=image]") ?? form.querySelector("button");
  const anchors = [...around.querySelectorAll("a")].slice(0, 60);
  return {
    action: action ? action.origin + action.pathname : "",
    method: real ? (attribute(form, "method").toUpperCase() === "POST" ? "POST" : "GET") : "",
    fields: fieldsOf(form).map((field) => fieldOf(field, shown)),
    text: tidy(tells.join("\n")).slice(0, 2000),
    heading: headingOf(form, around, before),
    button: sender ? captionOf(sender) : "",
    links_statement: anchors.some((link) => statement.test(plain(`${link.textContent} ${attribute(link, "href")}`))),
  };
}

function fieldsOf(form) {
  const own = fieldsIn(form);
  const listed = form.localName === "form" ? [...HTMLFormElement.prototype.__lookupGetter__("elements").call(form)].slice(0, 300) : [];
  return [...new Set([...own, ...listed.filter(isField)])].slice(0, 200);
}

// Fields that no form holds, by the nearest thing around them that can be sent.
function loose(fields) {
  const groups = new Set();
  for (const field of fields) {
    if (field.form || field.type === "checkbox" || field.type === "radio") continue;
    let at = parentOf(field);
    for (let steps = 0; at && steps < 6 && !at.querySelector("button, [role=button], input[type=button]"); steps += 1) at = parentOf(at);
    if (at && !at.matches("body, html, main")) groups.add(at);
  }
  return [...groups].slice(0, 20);
}

// ── links, boxes ────────────────────────────────────────────────────────────────────────────────────────────────────

function regionOf(element) {
  const found = PLACES.find(([selector]) => element.closest(selector));
  return found ? found[1] : "";
}

function linksOf(anchors) {
  const found = new Map();
  for (const anchor of anchors) {
    const url = absolute(attribute(anchor, "href"));
    if (!url || !attribute(anchor, "href")) continue;
    const text = line(anchor.textContent ?? "", 160) || captionOf(anchor).slice(0, 160);
    const key = `${url.href} ${text} ${regionOf(anchor)}`;
    if (!found.has(key)) found.set(key, { anchor, url: url.href.slice(0, 2000), text, region: regionOf(anchor) });
  }
  const links = [...found.values()];
  const told = links.length <= 400 ? links : [...links.slice(0, 320), ...links.slice(-80)];
  const covered = coveredAmong(told.map(({ anchor }) => anchor).filter(isDrawn));
  return told.map(({ anchor, ...link }) => ({ ...link, covered: covered.has(anchor) }));
}

const topics = Object.values(wish.words.topic).map((entry) => ({ weight: entry.weight, fits: rules(entry.words) }));

function asksForConsent(element) {
  const marks = wish.products.flatMap((product) => product.detect).join(", ");
  for (let at = element, steps = 0; at && steps < 30; at = parentOf(at), steps += 1) {
    if (at.matches(marks)) return true;
    const lies = at.matches("dialog, [role=dialog], [role=alertdialog]") || getComputedStyle(at).position === "fixed";
    if (!lies && !at.matches("section, form")) continue;
    const words = plain(textOf(at, 6000, 6000));
    if (words.length < 6000 && /cookie|consent|einwillig|zustimm/.test(words.slice(0, 4000))) {
      if (lies && topics.reduce((sum, topic) => sum + (topic.fits.test(words) ? topic.weight : 0), 0) >= 3) return true;
    }
  }
  return false;
}

const boxesOf = (elements) =>
  elements
    .filter((element) => isReachable(element))
    .slice(0, 200)
    .filter((element) => !asksForConsent(element))
    .map(boxOf);

// Imprint and statement stand at the end of a page that is too long to be read.
const ends = (list) => (list.length <= 2000 ? [...list] : [...Array.prototype.slice.call(list, 0, 1700), ...Array.prototype.slice.call(list, -300)]);

// ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────

function read() {
  if (!document.body) return null;
  // Shadow trees as far as the walk comes; the rest by the browser's own lists, which know no size.
  const walked = elementsIn(document.body, 60_000);
  const all = (selector) => [...new Set([...walked.filter((it) => it.matches(selector)), ...ends(document.querySelectorAll(selector))])];
  const fields = all(FIELDS).filter(isField);
  const forms = all("form").slice(0, 60);
  return {
    forms: [...forms, ...loose(fields)].map(formOf).filter((form) => form.fields.length),
    links: wish.framed ? [] : linksOf(ends(all("a"))),
    boxes: boxesOf(all(BOXES)),
    text: textOf(document.body, 100_000, 300_000),
    title: line(document.title, 300),
    language: attribute(document.documentElement, "lang").slice(0, 35),
  };
}

return read();
