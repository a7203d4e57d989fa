// The question for what the signatory knows or was sent: one form, with an input for every factor of the challenge.

import { el, heading } from "./dom.js";
import { Input } from "./input.js";
import { texts } from "./texts.js";

const RESEND_AFTER = 30_000; // a code needs a moment to arrive, and the hub sends no two at once
const MOST_CODES = 5; // as many are left if none was sent: it comes from the signatory's own app or token
const CODE = {
  id: "code",
  type: "text",
  inputmode: "numeric",
  autocomplete: "one-time-code",
  autocapitalize: "off",
  spellcheck: "false",
  maxlength: "20",
};
const SECRET = { type: "password", autocomplete: "off" };
const asTyped = (text) => text || null;

/** What each factor's input is like, and how the API wants what was typed; null if it cannot be one. */
const FACTORS = {
  otp: { attributes: CODE, read: codeOf },
  pin: { attributes: { ...SECRET, id: "pin", maxlength: "64" }, read: asTyped },
  key_password: { attributes: { ...SECRET, id: "key-password", maxlength: "128" }, read: asTyped },
};

class FactorInput extends Input {
  constructor(factor, view) {
    const words = texts.challenge.factors[factor];
    super({ ...FACTORS[factor].attributes, name: factor, label: words.label, hint: words.hint(view.provider) });
    this.factor = factor;
    this.words = words;
  }

  get value() {
    return FACTORS[this.factor].read(this.input.value);
  }
}

export function asked(view, notice, { sign, resend, decline }) {
  const words = texts.challenge.asked;
  const inputs = view.factors.filter((factor) => factor in FACTORS).map((factor) => new FactorInput(factor, view));
  const sent = view.factors.includes("otp") && view.codes_left < MOST_CODES;
  const again = sent && view.codes_left ? late(el("button", quiet(resend), words.resend)) : null;
  const remark = remarkOn(notice);
  const element = el(
    "section",
    { class: "panel card", "aria-labelledby": "panel-heading" },
    heading(2, words.heading(view.factors), { id: "panel-heading" }),
    remark,
    sent && !notice && el("p", {}, words.sent(view.provider)),
    el(
      "form",
      { submit: submitting(inputs, sign), novalidate: true },
      ...inputs.flatMap((input) => input.rows),
      el("p", {}, words.consent(view.factors, view.signatory_name)),
      el("button", { type: "submit", class: "main" }, words.sign),
    ),
    sent && el("p", { class: "muted" }, view.codes_left ? words.wait : words.lastCode),
    el("div", { class: "others" }, again, el("button", quiet(decline), texts.challenge.decline)),
  );
  const malformed = () => complain(inputs, (input) => input.words.malformed);
  return { element, malformed, focus: notice && tied(view, notice, inputs, remark).input };
}

const quiet = (click) => ({ type: "button", class: "quiet", click });

function late(button) {
  button.hidden = true;
  setTimeout(() => (button.hidden = false), RESEND_AFTER);
  return button;
}

function submitting(inputs, sign) {
  return (event) => {
    event.preventDefault();
    for (const input of inputs) input.calm();
    const malformed = inputs.filter((input) => input.value === null);
    if (malformed.length) complain(malformed, (input) => input.words.malformed);
    else sign(Object.fromEntries(inputs.map((input) => [input.factor, input.value])));
  };
}

function complain(inputs, textOf) {
  for (const input of inputs) input.complain(textOf(input));
  inputs[0].input.focus();
}

/** What is said above the form, as it is no fault of what was entered; null if there is nothing of the kind. */
function remarkOn(notice) {
  const text = texts.challenge.remarks[notice];
  const look = notice === "renewed" ? "good" : "warning";
  return text ? el("p", { id: "remark", class: `notice ${look}` }, text) : null;
}

/** Tie what is said to the inputs that it is about; the first of them. */
function tied(view, notice, inputs, remark) {
  const codes = inputs.filter(({ factor }) => factor === "otp");
  const ofCode = notice === "renewed" || notice === "undelivered" || view.refusal?.startsWith("Otp");
  const about = ofCode && codes.length ? codes : inputs;
  if (remark) about[0].describe(remark);
  else about.forEach((input) => input.complain(refusalOf(view, notice, about.length === 1 ? input.words : null)));
  return about[0];
}

/** Of PIN and code, services often do not tell which was wrong. */
function refusalOf(view, notice, words) {
  if (notice === "expired") return texts.challenge.asked.expired;
  return (words ?? texts.challenge.asked).wrong(view.answers_left);
}

/** The code as people type it, without what they put between. */
function codeOf(text) {
  const digits = text.replace(/[\s.\-]/g, "");
  return /^[0-9]{4,9}$/.test(digits) ? digits : null;
}
