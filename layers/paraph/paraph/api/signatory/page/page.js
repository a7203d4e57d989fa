// What every link's page does: opens its session, shows how the matter stands, takes one answer at a time.

import { announce, el, heading } from "./dom.js";
import { DocumentViewer } from "./document.js";
import * as panels from "./panels.js";
import { texts } from "./texts.js";

const main = document.getElementById("main");
const GONE = ["LinkUnknown", "LinkExpired"];

/**
 * A matter is what a link is for. It has:
 * `words` and `withDocument`; `look()`, which asks the API for a view; `stateOf(view)`, a name, and `goesOn(state)`;
 * `pause(view, state, looked)` in milliseconds, null if nothing changes by itself; `about(view)`: title, heading, facts;
 * `key(view)`: what the panel of a state depends on; `panel(view, state)`; `refused(error, panel)`: whether it was told.
 */
export class Page {
  #api;
  #matters;
  #matter = null;
  #view = null;
  #shown = "";
  #slot = null;
  #trouble = null;
  #panel = null;
  #timer = 0;
  #looked = 0;
  #acting = false;
  #turn = 0;
  #over = false;
  #answered = false;

  constructor(api, matters) {
    this.#api = api;
    this.#matters = matters;
    document.addEventListener("visibilitychange", () => !document.hidden && this.#slot && this.#look());
  }

  async open() {
    try {
      this.#matter ??= new this.#matters[await this.#api.enter()](this.#api, this);
      this.#take(await this.#matter.look());
    } catch (refusal) {
      if ([...GONE, "InvalidRequest"].includes(refusal.name)) this.#gone(refusal);
      else this.#replace(panels.closed(() => this.open()));
    }
  }

  /** A new view of how it stands: show it, and look again later if it goes on. */
  #take(view, byAction = false) {
    const state = this.#matter.stateOf(view);
    const goesOn = this.#matter.goesOn(state);
    this.#looked = this.#view && state === this.#matter.stateOf(this.#view) ? this.#looked + 1 : 0;
    this.#view = view;
    if (state === "signing" || (byAction && !goesOn)) this.#answered = true;
    this.tell("");
    if (!goesOn) return this.end(state);
    if (!this.#slot) this.#frame();
    this.#step(state);
    return this.#later();
  }

  #frame() {
    const { title, asks, facts } = this.#matter.about(this.#view);
    const head = heading(1, asks);
    const viewer = this.#matter.withDocument ? new DocumentViewer(this.#api, this.#view) : null;
    this.#slot = el("div", { class: "slot" });
    this.#trouble = el("p", { class: "notice warning", hidden: true });
    document.title = title;
    main.replaceChildren(
      el("section", { class: "intro" }, head, panels.facts(facts)),
      el(
        "div",
        { class: viewer ? "work" : "alone" },
        viewer?.element,
        el("div", { class: "side" }, this.#trouble, this.#slot),
      ),
    );
    head.focus();
    viewer?.open();
  }

  /** The panel of a state; what is shown already stays as it is, with what was typed into it. */
  #step(state) {
    const key = [state, ...this.#matter.key(this.#view)].join();
    if (key === this.#shown) return;
    const first = this.#shown === "";
    this.#shown = key;
    this.#put(this.#matter.panel(this.#view, state), !first);
  }

  #put(panel, moveFocus) {
    this.#panel = panel;
    this.#slot.replaceChildren(panel.element);
    const target = panel.focus ?? panel.element.querySelector("h2");
    if (moveFocus) target.focus();
  }

  /** A second thought before declining; while it takes, the panel that was left is not shown again. */
  decline(call) {
    const confirm = (reason) => this.act(() => call(reason));
    const back = () => this.#put(this.#matter.panel(this.#view, this.#matter.stateOf(this.#view)), true);
    this.#put(panels.declining(this.#view, { confirm, back }), true);
  }

  /** One action at a time; it ends in a new view, or in none if the page is left. */
  async act(call) {
    if (this.#acting) return;
    this.#acting = true;
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#slot.classList.add("busy");
    this.tell("");
    try {
      const view = await call();
      if (view) this.#take(view, true);
      else this.#later();
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#acting = false;
      this.#slot?.classList.remove("busy");
    }
  }

  #refused(error) {
    if (GONE.includes(error.name)) return this.#gone(error);
    if (error.name === "NothingAsked") return this.#later(0);
    if (!this.#matter.refused(error, this.#panel)) {
      this.tell(error.name === "Offline" ? texts.trouble.offline : texts.trouble.busy);
    }
    return this.#later();
  }

  #later(pause = this.#matter.pause(this.#view, this.#matter.stateOf(this.#view), this.#looked)) {
    clearTimeout(this.#timer);
    if (!this.#over && pause !== null) this.#timer = setTimeout(() => this.#look(), pause);
  }

  /** How it stands now; nobody is asked while the page is not seen, and what an action has overtaken is dropped. */
  async #look() {
    if (this.#over || this.#acting || document.hidden) return;
    const turn = ++this.#turn;
    const overtaken = () => this.#over || turn !== this.#turn;
    try {
      const view = await this.#matter.look();
      if (!overtaken()) this.#take(view);
    } catch (refusal) {
      if (overtaken()) return;
      if (GONE.includes(refusal.name)) this.#gone(refusal);
      else {
        this.tell(texts.trouble.offline);
        this.#later();
      }
    }
  }

  tell(text) {
    if (!this.#trouble || this.#trouble.textContent === text) return;
    this.#trouble.textContent = text;
    this.#trouble.hidden = !text;
    announce(text);
  }

  #gone(refusal) {
    if (this.#answered) this.end("lost");
    else this.end(refusal.name === "LinkExpired" || this.#view ? "expired" : "unknown");
  }

  /** The end: nothing is asked for any more, and the link, which is worth nothing now, leaves the address bar. */
  end(state) {
    this.#over = true;
    clearTimeout(this.#timer);
    history.replaceState(null, "", location.pathname);
    const words = { ...texts.ended, ...this.#matter?.words.ended };
    const before = `${state}Before`;
    const end = !this.#answered && before in words ? before : state;
    this.#replace(panels.ended(end, words[end](this.#view ?? {})));
  }

  #replace({ element, focus }) {
    this.#slot = null;
    main.replaceChildren(element);
    document.title = focus.textContent;
    focus.focus();
  }
}
