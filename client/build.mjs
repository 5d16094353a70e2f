// `npm run build`: the modules beside this file become the few small files that are served. They are committed.
import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

const HERE = new URL(".", import.meta.url).pathname;
const INTO = process.argv[2] ?? `${HERE}../src/zweck/site/assets`;

/** @type {import("esbuild").Plugin} */
const smallStyles = {
  name: "small-styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const how = {
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  plugins: [smallStyles],
  absWorkingDir: HERE,
};

await build({ ...how, entryPoints: ["snippet.js"], outfile: `${INTO}/snippet.js` });
await build({ ...how, entryPoints: ["measure-only.js"], outfile: `${INTO}/measure.js` });
await build({ ...how, entryPoints: ["work.js"], outfile: `${INTO}/work.js` });
await build({ ...how, entryPoints: ["form.js"], outfile: `${INTO}/form.js` });
