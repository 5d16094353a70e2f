/**
 * What the server writes into the snippet: the question of one site in one language, and what it declares.
 *
 * @typedef {object} Purpose
 * @property {string} id
 * @property {string} key  its three signs in the choice cookie
 * @property {"ask" | "opt-out"} mode
 * @property {string} name
 * @property {string[]} says  what the preferences layer tells of it
 *
 * @typedef {object} Site
 * @property {string} language
 * @property {string} token  stands for the exact text shown; without it there is no choice
 * @property {string} out  the token of the opt-out from our measurement; "" = there is none
 * @property {string} domain  the domain that all origins share; "" = only the host that serves this
 * @property {string} title
 * @property {string[]} text  the question, in the order in which it is shown
 * @property {Purpose[]} purposes
 * @property {string[]} free  ids of purposes that need no permission
 * @property {[name: string, kind: string, purpose: string][]} stored  what withdrawal removes; `*` stands for any signs
 * @property {boolean} signals  whether browsers' signals count
 * @property {string} measures  id of the purpose of our own measurement; "" = we do not measure
 * @property {{id: string, src: string, purpose: string} | null} tag  Google Analytics 4
 * @property {[text: string, path: string][]} links
 * @property {Record<string, string>} say  texts of controls and of the preferences layer
 *
 * @typedef {{said: string, until: number}} Answer  until: milliseconds, exclusive
 */

/** Where the script came from is where Zweck is. */
export const script = /** @type {HTMLScriptElement} */ (document.currentScript);
export const origin = new URL(script.src).origin;

/**
 * Make an element. What is given is only ever set as text or property, never read as markup.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} [set]
 * @param {(Node | string)[]} inside
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, set, ...inside) {
  const element = Object.assign(document.createElement(tag), set);
  element.append(...inside);
  return element;
}

/** @param {() => void} act */
export function whenParsed(act) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", act);
  else act();
}
