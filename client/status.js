import { button } from "./banner.js";
import { make, origin } from "./site.js";

/**
 * Fill each place that asks for it with whether this visit is measured, as the server sees it, and the way out.
 * @param {(action: "opt-out" | "opt-in") => void} choose
 */
export async function tell(choose) {
  const places = document.querySelectorAll("[data-zweck-status]");
  if (!places.length) return;
  try {
    const query = new URLSearchParams({ path: location.pathname, lang: document.documentElement.lang });
    const answer = await fetch(`${origin}/z/status?${query}`, { credentials: "include" });
    const { text, action, control } = await answer.json();
    for (const place of places)
      place.replaceChildren(make("p", { role: "status" }, text), action ? button(control, () => choose(action)) : "");
  } catch {
    // The link that stands there leads to the same answer.
  }
}
