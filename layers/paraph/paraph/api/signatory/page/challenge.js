// A signing that needs an answer from its signatory: codes, PINs and passwords, an eID, or a visit to a provider.

import { asked } from "./asked.js";
import { clock } from "./dom.js";
import { eid } from "./eid.js";
import { waiting } from "./panels.js";
import { redirecting } from "./redirecting.js";
import { texts } from "./texts.js";

const ENDED = {
  SIGNED: "signed",
  DECLINED: "declined",
  EXPIRED: "expired",
  CANCELLED: "cancelled",
  NEEDS_ATTENTION: "unclear",
};
const OPEN = { WAITING: "asked", ANSWERED: "signing", RESEND: "renewing", DECLINED: "declined" };
const NOTICES = { OtpWrong: "wrong", PinWrong: "wrong", OtpExpired: "expired" };
const GOES_ON = ["asked", "signing", "renewing", "preparing"];

export class Challenge {
  words = texts.challenge;
  withDocument = true;
  #api;
  #page;
  #codesBefore = null; // a new one was asked for, when so many were left

  constructor(api, page) {
    this.#api = api;
    this.#page = page;
  }

  look = () => this.#api.challenge();
  goesOn = (state) => GOES_ON.includes(state);
  key = (view) => [this.#notice(view), view.answers_left, view.codes_left, ...view.factors];

  stateOf(view) {
    if (view.signing_status !== "RUNNING") return ENDED[view.signing_status] ?? "failed";
    return OPEN[view.status] ?? "preparing";
  }

  /** Soon while something happens, calmly while it does not. */
  pause(view, state, looked) {
    if (state === "asked") return 15_000;
    return looked < 10 ? 2_000 : 5_000;
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
        [texts.facts.until, clock(view.expires_at)],
      ],
    };
  }

  panel(view, state) {
    const inWidget = view.factors.includes("widget");
    if (state !== "asked") return waiting(state, inWidget ? this.words.eid.waiting : this.words.waiting);
    const decline = () => this.#page.decline((reason) => this.#api.decline(reason));
    if (view.factors.includes("oauth2")) return redirecting(view, { go: () => this.#go(), decline });
    const sign = (given) => this.#sign(given);
    if (inWidget) return eid(view, { open: this.#api.widget, look: () => sign({ widget: true }), decline });
    return asked(view, this.#notice(view), { sign, resend: () => this.#resend(), decline });
  }

  refused(error, panel) {
    if (error.name === "InvalidRequest" && panel.malformed) panel.malformed();
    else if (panel.unanswered) panel.unanswered();
    else if (error.name === "TooManyCodes") this.#page.tell(this.words.tooMany);
    else return false;
    return true;
  }

  /** What to say with the question; null the first time. */
  #notice(view) {
    if (this.#codesBefore !== null) return view.codes_left < this.#codesBefore ? "renewed" : "undelivered";
    if (!view.refusal || view.refusal === "OtpNotDelivered") return null;
    return NOTICES[view.refusal] ?? "again";
  }

  #sign(given) {
    this.#page.act(async () => {
      const view = await this.#api.answer(given);
      this.#codesBefore = null;
      return view;
    });
  }

  #resend() {
    this.#page.act(async () => {
      const view = await this.#api.resend();
      this.#codesBefore = view.codes_left;
      return view;
    });
  }

  /** Leave for the provider; it sends the signatory back here. */
  #go() {
    this.#page.act(async () => {
      const { url } = await this.#api.redirect();
      location.assign(url);
    });
  }
}
