// The measurement alone, for pages whose server knows the choice and brings this only where it may run.
import { measure, switchTo } from "./measure.js";

switchTo(true);
// A choice is on its way: from here on this page sends nothing, whatever is chosen.
document.addEventListener("submit", ({ target }) => {
  // By attribute: a button named "action" hides the property.
  if (target instanceof Element && target.getAttribute("action") === "/z/choice") switchTo(false);
});
Object.assign(window, { zweck: { measure } });
