// The document as pictures that can be leafed through. They are painted on a canvas: no address ever names one.

import { announce, el, heading } from "./dom.js";
import { texts } from "./texts.js";

const WIDTHS = [800, 1200, 1600];
const KEPT = 6;

const button = ([text, label], click, hidden = false) =>
  el("button", { type: "button", class: "quiet", "aria-label": label, hidden, click }, text);

export class DocumentViewer {
  #api;
  #view;
  #sizes = [];
  #number = 1;
  #enlarged = false;
  #pictures = new Map();

  constructor(api, view) {
    this.#api = api;
    this.#view = view;
    this.canvas = el("canvas", { role: "img" });
    this.sheet = el("div", { class: "sheet" }, this.canvas);
    this.message = el("p", { class: "muted" }, texts.document.loading);
    this.position = el("span", { class: "position" });
    this.previous = button(texts.document.previous, () => this.#leaf(-1));
    this.next = button(texts.document.next, () => this.#leaf(1));
    this.size = button([texts.document.enlarge], () => this.#resize(), true);
    this.retry = button([texts.document.retry], () => this.open(), true);
    this.tools = el("div", { class: "tools", hidden: true }, this.previous, this.position, this.next);
    this.element = el(
      "section",
      { class: "document card", "aria-labelledby": "document-heading" },
      el("div", { class: "top" }, heading(2, texts.document.heading, { id: "document-heading" }), this.size),
      this.message,
      this.retry,
      this.sheet,
      this.tools,
    );
    this.sheet.hidden = true;
  }

  async open() {
    this.#say(texts.document.loading);
    try {
      this.#sizes = await this.#api.pages();
      await this.#show();
    } catch {
      this.#fail();
    }
  }

  async #leaf(by) {
    const number = this.#number + by;
    if (number < 1 || number > this.#sizes.length) return;
    this.#number = number;
    try {
      await this.#show();
      announce(texts.document.page(number, this.#sizes.length));
    } catch {
      this.#fail();
    }
  }

  #resize() {
    this.#enlarged = !this.#enlarged;
    this.sheet.classList.toggle("enlarged", this.#enlarged);
    this.size.textContent = this.#enlarged ? texts.document.shrink : texts.document.enlarge;
    const reachable = { tabindex: "0", role: "region", "aria-label": texts.document.region };
    for (const [name, value] of Object.entries(reachable)) {
      if (this.#enlarged) this.sheet.setAttribute(name, value);
      else this.sheet.removeAttribute(name);
    }
    this.#show().catch(() => this.#fail());
  }

  async #show() {
    const number = this.#number;
    const count = this.#sizes.length;
    this.sheet.hidden = false;
    this.tools.hidden = this.size.hidden = false;
    this.position.textContent = texts.document.page(number, count);
    this.previous.hidden = this.next.hidden = count < 2;
    this.#disable(this.previous, number === 1);
    this.#disable(this.next, number === count);
    const width = this.#width();
    this.sheet.setAttribute("aria-busy", "true");
    const picture = await createImageBitmap(await this.#picture(number, width));
    if (number !== this.#number) return;
    this.canvas.width = picture.width;
    this.canvas.height = picture.height;
    this.canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    this.canvas.setAttribute("aria-label", texts.document.label(number, count, this.#view.document_name));
    this.sheet.removeAttribute("aria-busy");
    this.#say("");
    if (number < count) this.#picture(number + 1, width).catch(() => {});
  }

  /** A button that must keep the focus it has: disabled for people, not for the browser. */
  #disable(button, disabled) {
    button.setAttribute("aria-disabled", String(disabled));
  }

  #width() {
    const sharpness = Math.min(window.devicePixelRatio || 1, 3);
    const wanted = (this.sheet.clientWidth || 360) * sharpness * (this.#enlarged ? 2 : 1);
    return WIDTHS.find((width) => width >= wanted) ?? WIDTHS.at(-1);
  }

  #picture(number, width) {
    const key = `${number}/${width}`;
    if (!this.#pictures.has(key)) {
      const picture = this.#api.page(number, width);
      picture.catch(() => this.#pictures.delete(key));
      this.#pictures.set(key, picture);
      if (this.#pictures.size > KEPT) this.#pictures.delete(this.#pictures.keys().next().value);
    }
    return this.#pictures.get(key);
  }

  #say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
    this.message.classList.remove("notice", "warning");
    this.retry.hidden = true;
  }

  #fail() {
    this.sheet.hidden = true;
    this.tools.hidden = this.size.hidden = true;
    this.#say(texts.document.failed(this.#view.owner_name));
    this.message.classList.add("notice", "warning");
    this.retry.hidden = false;
    announce(this.message.textContent);
  }
}
