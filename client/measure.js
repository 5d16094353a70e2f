import { origin } from "./site.js";

let isOn = false;
let isHeard = false;
let from = document.referrer;
let here = "";
let shownAt = 0;
let shown = 0;

// More of an address is not taken; its path stands at its beginning.
const LONGEST = 2000;

/**
 * @param {string} [event]
 * @param {number} [seconds]
 */
function send(event, seconds) {
  const hit = {
    u: here,
    r: from.slice(0, LONGEST),
    e: event,
    s: seconds,
    w: innerWidth,
    b: navigator.webdriver ? 1 : undefined,
  };
  navigator.sendBeacon(`${origin}/z/hit`, JSON.stringify(hit));
}

const address = () => location.href.replace(/#.*/, "").slice(0, LONGEST);

function rest() {
  if (shownAt) shown += performance.now() - shownAt;
  shownAt = 0;
}

function wake() {
  shownAt = document.hidden ? 0 : performance.now();
}

/** Tell how long the page was seen since this was last told. */
function leave() {
  rest();
  const seconds = Math.round(shown / 1000);
  if (isOn && here && seconds) {
    shown = 0;
    send("leave", seconds);
  }
}

function view() {
  const now = address();
  if (!isOn || now === here) return;
  leave();
  if (here) from = here;
  here = now;
  shown = 0;
  wake();
  send();
}

function hear() {
  isHeard = true;
  for (const name of /** @type {const} */ (["pushState", "replaceState"])) {
    const own = history[name];
    history[name] = function (...given) {
      own.apply(this, given);
      view();
    };
  }
  addEventListener("popstate", view);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : wake()));
  document.addEventListener("click", ({ target }) => {
    const told = target instanceof Element && target.closest("[data-zweck-event]");
    if (told) measure(told.getAttribute("data-zweck-event") ?? "");
  });
}

/**
 * Begin, or stop at once. Nothing is kept on the device.
 * @param {boolean} on
 */
export function switchTo(on) {
  if (on === isOn) return;
  isOn = on;
  here = "";
  if (on && !isHeard) hear();
  view();
}

/**
 * Report a declared event of this page.
 * @param {string} event
 */
export function measure(event) {
  if (isOn && event) send(event);
}
