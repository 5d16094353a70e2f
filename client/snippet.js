/** @import { Answer, Site } from "./site.js" */
import { ask, button, close, dress, stay } from "./banner.js";
import { answers } from "./choice.js";
import { open } from "./choices.js";
import { switchTag } from "./ga4.js";
import { look, watch } from "./gate.js";
import { measure, switchTo } from "./measure.js";
import { origin, whenParsed } from "./site.js";
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
const asked = () => site.purposes.filter(({ mode }) => mode === "ask").map(({ id }) => id);
const unanswered = () => (gpc || cannot ? [] : asked().filter((id) => !answer(id)));
const ways = {
  allows,
  say: site.say,
  always: (/** @type {string} */ always) => save((id) => id === always || answer(id) === "y"),
};

/** @param {(purpose: string) => boolean} is  all purposes that are asked about are answered at once */
const save = (is) => void choose("save", Object.fromEntries(asked().map((id) => [id, is(id)])));

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
 * @param {string} [token]  of the text that was shown
 */
async function choose(action, answers = {}, token = site.token) {
  const body = new URLSearchParams({ token, action });
  for (const [id, yes] of Object.entries(answers)) body.set(`purpose-${id}`, yes ? "yes" : "no");
  try {
    const sent = await fetch(`${origin}/z/choice`, {
      method: "POST",
      credentials: "include",
      headers: { Accept: "application/json" },
      body,
    });
    if (!sent.ok) throw new Error(`${sent.status}`);
    apply();
    if (unanswered()[0]) cannot = site.say.blocked;
  } catch {
    cannot = site.say.failed;
  }
  warn();
  leave();
  void tell(site, optOut, show);
}

const optOut = () => void choose("opt-out", {}, site.out);

const warn = () => cannot && console.warn("zweck:", cannot);

function leave() {
  close();
  void request();
  back?.focus();
  back = null;
}

/** Ask what has no answer yet; where something has one, only about the rest. */
async function request() {
  const open = unanswered();
  if (!open[0]) return;
  let { text, token } = site;
  if (open.length < asked().length) {
    const question = await fetch(`${origin}/z/question?lang=${site.language}&purposes=${open}`).catch(() => null);
    if (!question?.ok) return;
    ({ text, token } = await question.json());
  }
  ask(site, text, [...buttons(token), button(site.say.set, show)]);
}

/** @param {string} [token] */
const buttons = (token) => [
  button(site.say.refuse, () => void choose("refuse", {}, token)),
  button(site.say.accept, () => void choose("accept", {}, token)),
];

function show() {
  const note = cannot || (gpc ? site.say.gpc : "") || "";
  const layer = { note, buttons: cannot ? [] : buttons(), save, leaveOut: optOut, leave };
  open(site, { ...layer, said: (id) => (answer(id) ? answer(id) === "y" : undefined) });
}

Object.assign(window, { zweck: { status, choose, open: show, measure } });
dress();
apply();
whenParsed(() => {
  warn();
  look(ways);
  watch(() => {
    look(ways);
    stay();
  });
  if (site.purposes[0] && !document.querySelector("[data-zweck-choices]")) {
    const change = button(site.say.change, show);
    change.dataset.zweckChoices = "";
    document.body.append(change);
  }
  document.addEventListener("click", (event) => {
    back = event.target instanceof Element ? event.target.closest("[data-zweck-choices]") : null;
    if (!back) return;
    event.preventDefault();
    show();
  });
  void request();
  void tell(site, optOut, show);
});
