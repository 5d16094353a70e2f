// One look of `find_banner` and `press` at one frame.

const KINDS = ["accept", "refuse", "settings", "save", "withdraw", "close", "info"];

const signWords = rules(wish.words.signs.words);

// Whether something in the page means that a banner may still come.
function expects() {
  if (hasChosen()) return false;
  if (wish.products.some((product) => firstOf(product.detect))) return true;
  const scripts = [...document.scripts].slice(0, 300);
  return scripts.some((script) => signWords.test(plain(script.src.slice(0, 500) || (script.text ?? "").slice(0, 60_000))));
}

// A product's own note of an earlier choice.
function hasChosen() {
  const kept = new Set(document.cookie.split("; ").map((pair) => pair.split("=")[0]));
  try {
    for (const key of Object.keys(localStorage)) kept.add(key);
  } catch {
    // a frame without storage
  }
  return wish.products.some((product) => product.stores?.some((name) => kept.has(name)));
}

function scan() {
  const controls = allControls();
  const found = bySemantics(controls) ?? byProduct(controls);
  if (!found) return { told: { said: null, expects: !wish.lax && expects(), product: productOf(null)?.id ?? "" } };
  const product = productOf(found.box);
  const elements = Object.fromEntries(KINDS.map((kind) => [kind, choose(found, product, kind)]));
  // A notice that can only be put away says yes by that.
  if (!elements.accept && !elements.refuse && !elements.save) elements.accept = elements.close;
  const said = told(found, product, elements);
  if (elements.info && leads(elements.info)) said.info = null;
  return { told: { said, expects: false, product: said.product }, elements, boxes: boxesIn(found.box), box: found.box };
}

return scan();
