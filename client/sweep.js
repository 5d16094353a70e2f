/** @import { Site } from "./site.js" */

/** @param {string} pattern  a declared name; `*` stands for any signs */
const fits = (pattern) => {
  const rule = new RegExp(`^${pattern.replace(/[^\w*]/g, "\\$&").replace(/\*/g, ".*")}$`);
  return (/** @type {string} */ name) => rule.test(name);
};

/** @param {string} name  in this host and each domain above it */
function expire(name) {
  for (const labels = ["", ...location.hostname.split(".")]; labels.length; labels.shift()) {
    const where = labels[0] ? `; Domain=${labels.join(".")}` : "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser, and answers late
    document.cookie = `${name}=; Max-Age=0; Path=/${where}`;
  }
}

/**
 * Remove from the device what served purposes that no longer may; the server removes what scripts cannot reach.
 * @param {Site["stored"]} stored
 * @param {(purpose: string) => boolean} allows
 */
export async function sweep(stored, allows) {
  for (const [pattern, kind, purpose] of stored) {
    if (allows(purpose)) continue;
    const is = fits(pattern);
    try {
      if (kind === "cookie") {
        for (const one of document.cookie.split("; ")) {
          const name = one.split("=", 1)[0] ?? "";
          if (is(name)) expire(name);
        }
      } else if (kind === "indexed-db") {
        for (const { name } of await indexedDB.databases()) if (name && is(name)) indexedDB.deleteDatabase(name);
      } else if (kind === "cache") {
        for (const name of await caches.keys()) if (is(name)) await caches.delete(name);
      } else {
        const store = kind === "local-storage" ? localStorage : sessionStorage;
        for (const name of Object.keys(store)) if (is(name)) store.removeItem(name);
      }
    } catch {
      // Storage that is blocked holds nothing of ours.
    }
  }
}
