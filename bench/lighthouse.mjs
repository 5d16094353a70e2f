/**
 * Lighthouse over addresses: `node lighthouse.mjs ADDRESS...`, after `npm ci` in this folder. `lighthouse.py` calls it.
 *
 * Prints one line of JSON per page: its address, its scores, and what cost it points. Chromium: CHROME_PATH.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const LIGHTHOUSE = fileURLToPath(new URL("node_modules/lighthouse/cli/index.js", import.meta.url));
const CHROME_FLAGS =
  "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
  "--disable-component-update --disable-sync --disable-dev-shm-usage";

/** @typedef {{ title: string, score: number | null }} Audit */
/** @typedef {{ score: number | null, auditRefs: { id: string, weight: number }[] }} Category */
/** @typedef {{ categories: Record<string, Category>, audits: Record<string, Audit> }} Report */

/**
 * Lighthouse's report on one page. Throws with Lighthouse's own words when it could not look.
 *
 * @param {string} address
 * @returns {Report}
 */
function look(address) {
  const options = ["--output=json", "--quiet", "--preset=desktop", `--only-categories=${CATEGORIES.join(",")}`];
  const result = spawnSync(process.execPath, [LIGHTHOUSE, address, ...options, `--chrome-flags=${CHROME_FLAGS}`], {
    encoding: "utf8",
    env: { CHROME_PATH: "/usr/bin/chromium", ...process.env },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 180_000,
  });
  if (result.status !== 0) {
    throw new Error(`${address}: ${result.error?.message ?? result.stderr}`);
  }
  return JSON.parse(result.stdout);
}

/**
 * The weighted audits that cost a category its last points.
 *
 * @param {Report} report
 * @returns {string[]}
 */
function losses(report) {
  return Object.values(report.categories)
    .flatMap((category) => category.auditRefs.filter((reference) => reference.weight > 0))
    .flatMap((reference) => report.audits[reference.id] ?? [])
    .filter((audit) => audit.score !== null && audit.score < 1)
    .map((audit) => audit.title);
}

for (const page of process.argv.slice(2)) {
  const report = look(page);
  const scores = CATEGORIES.map((name) => [name, Math.round((report.categories[name]?.score ?? 0) * 100)]);
  console.log(JSON.stringify({ page, scores: Object.fromEntries(scores), losses: losses(report) }));
}
