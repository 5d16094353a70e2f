/** @import { Site } from "./site.js" */
import css from "./look.css";
import { make, origin } from "./site.js";

/** @type {Element | null} */
let box = null;

/** A style sheet made by script needs nothing of a page's content policy. */
export function dress() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}

/**
 * @param {string | undefined} text
 * @param {() => void} onclick
 */
export const button = (text, onclick) => make("button", { type: "button", onclick }, text ?? "");

/**
 * Put a box first on the page, or right after its skip link, in place of the one before.
 * @template {Element} T
 * @param {T} next
 * @returns {T}
 */
export function put(next) {
  box?.remove();
  next.id = "zweck";
  const first = document.body.querySelector(":scope > a[href^='#']:first-child");
  if (first) first.after(next);
  else document.body.prepend(next);
  box = next;
  return next;
}

/** Put the box back where a framework has drawn the page anew without it. */
export function stay() {
  if (box && !box.isConnected) put(box);
}

/** Take the box away. */
export function close() {
  box?.remove();
  box = null;
}

/**
 * A heading and what is said below it, with the ways to the statement and the imprint.
 * @param {Site} site
 * @param {(Node | string)[]} inside
 */
export function words(site, ...inside) {
  return make(
    "div",
    { tabIndex: 0 },
    make("h2", {}, site.title),
    ...inside,
    make("p", {}, ...site.links.map(([text, path]) => make("a", { href: origin + path }, text))),
  );
}

/**
 * Ask: a region of its own beside the page, which stays open to everybody.
 * @param {Site} site
 * @param {string[]} text
 * @param {HTMLButtonElement[]} buttons
 */
export function ask(site, text, buttons) {
  const lines = text.map((line) => make("p", {}, line));
  put(make("section", { ariaLabel: site.title }, words(site, ...lines), make("div", {}, ...buttons)));
}
