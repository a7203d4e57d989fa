// The devices with which a signatory approves signatures: listed, invited, revoked.

import { get, post, remove } from "./calls.js";
import { ask } from "./dialog.js";
import { announce, h, show } from "./dom.js";
import { repeatedly } from "./refresh.js";
import { problemNotice, time } from "./words.js";

const PAUSE = 5_000;
/** @type {Record<string, string>} */
const SENT = { EMAIL: "by e-mail", SMS: "by SMS" };

/**
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 * @param {string} part of the address: the signatory's id
 */
export async function devicesPage(main, signal, part) {
  const signatory = decodeURIComponent(part);
  const path = `/api/signatories/${encodeURIComponent(signatory)}/devices`;
  const said = h("div", {});
  const place = h("div", {});
  let before = "";

  async function look() {
    const { devices } = await get(path, signal);
    const now = JSON.stringify(devices);
    if (now === before) return;
    if (before) announce("The devices have changed");
    before = now;
    show(place, devices.length ? table(devices) : h("p", { class: "quiet" }, "No devices. Invite the signatory to register one."));
  }

  async function invite() {
    try {
      const sent = await post(path);
      show(said, h("p", { class: "notice green", role: "status" },
        `${signatory} was sent a link ${SENT[sent.sent_by] ?? sent.sent_by}; it registers one device, until `, time(sent.expires_at), "."));
    } catch (error) {
      show(said, problemNotice(/** @type {any} */ (error), "Nobody was invited"));
    }
  }

  /** @param {any} device */
  async function revoke(device) {
    if (!(await ask("Revoke this device?", `${device.name} approves nothing from then on. This cannot be undone.`, "Revoke it"))) return;
    try {
      await remove(`${path}/${encodeURIComponent(device.device_id)}`);
      show(said);
      await look();
      title.focus(); // the button is gone
      announce(`Revoked: ${device.name}`);
    } catch (error) {
      show(said, problemNotice(/** @type {any} */ (error), "The device was not revoked"));
    }
  }

  /** @param {any[]} devices */
  function table(devices) {
    return h("table", { class: "cards", role: "table" },
      h("caption", {}, "Oldest first; what is revoked stays in the list and cannot come back."),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ["Device", "State", "Key", "Told", "Registered", "Last used", "Action"].map((name) =>
        h("th", { scope: "col", role: "columnheader" }, name)))),
      h("tbody", { role: "rowgroup" }, devices.map(row)));
  }

  /** @param {any} device */
  function row(device) {
    const cell = (/** @type {string} */ label, /** @type {any} */ value) => h("td", { role: "cell", "data-label": label && value ? label : null }, value);
    return h("tr", { role: "row" },
      h("td", { role: "cell", title: device.device_id }, device.name),
      cell("State", device.revoked_at ? [h("span", { class: "badge red" }, "revoked"), " ", time(device.revoked_at)] : h("span", { class: "badge green" }, "may approve")),
      cell("Key", device.synced ? "synced" : "not synced"),
      cell("Told", device.notified ? "by link and push message" : "by link"),
      cell("Registered", time(device.registered_at)),
      cell("Last used", time(device.used_at)),
      cell("", device.revoked_at ? null : h("button", { class: "danger", type: "button", id: `revoke-${device.device_id}`, "aria-label": `Revoke ${device.name}`,
        click: () => void revoke(device) }, "Revoke …")));
  }

  const title = h("h2", { id: "devices", tabindex: "-1" }, "Registered devices");
  await look();
  show(main,
    h("div", { class: "head" }, h("h1", {}, `Devices of ${signatory}`),
      h("div", { class: "actions" }, h("button", { class: "primary", type: "button", id: "invite", click: () => void invite() }, "Invite to register a device"))),
    h("p", { class: "quiet" }, "With these, the signatory approves signatures of keys that wait for a device. An invitation goes to the signatory alone, and ends an older one."),
    said,
    h("section", { class: "sheet", "aria-labelledby": "devices" }, title, place));
  void repeatedly(look, () => PAUSE, signal);
}
