import { make } from "./site.js";

const HELD = "[data-zweck-purpose]";
const PURPOSE = "zweckPurpose";
/** @type {WeakSet<Element>} */
const shown = new WeakSet();
/** @type {Promise<unknown>} */
let before = Promise.resolve();

/**
 * @typedef {object} Ways
 * @property {(purpose: string) => boolean} allows
 * @property {(purpose: string) => void} always  says yes to a purpose
 * @property {Record<string, string>} say
 */

/**
 * Put the script itself in the place of the held one; those with a source wait for each other.
 * @param {HTMLScriptElement} held
 */
function run(held) {
  const script = document.createElement("script");
  for (const { name, value } of held.attributes)
    if (!/^(type|src|data-(zweck-purpose|src|type))$/.test(name)) script.setAttribute(name, value);
  script.type = held.dataset.type ?? "";
  script.nonce = held.nonce;
  script.text = held.text;
  const src = held.dataset.src ?? held.getAttribute("src");
  held.removeAttribute("data-zweck-purpose");
  before = before.then(
    () =>
      new Promise((done) => {
        if (src) {
          script.onload = script.onerror = done;
          script.src = src;
        }
        held.replaceWith(script);
        if (!src) done(0);
      }),
  );
}

/**
 * @param {HTMLTemplateElement} held
 * @param {string} purpose
 */
function unfold(held, purpose) {
  const inside = document.importNode(held.content, true);
  for (const script of inside.querySelectorAll("script")) {
    if (script.type) script.dataset.type = script.type;
    if (script.src) script.dataset.src = script.src;
    script.removeAttribute("src");
    script.type = "text/plain";
    script.dataset[PURPOSE] = purpose;
  }
  held.replaceWith(inside);
}

/** @param {HTMLIFrameElement} frame  from now on the page's own, whatever is chosen later */
function once(frame) {
  reveal(frame);
  frame.removeAttribute("data-zweck-purpose");
}

/** @param {HTMLIFrameElement} frame */
function reveal(frame) {
  const stand = frame.previousElementSibling;
  if (stand?.className === "zweck-held") stand.remove();
  frame.src = frame.dataset.src ?? "";
  frame.hidden = false;
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {boolean} on
 * @param {Ways} ways
 */
function show(frame, on, { always, say }) {
  if (on === shown.has(frame) && (on || frame.hidden)) return;
  if (on) {
    shown.add(frame);
    reveal(frame);
    return;
  }
  shown.delete(frame);
  frame.removeAttribute("src");
  frame.hidden = true;
  const { host } = new URL(frame.dataset.src ?? "", location.href);
  frame.before(
    make(
      "div",
      { className: "zweck-held" },
      make("p", {}, `${frame.title} ${say.held} ${host}`),
      make("button", { type: "button", onclick: () => once(frame) }, say.once ?? ""),
      make("button", { type: "button", onclick: () => always(frame.dataset[PURPOSE] ?? "") }, say.always ?? ""),
    ),
  );
}

/**
 * Let through what may pass now, and hold the rest.
 * @param {Ways} ways
 */
export function look(ways) {
  for (const held of document.querySelectorAll(HELD)) {
    if (!(held instanceof HTMLElement)) continue;
    const purpose = held.dataset[PURPOSE] ?? "";
    const allowed = ways.allows(purpose);
    if (held instanceof HTMLIFrameElement) show(held, allowed, ways);
    else if (!allowed) continue;
    else if (held instanceof HTMLScriptElement) run(held);
    else if (held instanceof HTMLTemplateElement) {
      unfold(held, purpose);
      look(ways);
      return;
    }
  }
}

/**
 * Look again when the page changes, at most once a frame.
 * @param {() => void} again
 */
export function watch(again) {
  let isDue = false;
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      again();
    });
  }).observe(document, { childList: true, subtree: true });
}
