/** @import { Site } from "./site.js" */
import { button } from "./banner.js";
import { make, origin } from "./site.js";

/**
 * Fill each place that asks for it with whether this visit is measured, as the server sees it, and the way out.
 * @param {Site} site
 * @param {() => void} optOut
 */
export async function tell({ language, say }, optOut) {
  const places = document.querySelectorAll("[data-zweck-status]");
  if (!places.length) return;
  try {
    const query = new URLSearchParams({ path: location.pathname, lang: language });
    const answer = await fetch(`${origin}/z/status?${query}`, { credentials: "include" });
    const { text, out } = await answer.json();
    for (const place of places)
      place.replaceChildren(make("p", { role: "status" }, text), out ? button(say.out, optOut) : "");
  } catch {
    // The link that stands there leads to the same answer.
  }
}
