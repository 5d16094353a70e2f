/** @import { Answer } from "./site.js" */

const FIRST_DAY = Date.UTC(2026, 0, 1);
const COOKIE = /(?:^|; ?)zweck-choice="?1\.[\w-]{11}([^; "]*)/g;
const ANSWER = /\.([\w-]{3})([yno])([\da-z]{3})(?![\w-])/g;

/**
 * The answers in the choice cookie, by their purpose's three signs. What cannot be read was not answered.
 * Of several such cookies the last counts, as on the server.
 * @param {string} jar  as `document.cookie` gives it
 * @returns {Map<string, Answer>}
 */
export function answers(jar) {
  const found = new Map();
  for (const [, key, said, day] of ([...jar.matchAll(COOKIE)].at(-1)?.[1] ?? "").matchAll(ANSWER))
    found.set(key, { said, until: FIRST_DAY + Number.parseInt(day ?? "", 36) * 864e5 });
  return found;
}
