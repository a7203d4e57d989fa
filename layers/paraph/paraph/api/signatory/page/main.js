// The page of one signing: opens the link's session, shows how it stands, takes one answer at a time.

import { Api } from "./api.js";
import { announce, el, heading } from "./dom.js";
import { DocumentViewer } from "./document.js";
import * as panels from "./panels.js";
import { goesOn, noticeOf, pauseOf, stateOf } from "./states.js";
import { texts } from "./texts.js";

const main = document.getElementById("main");
const GONE = ["LinkUnknown", "LinkExpired"];

class Page {
  #api;
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
  #renewed = false;

  constructor(capability) {
    this.#api = new Api(capability);
    document.addEventListener("visibilitychange", () => !document.hidden && this.#slot && this.#look());
  }

  async open() {
    try {
      this.#take(await this.#api.challenge());
    } catch (refusal) {
      if ([...GONE, "InvalidRequest"].includes(refusal.name)) this.#gone(refusal);
      else this.#replace(panels.closed(() => this.open()));
    }
  }

  /** A new view of how it stands: show it, and look again later if it goes on. */
  #take(view) {
    const before = this.#view && stateOf(this.#view);
    this.#view = view;
    const state = stateOf(view);
    this.#looked = state === before ? this.#looked + 1 : 0;
    if (state === "signing") this.#answered = true;
    this.#tell("");
    if (!goesOn(state)) this.#end(state);
    else {
      if (!this.#slot) this.#frame();
      this.#step(state);
      this.#later();
    }
  }

  #frame() {
    const view = this.#view;
    document.title = texts.title(view.document_name);
    const head = heading(1, texts.asks(view.owner_name));
    const viewer = new DocumentViewer(this.#api, view);
    this.#slot = el("div", { class: "slot" });
    this.#trouble = el("p", { class: "notice warning", hidden: true });
    main.replaceChildren(
      el("section", { class: "intro" }, head, panels.facts(view)),
      el("div", { class: "work" }, viewer.element, el("div", { class: "side" }, this.#trouble, this.#slot)),
    );
    head.focus();
    viewer.open();
  }

  /** The panel of a state; what is shown already stays as it is, with what was typed into it. */
  #step(state) {
    const view = this.#view;
    const notice = state === "asked" ? noticeOf(view, this.#renewed) : null;
    const key = [state, notice, view.answers_left, view.codes_left].join();
    if (key === this.#shown || (state === "asked" && this.#shown === `declining ${key}`)) return;
    const first = this.#shown === "";
    this.#shown = key;
    const actions = {
      sign: (otp) => this.#sign(otp),
      resend: () => this.#resend(),
      decline: () => this.#declining(key),
    };
    this.#put(state === "asked" ? panels.asked(view, notice, actions) : panels.waiting(state), !first);
  }

  #declining(key) {
    this.#shown = `declining ${key}`;
    const back = () => {
      this.#shown = "back";
      this.#step("asked");
    };
    this.#put(panels.declining(this.#view, { confirm: (reason) => this.#decline(reason), back }), true);
  }

  #put(panel, moveFocus) {
    this.#panel = panel;
    this.#slot.replaceChildren(panel.element);
    const target = panel.focus ?? panel.element.querySelector("h2");
    if (moveFocus) target.focus();
  }

  async #sign(otp) {
    await this.#act(() => this.#api.answer(otp), () => {
      this.#renewed = false;
      this.#answered = true;
    });
  }

  async #resend() {
    await this.#act(() => this.#api.resend(), () => (this.#renewed = true));
  }

  async #decline(reason) {
    await this.#act(() => this.#api.decline(reason), () => {});
  }

  /** One action at a time; a repeated one is acknowledged by the API and changes nothing. */
  async #act(call, done) {
    if (this.#acting) return;
    this.#acting = true;
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#slot.classList.add("busy");
    try {
      const view = await call();
      done();
      this.#take(view);
    } catch (refusal) {
      this.#refused(refusal);
    } finally {
      this.#acting = false;
      this.#slot?.classList.remove("busy");
    }
  }

  #refused(refusal) {
    if (GONE.includes(refusal.name)) return this.#gone(refusal);
    if (refusal.name === "InvalidRequest" && this.#panel.complain) this.#panel.complain(texts.asked.malformed);
    else if (refusal.name === "TooManyCodes") this.#tell(texts.asked.tooMany);
    else if (refusal.name === "NothingAsked") return this.#later(0);
    else this.#tell(refusal.name === "Offline" ? texts.trouble.offline : texts.trouble.busy);
    return this.#later();
  }

  #later(pause = pauseOf(stateOf(this.#view), this.#looked)) {
    clearTimeout(this.#timer);
    if (!this.#over) this.#timer = setTimeout(() => this.#look(), pause);
  }

  /** How it stands now; nobody is asked while the page is not seen, and what an action has overtaken is dropped. */
  async #look() {
    if (this.#over || this.#acting || document.hidden) return;
    const turn = ++this.#turn;
    const overtaken = () => this.#over || turn !== this.#turn;
    try {
      const view = await this.#api.challenge();
      if (!overtaken()) this.#take(view);
    } catch (refusal) {
      if (overtaken()) return;
      if (GONE.includes(refusal.name)) this.#gone(refusal);
      else {
        this.#tell(texts.trouble.offline);
        this.#later();
      }
    }
  }

  #tell(text) {
    if (!this.#trouble || this.#trouble.textContent === text) return;
    this.#trouble.textContent = text;
    this.#trouble.hidden = !text;
    announce(text);
  }

  #gone(refusal) {
    if (this.#answered) this.#end("lost");
    else this.#end(refusal.name === "LinkExpired" || this.#view ? "expired" : "unknown");
  }

  /** The end: nothing is asked for any more, and the link, which is worth nothing now, leaves the address bar. */
  #end(state) {
    this.#over = true;
    clearTimeout(this.#timer);
    history.replaceState(null, "", location.pathname);
    const { owner_name: owner = "", document_name: name = "" } = this.#view ?? {};
    const end = state === "signed" && !this.#answered ? "signedBefore" : state;
    this.#replace(panels.ended(end, end.startsWith("signed") ? name : owner));
  }

  #replace({ element, focus }) {
    this.#slot = null;
    main.replaceChildren(element);
    document.title = focus.textContent;
    focus.focus();
  }
}

// Another link in the same tab changes nothing but the fragment
addEventListener("hashchange", () => location.reload());
new Page(location.hash.slice(1)).open();
