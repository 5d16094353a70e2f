/** @import { Answer, Site } from "./site.js" */
import { ask, button, close, dress } from "./banner.js";
import { answers } from "./choice.js";
import { open } from "./choices.js";
import { switchTag } from "./ga4.js";
import { look, watch } from "./gate.js";
import { measure, switchTo } from "./measure.js";
import { make, origin, whenParsed } from "./site.js";
import { tell } from "./status.js";
import { sweep } from "./sweep.js";

const site = /** @type {Site} */ (ZWECK);
// Browsers keep this as it was when the page was opened: read once.
const gpc = /** @type {any} */ (navigator).globalPrivacyControl === true;
const objects = site.signals && (gpc || navigator.doNotTrack === "1");
const host = site.domain || new URL(origin).hostname;
const isHome = location.hostname === host || (site.domain && location.hostname.endsWith(`.${host}`));
let cannot = isHome ? (navigator.cookieEnabled ? "" : site.say.blocked) : site.say.elsewhere;
let allowed = "";
/** @type {Map<string, Answer>} */
let said = new Map();
/** @type {HTMLElement | null} */
let back;

/** @param {string} id */
const purposeOf = (id) => site.purposes.find((one) => one.id === id);

/** @param {string} id */
const found = (id) => said.get(purposeOf(id)?.key ?? "");

/** @param {string} id */
function answer(id) {
  const last = found(id);
  return last && Date.now() < last.until ? last.said : "";
}

/** @param {string} id */
function allows(id) {
  const purpose = purposeOf(id);
  if (!purpose) return site.free.includes(id);
  const now = answer(id);
  // Where nothing is asked, silence lets it pass and an ended yes as well; an ended refusal still holds it back.
  return now === "y" || (purpose.mode === "opt-out" && !now && !objects && (found(id)?.said ?? "y") === "y");
}

const status = () => Object.fromEntries(site.purposes.map(({ id }) => [id, { allows: allows(id), said: answer(id) }]));
const isAsked = () => !gpc && !cannot && site.purposes.some(({ id, mode }) => mode === "ask" && !answer(id));
const ways = {
  allows,
  say: site.say,
  always: (/** @type {string} */ id) => void choose("save", { ...kept(), [id]: true }),
};

/** What was said before, for a choice that speaks of one purpose only. */
const kept = () =>
  Object.fromEntries(site.purposes.filter(({ id }) => answer(id)).map(({ id }) => [id, answer(id) === "y"]));

/** Read the choice anew, and let run or stop what it says. */
function apply() {
  said = answers(document.cookie);
  const now = JSON.stringify(status());
  if (now === allowed) return;
  const isFirst = !allowed;
  allowed = now;
  if (!isFirst || said.size) void sweep(site.stored, (id) => allows(id) || (isFirst && !answer(id)));
  switchTo(!!site.measures && allows(site.measures));
  if (site.tag) switchTag(site.tag, allows(site.tag.purpose));
  look(ways);
  document.dispatchEvent(new CustomEvent("zweck:choice", { detail: status() }));
}

/**
 * Send a choice. Nothing counts before the server has answered and the browser has kept what it set.
 * @param {string} action
 * @param {Record<string, boolean>} [answers]
 */
async function choose(action, answers = {}) {
  const body = new URLSearchParams({ token: site.token, action });
  for (const [id, yes] of Object.entries(answers)) body.set(`purpose.${id}`, yes ? "yes" : "no");
  try {
    const sent = await fetch(`${origin}/z/choice`, {
      method: "POST",
      credentials: "include",
      headers: { Accept: "application/json" },
      body,
    });
    if (!sent.ok) throw new Error(`${sent.status}`);
    apply();
    if (isAsked()) cannot = site.say.blocked;
  } catch (failure) {
    cannot = site.say.failed;
    console.warn("zweck:", failure);
  }
  if (cannot) console.warn("zweck:", cannot);
  leave();
  void tell(choose);
}

function leave() {
  close();
  if (isAsked()) ask(site, buttons(true));
  back?.focus();
  back = null;
}

/** @param {boolean} [withMore] */
const buttons = (withMore) => [
  button(site.say.refuse, () => void choose("refuse")),
  button(site.say.accept, () => void choose("accept")),
  ...(withMore ? [button(site.say.set, show)] : []),
];

function show() {
  const note = cannot || (gpc ? site.say.gpc : "") || "";
  const layer = { note, buttons: cannot ? [] : buttons(), save: choose.bind(null, "save"), leave };
  open(site, { ...layer, said: (id) => (answer(id) ? answer(id) === "y" : undefined) });
}

Object.assign(window, { zweck: { status, choose, open: show, measure } });
dress();
apply();
whenParsed(() => {
  if (cannot) console.warn("zweck:", cannot);
  look(ways);
  watch(() => look(ways));
  if (site.purposes[0] && !document.querySelector("[data-zweck-choices]")) {
    const change = make("button", { type: "button", className: "zweck-change" }, site.say.change ?? "");
    change.dataset.zweckChoices = "";
    document.body.append(change);
  }
  document.addEventListener("click", (event) => {
    back = event.target instanceof Element ? event.target.closest("[data-zweck-choices]") : null;
    if (!back) return;
    event.preventDefault();
    show();
  });
  if (isAsked()) ask(site, buttons(true));
  void tell(choose);
});
