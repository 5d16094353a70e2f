"use client";

import Script from "next/script";
import { useEffect } from "react";
import "vanilla-cookieconsent/dist/cookieconsent.css";

const STATS = "/consent/stats.js";

function load() {
  if (document.querySelector(`script[src="${STATS}"]`)) return;
  document.head.append(Object.assign(document.createElement("script"), { src: STATS }));
}

function Vanilla() {
  useEffect(() => {
    import("vanilla-cookieconsent").then(({ run, acceptedCategory }) => {
      const measure = () => acceptedCategory("analytics") && load();
      run({
        onConsent: measure,
        onChange: measure,
        categories: {
          necessary: { enabled: true, readOnly: true },
          analytics: { autoClear: { cookies: [{ name: /^_ga/ }] } },
        },
        language: { default: "en", translations: { en: TEXTS } },
      });
    });
  }, []);
  return (
    <button type="button" data-cc="show-preferencesModal">
      Cookie settings
    </button>
  );
}

const TEXTS = {
  consentModal: {
    title: "Your privacy",
    description: "May we use analytics cookies to learn which pages are read?",
    acceptAllBtn: "Accept all",
    acceptNecessaryBtn: "Reject all",
    showPreferencesBtn: "Choose",
  },
  preferencesModal: {
    title: "Your privacy",
    acceptAllBtn: "Accept all",
    acceptNecessaryBtn: "Reject all",
    savePreferencesBtn: "Save",
    sections: [
      { title: "Necessary", linkedCategory: "necessary" },
      { title: "Analytics", description: "Which pages are read.", linkedCategory: "analytics" },
    ],
  },
};

function Klaro() {
  useEffect(() => {
    import("klaro/dist/klaro").then((klaro) => {
      klaro.setup({
        elementID: "klaro",
        acceptAll: true,
        default: false,
        lang: "en",
        translations: {
          zz: { privacyPolicyUrl: "/privacy-policy" },
          en: { purposes: { analytics: { title: "Analytics" } } },
        },
        services: [
          {
            name: "stats",
            title: "Visitor statistics",
            purposes: ["analytics"],
            cookies: [/^_ga/],
            callback: (consent) => consent && load(),
          },
        ],
      });
    });
  }, []);
  return null;
}

function Orejime() {
  return (
    <>
      <link rel="stylesheet" href="/consent/orejime-standard.css" />
      <Script id="orejime-config" strategy="beforeInteractive">{`window.orejimeConfig = {
        privacyPolicyUrl: "/privacy-policy",
        purposes: [{ id: "stats", title: "Visitor statistics", description: "Counts visits.", cookies: ["_ga", "/^_ga_/"] }]
      };`}</Script>
      <template data-purpose="stats" dangerouslySetInnerHTML={{ __html: `<script src="${STATS}"></script>` }} />
      <Script src="/consent/orejime-standard-en.js" strategy="afterInteractive" />
      <button type="button" onClick={() => window.orejime.prompt()}>
        Cookie settings
      </button>
    </>
  );
}

const KNOWN = { vanilla: Vanilla, klaro: Klaro, orejime: Orejime };

export function Consent({ banner }) {
  const Banner = KNOWN[banner];
  return Banner ? <Banner /> : null;
}
