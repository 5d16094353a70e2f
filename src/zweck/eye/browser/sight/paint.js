// How a button is drawn. Colours are [red, green, blue, alpha], each from 0 to 1; contrast as WCAG 2 defines it.

const CLEAR = [0, 0, 0, 0];
const WHITE = [1, 1, 1, 1];
const COLOUR = /(?:rgba?|color|oklch|oklab)\([^()]*\)/;
const clamp = (value) => Math.min(1, Math.max(0, value));

function colourOf(css) {
  const found = COLOUR.exec(css ?? "");
  if (!found) return CLEAR;
  const [, kind, inner] = /^(\w+)\((?:srgb )?(.*)\)$/.exec(found[0]) ?? [];
  const numbers = (inner ?? "").split(/[\s,/]+/).filter(Boolean).map(numberOf);
  const [a, b, c, alpha = 1] = numbers;
  if ([a, b, c].some((value) => !Number.isFinite(value))) return CLEAR;
  if (kind === "oklch") return fromOklab(a, b * Math.cos((c * Math.PI) / 180), b * Math.sin((c * Math.PI) / 180), alpha);
  if (kind === "oklab") return fromOklab(a, b, c, alpha);
  return kind === "color" ? [a, b, c, alpha] : [a / 255, b / 255, c / 255, alpha];
}

function numberOf(text) {
  if (text === "none") return 0;
  return text.endsWith("%") ? parseFloat(text) / 100 : parseFloat(text);
}

// Björn Ottosson, "A perceptual color space for image processing".
function fromOklab(light, a, b, alpha) {
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
  const bend = (x) => clamp(x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
  return [bend(red), bend(green), bend(blue), alpha];
}

const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);

function brightness(colour) {
  const [red, green, blue] = colour.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [low, high] = [brightness(one), brightness(other)].sort((a, b) => a - b);
  return Math.round(((high + 0.05) / (low + 0.05)) * 100) / 100;
}

// A gradient counts as its first colour.
function ownFill(element) {
  const style = getComputedStyle(element);
  const plainFill = colourOf(style.backgroundColor);
  const gradient = style.backgroundImage.includes("gradient(") ? colourOf(style.backgroundImage) : CLEAR;
  return gradient[3] > 0 ? over(gradient, plainFill[3] > 0 ? plainFill : WHITE) : plainFill;
}

function behind(element) {
  const layers = [];
  for (let at = element; at; at = parentOf(at)) {
    const fill = ownFill(at);
    if (fill[3] === 0) continue;
    layers.push(fill);
    if (fill[3] >= 1) break;
  }
  return layers.reduceRight((below, layer) => over(layer, below), WHITE);
}

function opacityOf(element, stop) {
  let product = 1;
  for (let at = element; at && at !== stop; at = parentOf(at)) product *= parseFloat(getComputedStyle(at).opacity) || 0;
  return product;
}

// The innermost element that draws the caption.
function holderOf(control) {
  let best = control;
  let length = 0;
  const enter = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE) return !UNREAD.has(node.nodeName);
    const size = node.nodeType === Node.TEXT_NODE ? node.data.trim().length : 0;
    if (size > length) [best, length] = [node.parentElement ?? control, size];
  };
  walk(control, 200, enter);
  return best;
}

function isInView(control) {
  const [x, y] = pointOf(control);
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
  const hit = hitAt(x, y);
  return Boolean(hit) && within(control, hit);
}

function drawn(control, box) {
  const holder = holderOf(control);
  const style = getComputedStyle(holder);
  const below = behind(parentOf(control) ?? control);
  const faded = opacityOf(holder, box);
  const soft = (colour) => [...colour.slice(0, 3), colour[3] * faded];
  const ink = soft(colourOf(style.webkitTextFillColor || style.color));
  const filled = [control, holder].find((element) => ownFill(element)[3] > 0);
  const fill = filled ? over(soft(ownFill(filled)), below) : below;
  const { width, height } = control.getBoundingClientRect();
  const around = getComputedStyle(control);
  const sides = [around.paddingTop, around.paddingRight, around.paddingBottom, around.paddingLeft];
  return {
    text: captionOf(control).slice(0, 120),
    tag: control.localName,
    font_px: Math.round(parseFloat(style.fontSize) * 10) / 10,
    weight: parseInt(style.fontWeight, 10) || 400,
    area: Math.round(width * height),
    padding: sides.reduce((sum, side) => sum + (parseFloat(side) || 0), 0),
    contrast: contrast(over(ink, fill), fill),
    fill: contrast(fill, below),
    in_view: isInView(control),
  };
}
