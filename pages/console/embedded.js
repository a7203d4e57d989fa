// What only the embedded stack has: the messages that it would have sent, and the test PKI's switches.

import { get, post } from "./calls.js";
import { ask } from "./dialog.js";
import { announce, h, show } from "./dom.js";
import { repeatedly } from "./refresh.js";
import { problemNotice, time } from "./words.js";

const PAUSE = 4_000;
/** @type {Record<string, string>} */
const MODES = { ok: "works", down: "down (503)", slow: "slow (20 s)", nonsense: "answers nonsense" };

/**
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 */
export async function embeddedPage(main, signal) {
  const mails = h("div", {});
  const texts = h("div", {});
  const stamping = h("div", {});
  const issued = h("div", {});
  const said = h("div", {});
  let before = "";
  let messages = -1;
  let changes = 0;

  show(main,
    h("div", { class: "head" }, h("h1", {}, "Embedded stack")),
    h("p", { class: "quiet" }, "What the stack sends stays in its emulator; its certificates come from a test PKI that nobody trusts."),
    said,
    h("div", { class: "halves" },
      h("section", { class: "sheet", "aria-labelledby": "mails" }, h("h2", { id: "mails" }, "Mailbox"), mails),
      h("section", { class: "sheet", "aria-labelledby": "texts" }, h("h2", { id: "texts" }, "Phone"), texts)),
    h("section", { class: "sheet", "aria-labelledby": "tsa" }, h("h2", { id: "tsa" }, "Time-stamping authorities"), stamping),
    h("section", { class: "sheet", "aria-labelledby": "issued" }, h("h2", { id: "issued" }, "Certificates of the test PKI"), issued));

  async function look() {
    const seen = changes;
    const [sent, pki] = await Promise.all([get("/console/messages", signal), get("/console/pki", signal)]);
    const count = sent.mails.length + sent.texts.length;
    if (messages >= 0 && count > messages) announce("There is a new message");
    messages = count;
    if (seen === changes) draw(sent, pki); // or it may tell what was before the change
  }

  /** @param {any} sent @param {any} pki */
  function draw(sent, pki) {
    const now = JSON.stringify([sent, pki]);
    if (now === before) return;
    before = now;
    show(mails, ...(sent.mails.length ? sent.mails.map(mail) : [h("p", { class: "quiet" }, "No e-mails.")]));
    show(texts, ...(sent.texts.length ? sent.texts.map(textMessage) : [h("p", { class: "quiet" }, "No text messages.")]));
    show(stamping, authorities(pki));
    show(issued, certificates(pki.issued));
  }

  /** @param {string} path @param {unknown} order @param {string} done */
  async function change(path, order, done) {
    changes += 1;
    try {
      const pki = await post(path, order);
      changes += 1;
      announce(done);
      show(said);
      show(stamping, authorities(pki));
      show(issued, certificates(pki.issued));
      before = "";
    } catch (error) {
      show(said, problemNotice(/** @type {any} */ (error)));
    }
  }

  /** @param {any} pki */
  function authorities(pki) {
    return h("div", { class: "filters" }, Object.entries(pki.tsa).map(([name, mode]) => h("div", {},
      h("label", { for: name }, name),
      h("select", { id: name, change: (/** @type {Event} */ e) => {
        const wanted = /** @type {HTMLSelectElement} */ (e.target).value;
        void change("/console/pki/tsa", { name, mode: wanted }, `${name}: ${MODES[wanted] ?? wanted}`);
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
    await change("/console/pki/revoke", { serial: c.serial }, `Revoked: ${c.name}`);
  }

  await look();
  void repeatedly(look, () => PAUSE, signal);
}

/** @param {any} m */
const mail = (m) => h("article", { class: "message" }, h("h3", {}, m.subject || "(no subject)"),
  h("p", { class: "quiet small" }, `To ${m.to}, `, time(m.at)), h("pre", {}, m.text));

/** @param {any} m */
const textMessage = (m) => h("article", { class: "message" }, h("h3", {}, m.to), h("pre", {}, m.text));
