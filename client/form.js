// A form of ours on another page of the company: `<div data-zweck-form="newsletter">` with a link to it inside.
// What stands there stays until the form has arrived, and for whoever has no scripts.
import style from "./form.css";
import { make, origin, whenParsed } from "./site.js";
import { solve } from "./solve.js";

/**
 * @typedef {object} Input
 * @property {string} name
 * @property {string} label
 * @property {string} kind
 * @property {string} why
 * @property {string} value
 * @property {[value: string, text: string][]} options
 * @property {boolean} must
 * @property {number} longest
 * @property {string} fills
 *
 * @typedef {object} Told  the form as the server describes it; all of it is shown
 * @property {string} language
 * @property {string} title
 * @property {string} intro
 * @property {string} only
 * @property {Input[]} inputs
 * @property {[label: string, lines: string[]][]} facts
 * @property {string[]} agrees
 * @property {string} button
 * @property {[text: string, href: string]} statement
 * @property {[text: string, href: string] | null} credit  whose data the proposals come from
 * @property {string} slip
 * @property {[name: string, label: string]} trap
 * @property {Record<string, string>} say
 */

let forms = 0;

/** @param {HTMLElement} place */
async function show(place) {
  const id = place.dataset.zweckForm ?? "";
  const path = `${origin}/z/form/${encodeURIComponent(id)}`;
  const language = place.dataset.zweckLanguage ?? document.documentElement.lang;
  const asked = `?lang=${encodeURIComponent(language)}`;
  const answer = await fetch(`${path}.json${asked}`).catch(() => null);
  if (!answer?.ok) return;
  const told = /** @type {Told} */ (await answer.json());
  forms += 1;
  const form = build(told, `zweck-${forms}`);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(place, form, told, path + asked, {});
  });
  place.replaceChildren(form);
}

/**
 * @param {Told} told
 * @param {string} id
 */
function build(told, id) {
  const { title, intro, only, say, inputs, facts, agrees, statement, credit, trap } = told;
  const head = make("h2", { id, textContent: title });
  const form = make(
    "form",
    { className: "zweck-form", lang: told.language, noValidate: true, method: "post" },
    head,
    ...(intro ? [make("p", {}, intro)] : []),
    make("div", { className: "zweck-trouble", tabIndex: -1, hidden: true }),
    make("p", { className: "zweck-only" }, only),
    ...inputs.map((one) => (one.kind === "choice" ? choice(one, id) : field(one, id, say))),
    make(
      "label",
      { className: "zweck-trap", ariaHidden: "true" },
      trap[1],
      make("input", { name: trap[0], tabIndex: -1, autocomplete: "off" }),
    ),
    make("dl", {}, ...facts.flatMap(([label, lines]) => [make("dt", {}, label), make("dd", {}, lines.join(" "))])),
    make("p", {}, make("a", { href: statement[1] }, statement[0])),
    ...agrees.map((line) => make("p", {}, line)),
    make("button", {}, told.button),
    ...(credit ? [make("p", {}, make("a", { href: credit[1], rel: "license" }, credit[0]))] : []),
  );
  form.setAttribute("aria-labelledby", id);
  return form;
}

/**
 * @param {Input} one
 * @param {string} form
 * @param {Record<string, string>} say
 */
function field(one, form, say) {
  const id = `${form}-${one.name}`;
  const set = { id, name: one.name, value: one.value, required: one.must, maxLength: one.longest };
  const type = { email: "email", phone: "tel" }[one.kind] ?? "text";
  const input = one.kind === "lines" ? make("textarea", { ...set, rows: 6 }) : make("input", { ...set, type });
  if (one.fills) input.setAttribute("autocomplete", one.fills);
  const why = make("span", { id: `${id}-why`, className: "zweck-why" }, one.why);
  const wrong = make("span", { id: `${id}-wrong`, className: "zweck-wrong" });
  input.setAttribute("aria-describedby", `${id}-wrong ${id}-why`);
  const label = make("label", { htmlFor: id }, `${one.label} ${(one.must ? say.must : say.may) ?? ""}`);
  return make("div", { className: "zweck-field" }, label, why, wrong, input);
}

/**
 * @param {Input} one
 * @param {string} form
 */
function choice(one, form) {
  const options = one.options.map(([value, text]) => {
    const radio = make("input", { type: "radio", name: one.name, value, checked: value === one.value });
    return make("label", {}, radio, ` ${text}`);
  });
  const why = make("p", { id: `${form}-${one.name}-why`, className: "zweck-why" }, one.why);
  const group = make("fieldset", {}, make("legend", {}, one.label), why, ...options);
  group.setAttribute("aria-describedby", why.id);
  return group;
}

/**
 * @param {HTMLElement} place
 * @param {HTMLFormElement} form
 * @param {Told} told
 * @param {string} path
 * @param {Record<string, string>} step
 */
async function send(place, form, told, path, step) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  if (button.ariaBusy === "true" && !step.step) return;
  button.ariaBusy = "true";
  button.textContent = told.say.sending ?? "";
  const body = new URLSearchParams({ slip: told.slip, ...step });
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.set(name, value);
  const answer = await fetch(path, { method: "POST", body }).catch(() => null);
  /** @type {any} what the server answers, described in docs/howto/embed-a-form.md */
  const said = await answer?.json().catch(() => null);
  if (said?.slip) told.slip = said.slip;
  if (said?.step && !step.step) return patiently(place, form, told, path, said.step);
  button.ariaBusy = "false";
  button.textContent = told.button;
  if (said?.thanks) {
    const { title, lines } = said.thanks;
    const done = make("div", { className: "zweck-thanks", role: "status", tabIndex: -1 }, make("h2", {}, title));
    done.append(...lines.map((/** @type {string} */ line) => make("p", {}, line)));
    place.replaceChildren(done);
    done.focus();
  } else if (said?.error === "changed") {
    const typed = new FormData(form);
    await show(place);
    fill(place, typed);
    complain(/** @type {HTMLFormElement} */ (place.querySelector("form")), told, said.text, {});
  } else {
    complain(form, told, said?.text ?? told.say.failed, said?.wrong ?? {});
  }
}

/**
 * Do the work that is asked for, or wait, and send again.
 * @param {HTMLElement} place
 * @param {HTMLFormElement} form
 * @param {Told} told
 * @param {string} path
 * @param {{word: string, seconds: number, challenge: Parameters<typeof solve>[0]}} step
 */
async function patiently(place, form, told, path, { word, seconds, challenge }) {
  const altcha = await solve(challenge);
  if (!altcha) await new Promise((done) => setTimeout(done, seconds * 1000));
  await send(place, form, told, path, { step: word, altcha });
}

/**
 * @param {HTMLElement} place
 * @param {FormData} typed
 */
function fill(place, typed) {
  for (const [name, value] of typed) {
    const input = place.querySelector(`[name="${CSS.escape(name)}"]`);
    if (input instanceof HTMLTextAreaElement || (input instanceof HTMLInputElement && input.type !== "radio")) {
      input.value = String(value);
    }
  }
}

/**
 * Say what is wrong: at each field, and above them all, where the focus goes.
 * @param {HTMLFormElement} form
 * @param {Told} told
 * @param {string} text
 * @param {Record<string, string>} wrong
 */
function complain(form, told, text, wrong) {
  const box = /** @type {HTMLElement} */ (form.querySelector(".zweck-trouble"));
  const items = told.inputs.filter(({ name }) => wrong[name]);
  for (const { name } of told.inputs) {
    const input = form.querySelector(`[name="${CSS.escape(name)}"]`);
    const note = input?.parentElement?.querySelector(".zweck-wrong");
    if (!input || !note) continue;
    note.textContent = wrong[name] ?? "";
    if (wrong[name]) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  const list = items.map(({ name }) => {
    const input = form.querySelector(`[name="${CSS.escape(name)}"]`);
    return make("li", {}, make("a", { href: `#${input?.id}` }, wrong[name] ?? ""));
  });
  box.replaceChildren(...(text ? [make("p", {}, text)] : []));
  if (list[0]) box.append(make("p", {}, told.say.summary ?? ""), make("ul", {}, ...list));
  box.setAttribute("role", "alert");
  box.hidden = false;
  box.focus();
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
document.adoptedStyleSheets.push(sheet);
whenParsed(() => {
  for (const place of document.querySelectorAll("[data-zweck-form]"))
    if (place instanceof HTMLElement) void show(place);
});
