// The audit trail, and whether its hashes chain.

import { h } from "./dom.js";
import { clock, factsLine, words } from "./words.js";

/** @typedef {{number: number, at: string, step: string, what: string, facts: Record<string, unknown>, previous_hash: string, hash: string}} Event */

/** @param {Event[]} events */
export function timelineList(events) {
  return h("ol", { class: "events", role: "list" }, events.map((event) => h("li", {},
    clock(event.at),
    h("span", {}, h("span", { class: "what" }, words(event.what)), h("span", { class: "quiet small" }, ` · ${words(event.step)}`)),
    h("code", { title: event.hash, class: "quiet" }, h("span", { class: "hidden" }, "hash "), event.hash.slice(0, 10)),
    Object.keys(event.facts).length ? h("span", { class: "facts-line" }, factsLine(event.facts)) : null)));
}

/** Hashes in full, for comparing. @param {Event[]} events */
export function hashTable(events) {
  return h("details", { id: "hashes" }, h("summary", {}, "All hashes"),
    h("table", { class: "cards", role: "table" },
      h("caption", {}, "SHA-256 of each event with the hash of the one before"),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ["No.", "Event", "Hash"].map((n) => h("th", { scope: "col", role: "columnheader" }, n)))),
      h("tbody", { role: "rowgroup" }, events.map((e) => h("tr", { role: "row" },
        h("td", { role: "cell", "data-label": "No." }, e.number), h("td", { role: "cell", "data-label": "Event" }, words(e.what)),
        h("td", { role: "cell", "data-label": "Hash" }, h("code", {}, e.hash)))))));
}

/**
 * Compute every hash again, as docs/api/README.md says.
 * @param {Event[]} events
 * @returns {Promise<boolean>}
 */
export async function chains(events) {
  let previous = events[0]?.previous_hash ?? "";
  for (const e of events) {
    const hashed = canonical([e.previous_hash, e.number, e.at.replace(/Z$/, "+00:00"), e.step, e.what, e.facts]);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(hashed)));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (e.previous_hash !== previous || e.hash !== hex) return false;
    previous = e.hash;
  }
  return true;
}

/** JSON without spaces, keys sorted, non-ASCII escaped. @param {unknown} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${canonical(key)}:${canonical(member)}`).join(",")}}`;
  }
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
