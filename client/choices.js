/** @import { Site } from "./site.js" */
import { button, put, words } from "./banner.js";
import { make } from "./site.js";

/**
 * @typedef {object} Layer
 * @property {string} note  what holds here beyond the choice: a browser's signal, or what cannot be done
 * @property {(purpose: string) => boolean | undefined} said  undefined: not answered
 * @property {HTMLButtonElement[]} buttons
 * @property {(is: (purpose: string) => boolean) => void} save
 * @property {() => void} leaveOut  the opt-out from our measurement
 * @property {() => void} leave
 */

/**
 * Every optional purpose with its yes and its no. Nothing is ticked that was not said; what stays open counts as no.
 * @param {Site} site
 * @param {Layer} layer
 */
export function open(site, { note, said, buttons, save, leaveOut, leave }) {
  const form = make("form", {});
  for (const { id, name, says, mode } of site.purposes) {
    const one = (/** @type {boolean} */ yes) =>
      make(
        "label",
        {},
        make("input", { type: "radio", name: id, value: yes ? "1" : "", defaultChecked: said(id) === yes }),
        ` ${site.say[yes ? "yes" : "no"]}`,
      );
    const lines = says.map((line) => make("p", {}, line));
    const ways = mode === "ask" ? [one(true), one(false)] : site.out ? [button(site.say.out, leaveOut)] : [];
    form.append(make("fieldset", {}, make("legend", {}, name), ...lines, ...ways));
  }
  const dialog = make(
    "dialog",
    { ariaLabel: site.say.choices ?? "" },
    words(site, note && make("p", { role: "status" }, note), form),
    make(
      "div",
      {},
      ...buttons,
      button(site.say.save, () => {
        const chosen = new FormData(form);
        save((id) => chosen.get(id) === "1");
      }),
      button(site.say.close, leave),
    ),
  );
  dialog.onkeydown = ({ key }) => key === "Escape" && leave();
  put(dialog).show();
}
