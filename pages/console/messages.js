// The mailbox and the phone that the embedded stack sends to.

import { h, show } from "./dom.js";
import { time } from "./words.js";

/** Both sections, and what draws them. */
export function messagesView() {
  const mails = h("div", {});
  const texts = h("div", {});
  const element = h("div", { class: "halves" },
    h("section", { class: "sheet", "aria-labelledby": "mails" }, h("h2", { id: "mails" }, "Mailbox"), mails),
    h("section", { class: "sheet", "aria-labelledby": "texts" }, h("h2", { id: "texts" }, "Phone"), texts));

  /** @param {any} sent */
  function draw(sent) {
    show(mails, ...(sent.mails.length ? sent.mails.map(mail) : [h("p", { class: "quiet" }, "No e-mails.")]));
    show(texts, ...(sent.texts.length ? sent.texts.map(textMessage) : [h("p", { class: "quiet" }, "No text messages.")]));
  }
  return { element, draw };
}

/** @param {any} m */
const mail = (m) => message(m.subject || "(no subject)", [`To ${m.to}, `, time(m.at)], m.text);

/** @param {any} m */
export const textMessage = (m) => message(m.to, m.at ? [time(m.at)] : null, m.text);

/** @param {string} title @param {any} about @param {string} text */
const message = (title, about, text) => h("article", { class: "message" }, h("h3", {}, title),
  about ? h("p", { class: "quiet small" }, about) : null, h("pre", {}, text));
