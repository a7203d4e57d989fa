// By which means a signing is signed, and what it waits for.

import { h } from "./dom.js";
import { factor, words } from "./words.js";

/** Each method in words: for the list, and in full. @type {Record<string, [string, string]>} */
const METHODS = {
  adss: ["Server-held key", "a server-held key"],
  ras: ["Device", "a server-held key that the signatory's device releases"],
  csc: ["Signing service", "a credential at a remote signing service"],
  eideasy: ["eID Easy", "the signatory's eID, through eID Easy"],
};

/** What a signature that comes later waits for, by method. @type {Record<string, string>} */
const ELSEWHERE = {
  ras: "approval on a registered device",
  csc: "approval in the signing service's app",
};

const WAITING = ["ASKED", "WAITING", "RESEND"];
const TYPED = ["otp", "pin", "key_password"];
/** The steps that say whether a signature is pending. */
const SIGNING = ["sign", "poll_ras", "reconcile"];
/** The steps before and up to the one that chooses the signing server. */
const BEFORE_CHOICE = ["submit", "authenticate", "fill", "settings"];

/** The method, for the list; none if the signing ended before there was one. @param {any} signing */
export function method(signing) {
  return BEFORE_CHOICE.includes(signing.problem?.step) ? "" : (METHODS[signing.method]?.[0] ?? words(signing.method));
}

/** The method with its signing server, once it is chosen. @param {any} signing @param {any[]} events */
export function means(signing, events) {
  const chosen = factsOf(events, "CHOSEN");
  if (!chosen) return "";
  if (chosen.signing_server === "none") return "a mark, without certificate";
  return `${METHODS[signing.method]?.[1] ?? words(signing.method)} (${chosen.signing_server})`;
}

/** Which device approved, and when. @param {any[]} events @returns {{device: string, approved_at: string} | undefined} */
export function approval(events) {
  const stored = factsOf(events, "STORED");
  return stored?.device ? stored : undefined;
}

/** What a challenge asks for. @param {any} challenge */
export const askedFor = (challenge) => challenge.factors.map((/** @type {string} */ name) => factor(name, challenge.provider)).join(" and ");

/** Whether a challenge is for what the signatory types, and can get wrong. @param {any} challenge */
export const typed = (challenge) => challenge.factors.some((/** @type {string} */ name) => TYPED.includes(name));

/** Whether the signatory is asked now. @param {any} signing */
export const isAsked = (signing) => signing.status === "RUNNING" && WAITING.includes(signing.challenge?.status);

/** Since when the signature is pending, and for what; none if it is not. @param {any} signing @param {any[]} events */
export function pending(signing, events) {
  const newest = [...events].reverse().find((event) => SIGNING.includes(event.step));
  if (signing.status !== "RUNNING" || isAsked(signing) || newest?.what !== "PENDING") return undefined;
  return { since: newest.at, what: ELSEWHERE[signing.method] ?? "approval at the hub" };
}

/** What a running signing waits for. @param {any} signing @param {any[]} events */
export function waitsFor(signing, events) {
  return isAsked(signing) ? askedFor(signing.challenge) : pending(signing, events)?.what;
}

/** The same where no events are at hand. @param {any} signing */
export function waitsForInList(signing) {
  const elsewhere = signing.status === "RUNNING" && signing.pending_since && signing.ledger !== "STORED" && !isAsked(signing);
  return elsewhere ? (ELSEWHERE[signing.method] ?? "approval at the hub") : waitsFor(signing, []);
}

/** A signatory, with the way to its devices. @param {string | null} signatory @param {string} [name] */
export function signatoryLink(signatory, name) {
  if (!signatory) return null;
  const shown = name ? `${name} (${signatory})` : signatory;
  const devices = h("a", { id: "to-devices", href: `#/signatories/${encodeURIComponent(signatory)}/devices`, "aria-label": `Devices of ${signatory}` }, "devices");
  return h("span", {}, shown, " · ", devices);
}

/** @param {any[]} events @param {string} what @returns {any} of the newest such event */
const factsOf = (events, what) => [...events].reverse().find((event) => event.what === what)?.facts;
