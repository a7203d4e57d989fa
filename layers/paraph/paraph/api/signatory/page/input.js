// An input with its label, its hint and its error, tied to each other for those who do not see them together.

import { el } from "./dom.js";

export class Input {
  constructor({ label, hint, id, ...attributes }) {
    this.input = el("input", { id, required: true, ...attributes });
    this.error = el("p", { id: `${id}-error`, class: "notice warning", hidden: true });
    this.hint = el("p", { id: `${id}-hint`, class: "muted" }, hint);
    this.rows = [el("label", { for: id }, label), this.hint, this.error, this.input];
    this.calm();
  }

  /** What is read out with the input, before its hint. */
  describe(...elements) {
    this.input.setAttribute("aria-describedby", [...elements, this.hint].map(({ id }) => id).join(" "));
  }

  complain(text) {
    this.error.textContent = text;
    this.error.hidden = false;
    this.input.setAttribute("aria-invalid", "true");
    this.describe(this.error);
  }

  calm() {
    this.error.hidden = true;
    this.input.removeAttribute("aria-invalid");
    this.describe();
  }
}
