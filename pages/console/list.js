// The signings: filtered, page by page, looked at again every few seconds.

import { get } from "./calls.js";
import { announce, h, show } from "./dom.js";
import { repeatedly } from "./refresh.js";
import { method, waitsForInList } from "./waiting.js";
import { problemNotice, statusBadge, STATUSES, time } from "./words.js";

const PAGE = 25;
const MOST = 100;
const PAUSE = 5_000;

/** @typedef {Record<string, any>} Signing */

/**
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 */
export async function listPage(main, signal) {
  /** @type {Map<string, Signing>} */ const known = new Map();
  /** @type {string | null} */ let cursor = null;
  let status = "";
  let paused = false;
  let generation = 0;

  const text = /** @type {HTMLInputElement} */ (h("input", { id: "text", type: "search", autocomplete: "off", input: () => draw() }));
  const choice = /** @type {HTMLSelectElement} */ (h("select", { id: "status", change: () => void filter() },
    h("option", { value: "" }, "All"), Object.entries(STATUSES).map(([value, [words]]) => h("option", { value }, words))));
  const pause = h("button", { type: "button", "aria-pressed": "false", click: () => togglePause() }, "Pause refreshing");
  const place = h("div", {});
  const more = h("button", { type: "button", click: () => void loadMore() }, "Load older signings");
  const said = h("p", { class: "quiet small" });

  show(main,
    h("div", { class: "head" }, h("h1", {}, "Signings"),
      h("div", { class: "actions" }, pause, h("a", { class: "button primary", href: "#/start" }, "Start a signing"))),
    h("section", { class: "sheet", "aria-label": "Signings" },
      h("form", { class: "filters", role: "search", submit: (/** @type {Event} */ e) => e.preventDefault() },
        h("div", {}, h("label", { for: "status" }, "Status"), choice),
        h("div", { class: "wide" }, h("label", { for: "text" }, "Document, profile, owner or id contains"), text)),
      place, h("div", { class: "actions" }, more, said)));

  function togglePause() {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    announce(paused ? "Refreshing is paused" : "Refreshing goes on");
  }

  async function filter() {
    status = choice.value;
    generation += 1;
    known.clear();
    cursor = null;
    await look();
    announce(`${known.size} signings`);
  }

  /** @param {Record<string, string>} asked */
  const page = (asked) => get(`/api/signings?${new URLSearchParams({ ...asked, ...(status ? { status } : {}) })}`, signal);

  async function look() {
    const mine = generation;
    const wanted = Math.min(Math.max(known.size, PAGE), MOST);
    const fresh = await page({ limit: String(wanted) });
    if (mine !== generation) return;
    const changed = merge(fresh.signings, known.size > 0);
    if (known.size <= wanted) cursor = fresh.next_cursor;
    draw();
    if (changed.length) announce(changed.length > 3 ? `${changed.length} signings have changed` : changed.join(". "));
  }

  async function loadMore() {
    if (!cursor) return;
    const mine = generation;
    try {
      const older = await page({ limit: String(PAGE), cursor });
      if (mine !== generation) return;
      merge(older.signings, false);
      cursor = older.next_cursor;
      draw();
      announce(`${known.size} signings loaded`);
    } catch (error) {
      said.textContent = /** @type {Error} */ (error).message;
    }
  }

  /** @param {Signing[]} signings @param {boolean} telling @returns {string[]} what is new about them */
  function merge(signings, telling) {
    const changed = [];
    for (const signing of signings) {
      const before = known.get(signing.signing_id)?.status;
      if (telling && before !== signing.status) {
        changed.push(`${signing.document_name}: ${STATUSES[signing.status]?.[0] ?? signing.status}`);
      }
      known.set(signing.signing_id, signing);
    }
    return changed;
  }

  let drawn = "";
  function draw() {
    const wanted = text.value.trim().toLowerCase();
    const all = [...known.values()].sort((a, b) => b.created_at.localeCompare(a.created_at));
    const shown = all.filter((s) => !status || s.status === status).filter((s) =>
      [s.document_name, s.profile, s.owner, s.signing_id, s.signatory].some((v) => v?.toLowerCase().includes(wanted)));
    more.hidden = !cursor;
    said.textContent = wanted ? `${shown.length} of the ${all.length} signings loaded so far` : "";
    const now = JSON.stringify(shown);
    if (now === drawn) return;
    drawn = now;
    show(place, shown.length ? table(shown) : h("p", { class: "quiet" }, wanted || status
      ? "No signing fits the filter."
      : "No signings yet. Start one, or upload a PDF under inbox/PROFILE/."));
  }

  try {
    await look();
  } catch (error) {
    show(place, problemNotice(/** @type {any} */ (error)));
    more.hidden = true;
  }
  void repeatedly(async () => { if (!paused) await look(); }, () => PAUSE, signal);
}

/** @param {Signing[]} signings */
function table(signings) {
  return h("table", { class: "cards", role: "table" },
    h("caption", { class: "hidden" }, "Signings, newest first"),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ["Document", "Status", "Profile", "Method", "Signatory", "Owner", "Created", "Problem"].map((name) =>
      h("th", { scope: "col", role: "columnheader" }, name)))),
    h("tbody", { role: "rowgroup" }, signings.map(row)));
}

/** @param {Signing} s */
function row(s) {
  const awaited = waitsForInList(s);
  const cell = (/** @type {string} */ label, /** @type {any} */ value, /** @type {string} */ kind = "") =>
    h("td", { role: "cell", "data-label": value ? label : null, class: kind || null }, value);
  return h("tr", { role: "row" },
    h("td", { role: "cell" },
      h("a", { href: `#/signings/${s.signing_id}`, id: `to-${s.signing_id}` }, s.document_name),
      s.origin === "S3" ? h("span", { class: "quiet small" }, " by upload") : null),
    cell("Status", awaited ? [statusBadge(s.status), h("span", { class: "awaited quiet small" }, `waits for ${awaited}`)] : statusBadge(s.status)),
    cell("Profile", s.profile),
    cell("Method", method(s)),
    cell("Signatory", s.signatory),
    cell("Owner", s.owner),
    cell("Created", time(s.created_at), "small"),
    cell("Problem", s.problem ? h("code", {}, s.problem.error) : null));
}
