// Questions before what cannot be taken back.

import { h } from "./dom.js";

/**
 * Ask; Escape and the first button mean no.
 * @param {string} title
 * @param {string} text
 * @param {string} yes what the other button says
 * @returns {Promise<boolean>}
 */
export function ask(title, text, yes) {
  return new Promise((answer) => {
    const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { "aria-labelledby": "dialog-title", "aria-describedby": "dialog-text", close: () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    } },
      h("h2", { id: "dialog-title" }, title), h("p", { id: "dialog-text" }, text),
      h("div", { class: "actions" },
        h("button", { type: "button", autofocus: "", click: () => dialog.close("no") }, "No, go back"),
        h("button", { type: "button", class: "danger", click: () => dialog.close("yes") }, yes))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
