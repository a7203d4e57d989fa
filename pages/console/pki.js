// The test PKI's switches: time-stamping authorities that fail, certificates that are revoked.

import { ask } from "./dialog.js";
import { h, show } from "./dom.js";

/** @type {Record<string, string>} */
const MODES = { ok: "works", down: "down (503)", slow: "slow (20 s)", nonsense: "answers nonsense" };

/** @param {import("./embedded.js").Order} order */
export function pkiView(order) {
  const stamping = h("div", {});
  const issued = h("div", {});
  const title = h("h2", { id: "issued", tabindex: "-1" }, "Certificates of the test PKI");
  const element = h("div", {},
    h("section", { class: "sheet", "aria-labelledby": "tsa" }, h("h2", { id: "tsa" }, "Time-stamping authorities"), stamping),
    h("section", { class: "sheet", "aria-labelledby": "issued" }, title, issued));

  /** @param {any} pki */
  function draw(pki) {
    show(stamping, authorities(pki));
    show(issued, certificates(pki.issued));
  }

  /** @param {any} pki */
  function authorities(pki) {
    return h("div", { class: "filters" }, Object.entries(pki.tsa).map(([name, mode]) => h("div", {},
      h("label", { for: name }, name),
      h("select", { id: name, change: (/** @type {Event} */ e) => {
        const wanted = /** @type {HTMLSelectElement} */ (e.target).value;
        void order("tsa", { name, mode: wanted }, `${name}: ${MODES[wanted] ?? wanted}`);
      } }, pki.modes.map((/** @type {string} */ m) => h("option", { value: m, selected: m === mode ? "" : null }, MODES[m] ?? m))))));
  }

  /** @param {any[]} list */
  function certificates(list) {
    if (!list.length) return h("p", { class: "quiet" }, "None was issued.");
    return h("table", { class: "cards", role: "table" },
      h("caption", {}, "A revocation takes effect at once and cannot be taken back; the stack's next start makes new certificates."),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ["Name", "Serial number", "State", "Action"].map((n) => h("th", { scope: "col", role: "columnheader" }, n)))),
      h("tbody", { role: "rowgroup" }, [...list].reverse().map((c) => h("tr", { role: "row" },
        h("td", { role: "cell" }, c.name),
        h("td", { role: "cell", "data-label": "Serial number" }, h("code", {}, `${BigInt(c.serial).toString(16).slice(0, 12)}…`)),
        h("td", { role: "cell", "data-label": "State" }, c.revoked ? h("span", { class: "badge red" }, `revoked: ${c.revoked.replaceAll("_", " ")}`) : h("span", { class: "badge green" }, "good")),
        h("td", { role: "cell" }, c.revoked ? null : h("button", { class: "danger", type: "button", id: `revoke-${c.serial}`, "aria-label": `Revoke the certificate of ${c.name}`,
          click: () => void revoke(c) }, "Revoke …"))))));
  }

  /** @param {any} c */
  async function revoke(c) {
    if (!(await ask("Revoke this certificate?", `${c.name}. It cannot be taken back.`, "Revoke it"))) return;
    if (await order("revoke", { serial: c.serial }, `Revoked: ${c.name}`)) title.focus(); // the button is gone
  }

  return { element, draw };
}
