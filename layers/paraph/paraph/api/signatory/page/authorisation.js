// A signature that a registered device of the signatory approves: the device signs what the page shows.

import { announce, clock, el, heading } from "./dom.js";
import { Notices } from "./notices.js";
import { waiting } from "./panels.js";
import * as passkeys from "./passkeys.js";
import { texts } from "./texts.js";

const OPEN = { REQUESTED: "asked", APPROVED: "signing" };
const ENDED = { SIGNED: "signed", DECLINED: "declined" };
const GROUP = /.{1,8}/g;

export class Authorisation {
  words = texts.authorisation;
  withDocument = true;
  #api;
  #page;
  #options = null;
  #notices = null;

  constructor(api, page) {
    this.#api = api;
    this.#page = page;
  }

  look = () => this.#api.authorisation();
  goesOn = (state) => Object.values(OPEN).includes(state);
  key = () => [];

  stateOf(view) {
    if (view.expired) return view.status === "REQUESTED" ? "expired" : (ENDED[view.status] ?? "failed");
    return OPEN[view.status] ?? ENDED[view.status];
  }

  /** Calmly while nothing happens, and right after the time is over. */
  pause(view, state, looked) {
    if (state === "signing") return looked < 10 ? 2_000 : 5_000;
    const left = Date.parse(view.expires_at) - Date.now();
    return left > 0 && left < 15_000 ? left + 1_000 : 15_000;
  }

  about(view) {
    return {
      title: texts.title(view.document_name),
      asks: texts.asks(view.owner_name),
      facts: [
        [texts.facts.document, view.document_name],
        [texts.facts.signatory, view.signatory_name],
        [texts.facts.reason, view.reason],
        [texts.facts.location, view.location],
        [texts.facts.field, view.field_name],
        [texts.facts.until, clock(view.expires_at)],
      ],
    };
  }

  panel(view, state) {
    if (state === "signing") return waiting(state, this.words.waiting);
    this.#prepare();
    this.#notices ??= new Notices(view.push_key);
    const decline = () => this.#page.decline((reason) => this.#api.refuse(reason));
    return approving(view, this.#notices, { approve: () => this.#approve(), decline });
  }

  refused(error, panel) {
    this.#prepare();
    const text = error.name === "PasskeyRefused" ? this.words.refused : passkeys.trouble(error, this.words.trouble);
    if (text) panel.complain?.(text);
    return Boolean(text && panel.complain);
  }

  /** Browsers ask a device only shortly after a press: what it takes is fetched before. */
  #prepare() {
    if (!passkeys.available()) return;
    this.#options = this.#api.approvalOptions();
    this.#options.catch(() => (this.#options = null));
  }

  #approve() {
    this.#page.act(async () => {
      const options = await (this.#options ?? this.#api.approvalOptions());
      announce(this.words.confirming);
      const credential = await passkeys.get(options);
      return this.#api.approve(credential, await this.#notices.subscription());
    });
  }
}

function approving(view, notices, { approve, decline }) {
  const words = texts.authorisation;
  const ask = passkeys.available() ? passkeys.asking(words, { type: "button", click: approve }) : null;
  const element = el(
    "section",
    { class: "panel card", "aria-labelledby": "panel-heading" },
    heading(2, words.heading, { id: "panel-heading" }),
    el("p", {}, words.consent(view.signatory_name)),
    ask ? el("p", { class: "muted" }, words.explain) : el("p", { class: "notice warning" }, words.noPasskeys),
    ...(ask ? [...ask.rows, ...notices.rows()] : []),
    fingerprint(view),
    el("div", { class: "others" }, el("button", { type: "button", class: "quiet", click: decline }, words.decline)),
  );
  return { element, complain: ask?.complain };
}

/** What ties the approval to this document and no other. */
function fingerprint(view) {
  const words = texts.authorisation.fingerprint;
  const groups = view.document_digest.match(GROUP).map((group) => el("span", {}, group));
  return el(
    "details",
    { class: "fingerprint", open: true },
    el("summary", {}, words.heading),
    el("p", { class: "muted" }, words.explain),
    el("p", { class: "muted" }, words.algorithm(view.digest_algorithm)),
    el("code", { class: "hex" }, ...groups),
  );
}
