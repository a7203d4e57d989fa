// An invitation to register a device: a passkey is made on it that will approve signatures.

import { announce, day, el, heading } from "./dom.js";
import { Input } from "./input.js";
import { Notices } from "./notices.js";
import * as passkeys from "./passkeys.js";
import { texts } from "./texts.js";

const NAME_LIMIT = "60";

export class Registration {
  words = texts.registration;
  withDocument = false;
  #api;
  #page;
  #options = null;
  #notices = null;

  constructor(api, page) {
    this.#api = api;
    this.#page = page;
  }

  look = () => this.#api.registration();
  stateOf = (view) => (view.registered ? "registered" : "invited");
  goesOn = (state) => state === "invited";
  pause = () => null;
  key = () => [];

  about(view) {
    return {
      title: this.words.title,
      asks: this.words.asks(view.owner_name),
      facts: [
        [texts.facts.signatory, view.signatory_name],
        [this.words.until, day(view.expires_at)],
      ],
    };
  }

  panel(view) {
    this.#prepare();
    this.#notices ??= new Notices(view.push_key);
    return invited(view, this.#notices, (name) => this.#register(name));
  }

  refused(error, panel) {
    this.#prepare();
    const text = error.name === "PasskeyRefused" ? this.words.refused : passkeys.trouble(error, this.words.trouble);
    if (text) panel.complain(text);
    else if (error.name === "TooManyDevices") this.#page.end("full");
    else if (error.name === "InvalidRequest") panel.misnamed();
    else return false;
    return true;
  }

  /** Browsers ask a device only shortly after a press: what it takes is fetched before. */
  #prepare() {
    if (!passkeys.available()) return;
    this.#options = this.#api.registrationOptions();
    this.#options.catch(() => (this.#options = null));
  }

  #register(name) {
    this.#page.act(async () => {
      const options = await (this.#options ?? this.#api.registrationOptions());
      announce(this.words.confirming);
      const credential = await passkeys.create(options);
      return this.#api.register(name, credential, await this.#notices.subscription());
    });
  }
}

function invited(view, notices, register) {
  const words = texts.registration;
  const ask = passkeys.available() ? asking(view, notices, register) : null;
  const element = el(
    "section",
    { class: "panel card", "aria-labelledby": "panel-heading" },
    heading(2, words.heading, { id: "panel-heading" }),
    ...words.meaning(view.owner_name, view.signatory_name).map((text) => el("p", {}, text)),
    ask ? ask.form : el("p", { class: "notice warning" }, words.noPasskeys),
    el("p", { class: "muted" }, words.unexpected),
  );
  return { element, complain: ask?.complain, misnamed: ask?.misnamed };
}

/** The form: the device's name, guessed until its signatory says better, and the button that asks the device. */
function asking(view, notices, register) {
  const words = texts.registration;
  const { label, hint, guess, missing } = words.name;
  const name = new Input({
    id: "name",
    name: "name",
    type: "text",
    label,
    hint: hint(view.owner_name),
    autocomplete: "off",
    maxlength: NAME_LIMIT,
    value: isPhone() ? guess.phone : guess.computer,
  });
  const ask = passkeys.asking(words, { type: "submit" });
  const misnamed = () => {
    name.complain(missing);
    name.input.focus();
  };
  const submit = (event) => {
    event.preventDefault();
    name.calm();
    const given = name.input.value.trim();
    if (given) register(given);
    else misnamed();
  };
  const form = el("form", { submit, novalidate: true }, ...name.rows, ...notices.rows(), ...ask.rows);
  return { form, complain: ask.complain, misnamed };
}

const isPhone = () => navigator.userAgentData?.mobile ?? /Mobi|Android|iPhone|iPad/.test(navigator.userAgent);
