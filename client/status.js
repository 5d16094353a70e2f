/** @import { Site } from "./site.js" */
import { button } from "./banner.js";
import { make, origin } from "./site.js";

/**
 * Fill each place that asks for it with whether this visit is measured, as the server sees it, and the way to change it.
 * @param {Site} site
 * @param {() => void} optOut
 * @param {() => void} choose  a yes is given only where the question stands
 */
export async function tell({ language }, optOut, choose) {
  const places = document.querySelectorAll("[data-zweck-status]");
  if (!places.length) return;
  try {
    const query = new URLSearchParams({ path: location.pathname, lang: language });
    const answer = await fetch(`${origin}/z/status?${query}`, { credentials: "include" });
    const { text, action, control } = await answer.json();
    for (const place of places)
      place.replaceChildren(
        make("p", { role: "status" }, text),
        action ? button(control, action === "opt-out" ? optOut : choose) : "",
      );
  } catch {
    // The link that stands there leads to the same answer.
  }
}
