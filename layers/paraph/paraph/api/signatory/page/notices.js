// Push messages to this browser (W3C Push API): the signatory ticks a box, and the device's answer carries where to.

import { bytes } from "./base64url.js";
import { el } from "./dom.js";
import { texts } from "./texts.js";

const WORKER = "worker.js";
const PATIENCE = 3_000;

export class Notices {
  #key;
  #asked = Promise.resolve(null);

  /** `key` is what the subscription is tied to; without one, nothing is offered. */
  constructor(key) {
    this.#key = key;
    if (this.#possible) this.#asked = again(key).catch(() => null);
  }

  get #possible() {
    const known = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    return Boolean(this.#key && known && Notification.permission !== "denied");
  }

  /** The box and its hint; nothing where there is nothing to offer. */
  rows() {
    if (!this.#possible) return [];
    const words = texts.notices;
    const hint = el("p", { id: "notices-hint", class: "muted", role: "status" }, words.hint);
    const box = el("input", { id: "notices", type: "checkbox", "aria-describedby": hint.id });
    this.#asked.then((subscription) => (box.checked = Boolean(subscription)));
    box.addEventListener("change", async () => {
      hint.textContent = words.hint;
      if (!box.checked) return this.#end();
      if (await this.#ask()) return;
      box.checked = false;
      hint.textContent = words.refused;
    });
    return [el("label", { class: "tick", for: box.id }, box, words.label), hint];
  }

  /** Where messages go to, if that is known soon: no signature is held up for it. */
  async subscription() {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    return (await Promise.race([this.#asked, late])) ?? undefined;
  }

  #ask() {
    this.#asked = subscribe(this.#key).catch(() => null);
    return this.#asked;
  }

  #end() {
    this.#asked = Promise.resolve(null);
    unsubscribe().catch(() => null);
  }
}

/** What the browser is subscribed to already, tied to this key. */
async function again(key) {
  return (await known()) && subscribe(key);
}

async function subscribe(key) {
  if ((await Notification.requestPermission()) !== "granted") return null;
  await navigator.serviceWorker.register(WORKER);
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  const subscription = await pushManager.subscribe(wanted).catch(async () => {
    await unsubscribe(); // it is tied to a key that was there before
    return pushManager.subscribe(wanted);
  });
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
}

async function unsubscribe() {
  await (await known())?.unsubscribe();
}

async function known() {
  const registration = await navigator.serviceWorker.getRegistration();
  return registration?.pushManager.getSubscription();
}
