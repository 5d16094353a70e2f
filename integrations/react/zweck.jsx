"use client";

import { useSyncExternalStore } from "react";

/**
 * Brings the snippet: once, in the layout of all pages. React puts it into the head; nothing waits for it.
 *
 * @param {{ origin: string, language?: string }} props  origin of your Zweck, such as https://privacy.example.com
 */
export function Zweck({ origin, language = "" }) {
  return <script async src={`${origin}/z/zweck.js?lang=${encodeURIComponent(language)}`} />;
}

const EVENT = "zweck:choice";

/** @param {() => void} changed */
function listen(changed) {
  document.addEventListener(EVENT, changed);
  return () => document.removeEventListener(EVENT, changed);
}

/**
 * Whether a purpose may be served now. False on the server, before the snippet is here, and without an answer.
 *
 * @param {string} purpose  id of a purpose that the policy declares
 */
export function useAllowed(purpose) {
  return useSyncExternalStore(
    listen,
    () => window.zweck?.status()[purpose]?.allows ?? false,
    () => false,
  );
}

/**
 * Shows its content only while a purpose is allowed, and `otherwise` until then.
 *
 * @param {{ purpose: string, otherwise?: import("react").ReactNode, children: import("react").ReactNode }} props
 */
export function Allowed({ purpose, otherwise = null, children }) {
  return useAllowed(purpose) ? children : otherwise;
}

/**
 * A link that opens the preferences layer; without JavaScript it leads to the page of all choices.
 *
 * @param {{ href: string, children: import("react").ReactNode }} props
 */
export function Choices({ href, children }) {
  return (
    <a href={href} data-zweck-choices="">
      {children}
    </a>
  );
}

const SIGNS = /[&<>"]/g;

/** @param {string} text */
const escaped = (text) => text.replace(SIGNS, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * Whether this visit is measured, with the way out. The snippet may write here before React has woken up, so React must
 * not know what is inside.
 *
 * @param {{ href: string, children: string }} props  link and text for browsers without JavaScript
 */
export function Status({ href, children }) {
  const link = `<a href="${escaped(href)}">${escaped(children)}</a>`;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: both parts are escaped
  return <div data-zweck-status="" suppressHydrationWarning dangerouslySetInnerHTML={{ __html: link }} />;
}
