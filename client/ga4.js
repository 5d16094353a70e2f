/** @import { Site } from "./site.js" */
import { make } from "./site.js";

// Consent Mode v2, basic: before a yes there is no script, no queue and no call.
let isLoaded = false;

/**
 * @param {NonNullable<Site["tag"]>} tag
 * @param {boolean} on
 */
export function switchTag(tag, on) {
  const page = /** @type {Record<string, any>} */ (/** @type {unknown} */ (window));
  if (!on && !isLoaded) return;
  page.dataLayer ||= [];
  // Google's script reads only what is an `arguments` object.
  page.gtag ||= function () {
    // biome-ignore lint/complexity/noArguments: see above
    page.dataLayer.push(arguments);
  };
  page[`ga-disable-${tag.id}`] = !on;
  const consent = "consent";
  const denied = "denied";
  if (on && !isLoaded)
    page.gtag(consent, "default", {
      ad_storage: denied,
      ad_user_data: denied,
      ad_personalization: denied,
      analytics_storage: denied,
    });
  page.gtag(consent, "update", { analytics_storage: on ? "granted" : denied });
  if (!on || isLoaded) return;
  isLoaded = true;
  page.gtag("js", new Date());
  page.gtag("config", tag.id);
  document.head.append(make("script", { src: `${tag.src}?id=${tag.id}`, async: true }));
}
