// Runs in every frame before any script of the page, and tells what the page's scripts do. Called with the secret (the
// name under which the browser hands us our way out), whether the visitor sends Global Privacy Control, and whether it
// is to be known as a robot.
(secret, gpc, robot) => {
  // biome-ignore lint/suspicious/noRedundantUseStrict: it is injected as a script, not as a module
  "use strict";
  const LIMIT = 600; // messages from one document; a page that says more is not worth more
  const STACKS = 40; // looks for a script per kind of reading; they cost time
  const tell = window[secret];
  delete window[secret];

  // Taken before the page can change them.
  const { apply } = Reflect;
  const { defineProperty: define, getOwnPropertyDescriptor: descriptor } = Object;
  const stringify = JSON.stringify;
  const slice = String.prototype.slice;
  const parse = JSON.parse;
  const unquoted = decodeURIComponent;
  const exec = RegExp.prototype.exec;
  const BaseError = Error;
  const hidden = new WeakMap(); // element -> its closed shadow root
  const native = new WeakMap(); // our function -> the one it stands for
  const getOf = WeakMap.prototype.get;
  const setOf = WeakMap.prototype.set;
  const hasOf = Set.prototype.has;
  const addTo = Set.prototype.add;
  const told = new Set();
  let messages = 0;

  const cut = (text, most) => apply(slice, text, [0, most]);
  const matches = (pattern, text) => apply(exec, pattern, [text]);
  const known = (key) => apply(hasOf, told, [key]);

  // The address of the script that called us: the first on the stack that has one.
  const script = () => {
    const { stackTraceLimit, prepareStackTrace } = BaseError;
    let stack = "";
    try {
      BaseError.prepareStackTrace = undefined;
      BaseError.stackTraceLimit = 30;
      stack = `${new BaseError().stack}`;
    } catch {
      // Somebody froze Error.
    }
    try {
      BaseError.stackTraceLimit = stackTraceLimit;
      BaseError.prepareStackTrace = prepareStackTrace;
    } catch {
      // As above.
    }
    const found = matches(/https?:\/\/[^\s()]+?(?=[?#]|:\d+:\d+|$)/m, stack);
    return cut(found ? found[0] : location.href, 1000);
  };

  const say = (what, facts) => {
    if (!tell || messages >= LIMIT) return;
    messages += 1;
    try {
      // Without a prototype: on a page that defines Object.prototype.toJSON, JSON would say what the page likes.
      tell(stringify({ __proto__: null, what, url: cut(location.href, 2000), ...facts }));
    } catch {
      // The way out is closed while the page is left.
    }
  };

  // The same rules as in set_cookie.py: told is how a value looks, never the value.
  const isJson = (text) => {
    try {
      parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const plain = (value) => {
    let text = cut(`${value}`, 20000).replace(/^"+|"+$/g, "");
    try {
      text = unquoted(text);
    } catch {
      // A lone % is text.
    }
    return text.trim();
  };
  const shape = (value) => {
    const text = plain(value);
    if (!text) return "empty";
    if (text[0] === "{" || text[0] === "[") return isJson(text) ? "json" : "text";
    if (matches(/^[A-Za-z][A-Za-z_-]{0,15}$/, text)) return "word";
    if (matches(/^(-?\d{1,7}(\.\d{1,4})?|1\d{9}(\.\d{1,3})?|1\d{12})$/, text)) return "number";
    return matches(/^(?=.*\d)[A-Za-z0-9+/=_.:|~-]{8,}$/, text) ? "id" : "text";
  };

  const once = (what, name, facts) => {
    const key = `${what} ${name} ${facts.shape ?? ""} ${facts.attributes ?? ""}`;
    if (known(key)) return;
    apply(addTo, told, [key]);
    say(what, { name: cut(`${name}`, 200), script: script(), ...facts });
  };

  // A function that does what the other does, and then lets us know. It looks the same from outside.
  const watched = (original, after) => {
    const ours = new Proxy(original, {
      apply(target, self, args) {
        const result = apply(target, self, args);
        try {
          after(self, args, result);
        } catch {
          // What we fail to notice must not break the page.
        }
        return result;
      },
    });
    apply(setOf, native, [ours, original]);
    return ours;
  };
  const watch = (owner, name, after) => {
    const found = owner && descriptor(owner, name);
    if (!found || typeof found.value !== "function" || !found.configurable) return;
    define(owner, name, { ...found, value: watched(found.value, after) });
  };
  const watchGetter = (owner, name, after) => {
    const found = owner && descriptor(owner, name);
    if (!found?.get || !found.configurable) return;
    define(owner, name, { ...found, get: watched(found.get, after) });
  };

  const toSource = Function.prototype.toString;
  const source = new Proxy(toSource, {
    apply: (target, self, args) => apply(target, apply(getOf, native, [self]) ?? self, args),
  });
  apply(setOf, native, [source, toSource]);
  define(Function.prototype, "toString", { ...descriptor(Function.prototype, "toString"), value: source });

  // ── What is stored ──
  const cookie = descriptor(Document.prototype, "cookie");
  const holds = (name) => {
    const jar = `; ${apply(cookie.get, document, [])}`;
    return jar.includes(name ? `; ${name}=` : "; ");
  };
  const onCookie = (_self, [line]) => {
    const text = cut(`${line}`, 10000);
    const [pair] = text.split(";", 1);
    const equals = pair.indexOf("=");
    const name = equals < 0 ? "" : pair.slice(0, equals).trim();
    const attributes = text.slice(pair.length + 1, pair.length + 501);
    once("cookie", name, { attributes, shape: shape(pair.slice(equals + 1)), visible: holds(name) });
  };
  define(Document.prototype, "cookie", { ...cookie, set: watched(cookie.set, onCookie) });

  const inDays = (expires) => (expires == null ? "" : `; expires=${new Date(expires).toUTCString()}`);
  if (window.CookieStore) {
    watch(CookieStore.prototype, "set", (_self, [first, second], done) => {
      const one = typeof first === "object" ? first : { name: first, value: second };
      const attributes = `secure; samesite=${one.sameSite ?? "strict"}${inDays(one.expires)}${one.domain ? `; domain=${one.domain}` : ""}`;
      const by = script();
      done.then(() => once("cookie", one.name, { attributes, shape: shape(one.value), visible: true, script: by }), () => {});
    });
  }
  const local = (() => { try { return window.localStorage; } catch { return null; } })();
  watch(Storage.prototype, "setItem", (self, [name, value]) => {
    once(self === local ? "local-storage" : "session-storage", `${name}`, { shape: shape(value) });
  });
  if (window.IDBFactory) watch(IDBFactory.prototype, "open", (_self, [name]) => once("indexed-db", `${name}`, {}));
  if (window.CacheStorage) watch(CacheStorage.prototype, "open", (_self, [name]) => once("cache", `${name}`, {}));
  if (window.ServiceWorkerContainer) {
    watch(ServiceWorkerContainer.prototype, "register", (_self, [url], done) => {
      const name = new URL(url, location.href).pathname;
      const by = script();
      done.then(() => once("service-worker", name, { script: by }), () => {});
    });
  }

  // ── What tells one device from another ──
  const looks = {};
  const reads = (read) => {
    looks[read] = (looks[read] ?? 0) + 1;
    if (looks[read] > STACKS) return;
    const by = script();
    const key = `read ${read} ${by}`;
    if (known(key)) return;
    apply(addTo, told, [key]);
    say("read", { read, script: by });
  };

  // Canvas: read back after words were drawn. Emoji alone are how pages find out whether a font has them.
  const drawn = new WeakSet();
  const hasDrawn = WeakSet.prototype.has;
  const markDrawn = WeakSet.prototype.add;
  const onText = ({ canvas }, [text]) => {
    if (matches(/[A-Za-z0-9]{2}/, `${text}`)) apply(markDrawn, drawn, [canvas]);
  };
  const onReadBack = (canvas) => {
    if (apply(hasDrawn, drawn, [canvas])) reads("canvas");
    else if (apply(hasDrawn, asked, [canvas])) reads("webgl");
  };
  const FONTS = 20;
  const fonts = new Set();
  const onMeasure = ({ font }) => {
    apply(addTo, fonts, [font]);
    if (fonts.size > FONTS) reads("fonts");
  };
  for (const kind of ["CanvasRenderingContext2D", "OffscreenCanvasRenderingContext2D"]) {
    const owner = window[kind]?.prototype;
    watch(owner, "fillText", onText);
    watch(owner, "strokeText", onText);
    watch(owner, "measureText", onMeasure);
    watch(owner, "getImageData", ({ canvas }) => onReadBack(canvas));
  }
  watch(HTMLCanvasElement.prototype, "toDataURL", onReadBack);
  watch(HTMLCanvasElement.prototype, "toBlob", onReadBack);
  watch(window.OffscreenCanvas?.prototype, "convertToBlob", onReadBack);
  watch(window.FontFaceSet?.prototype, "check", (_self, [font]) => {
    apply(addTo, fonts, [`${font}`]);
    if (fonts.size > FONTS) reads("fonts");
  });

  // WebGL: the card's name, or many of its limits together with a picture it drew.
  const UNMASKED = [37445, 37446];
  const LIMITS = 8;
  const asked = new WeakSet();
  const limits = new Set();
  for (const kind of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
    const owner = window[kind]?.prototype;
    watch(owner, "getParameter", ({ canvas }, [name]) => {
      if (UNMASKED.includes(name)) reads("webgl");
      apply(addTo, limits, [name]);
      if (limits.size >= LIMITS) apply(markDrawn, asked, [canvas]);
    });
    watch(owner, "readPixels", ({ canvas }) => onReadBack(canvas));
  }

  // Audio: a sound that nobody hears, computed to be read.
  watch(window.OfflineAudioContext?.prototype, "startRendering", () => reads("audio"));
  let hums = false;
  watch(window.BaseAudioContext?.prototype, "createOscillator", () => { hums = true; });
  watch(window.AnalyserNode?.prototype, "getFloatFrequencyData", () => { if (hums) reads("audio"); });

  for (const name of ["plugins", "mimeTypes", "hardwareConcurrency", "deviceMemory"]) {
    watchGetter(Navigator.prototype, name, () => reads(name));
  }
  watchGetter(Screen.prototype, "colorDepth", () => reads("screen"));
  watch(Intl.DateTimeFormat.prototype, "resolvedOptions", () => reads("timezone"));
  watch(window.MediaDevices?.prototype, "enumerateDevices", () => reads("devices"));
  watch(Navigator.prototype, "getBattery", () => reads("battery"));

  // ── What is hidden from everybody, and what the page's own policy stopped ──
  // Only who knows the secret learns of closed roots: attachShadow(secret, true) opens a way to them.
  const attach = Element.prototype.attachShadow;
  const rootOf = (element) => element.shadowRoot ?? apply(getOf, hidden, [element]) ?? null;
  const turn = (open) => {
    if (open) define(document, secret, { value: rootOf, configurable: true });
    else delete document[secret];
  };
  const attachOurs = new Proxy(attach, {
    apply(target, self, args) {
      if (args[0] === secret) return turn(args[1]);
      const root = apply(target, self, args);
      if (root.mode === "closed") apply(setOf, hidden, [self, root]);
      return root;
    },
  });
  apply(setOf, native, [attachOurs, attach]);
  define(Element.prototype, "attachShadow", { ...descriptor(Element.prototype, "attachShadow"), value: attachOurs });

  document.addEventListener("securitypolicyviolation", (event) => {
    if (event.isTrusted) say("violation", { directive: event.effectiveDirective, blocked: event.blockedURI.slice(0, 2000) });
  }, true);

  const isTrue = (name) => {
    const get = (() => true).bind(null); // a bound function shows no source
    define(get, "name", { value: `get ${name}` });
    define(Navigator.prototype, name, { get, enumerable: true, configurable: true });
  };
  if (gpc) isTrue("globalPrivacyControl");
  if (robot) isTrue("webdriver");
}
