// What only the embedded stack has: the messages that it would have sent, and its stand-in servers' switches.

import { get, post } from "./calls.js";
import { announce, h, show } from "./dom.js";
import { eideasyView } from "./eideasy.js";
import { messagesView } from "./messages.js";
import { pkiView } from "./pki.js";
import { pushView } from "./push.js";
import { repeatedly } from "./refresh.js";
import { rsspView } from "./rssp.js";
import { problemNotice } from "./words.js";

/**
 * Have a stand-in do something, and say so; whether it did.
 * @typedef {(what: string, order: Record<string, unknown>, done: string) => Promise<boolean>} Order
 */

const PAUSE = 4_000;

/**
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 */
export async function embeddedPage(main, signal) {
  const said = h("div", {});
  /** @type {Record<string, {element: HTMLElement, draw: (told: any) => void}>} */
  const views = {
    messages: messagesView(),
    rssp: rsspView(ordering("rssp")),
    eideasy: eideasyView(ordering("eideasy")),
    push: pushView(ordering("push")),
    pki: pkiView(ordering("pki")),
  };
  for (const { element } of Object.values(views)) element.hidden = true; // there is nothing in them so far
  /** @type {Record<string, string>} */ const drawn = {};
  let messages = -1;
  let changes = 0;

  show(main,
    h("div", { class: "head" }, h("h1", {}, "Embedded stack")),
    h("p", { class: "quiet" }, "What the stack sends stays in its emulator; stand-ins play the services that it calls, and their certificates come from a test PKI that nobody trusts."),
    said,
    views.messages.element,
    h("div", { class: "halves" }, views.rssp.element, h("div", {}, views.eideasy.element, views.push.element)),
    views.pki.element);

  async function look() {
    const seen = changes;
    const told = Object.fromEntries(await Promise.all(Object.keys(views).map(async (name) => [name, await told_by(name)])));
    if (seen !== changes) return; // or it may tell what was before the change
    for (const [name, view] of Object.entries(views)) {
      view.element.hidden = !told[name];
      if (told[name]) draw(name, told[name]);
    }
    const count = told.messages.mails.length + told.messages.texts.length + (told.rssp?.messages.length ?? 0);
    if (messages >= 0 && count > messages) announce("There is a new message");
    messages = count;
  }

  /** Nothing if this stack runs without it. @param {string} name */
  const told_by = (name) => get(`/console/${name}`, signal).catch((error) => {
    if (error.status === 404) return undefined;
    throw error;
  });

  /** @param {string} name @param {any} told */
  function draw(name, told) {
    const now = JSON.stringify(told);
    if (now === drawn[name]) return;
    drawn[name] = now;
    views[name].draw(told);
  }

  /** @param {string} name @returns {Order} */
  function ordering(name) {
    return async (what, order, done) => {
      changes += 1;
      try {
        const told = await post(`/console/${name}/${what}`, order);
        changes += 1;
        drawn[name] = "";
        draw(name, told);
        show(said);
        announce(done);
        return true;
      } catch (error) {
        drawn[name] = ""; // what a control shows may not be so
        show(said, problemNotice(/** @type {any} */ (error)));
        said.scrollIntoView({ block: "center" });
        return false;
      }
    };
  }

  await look();
  void repeatedly(look, () => PAUSE, signal);
}
