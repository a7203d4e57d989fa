// What the page shows beside the document, one function a state; each gives an element and what focus should go to.

import { el, heading } from "./dom.js";
import { codeOf } from "./states.js";
import { texts } from "./texts.js";

const RESEND_AFTER = 30_000; // a code needs a moment to arrive, and the hub sends no two at once

/** Who asks for what, from whom, until when. */
export function facts(view) {
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
  const until = view.expires_at && clock.format(new Date(view.expires_at));
  const rows = [
    [texts.facts.document, view.document_name],
    [texts.facts.signatory, view.signatory_name],
    [texts.facts.reason, view.reason],
    [texts.facts.location, view.location],
    [texts.facts.until, until],
  ].filter(([, value]) => value);
  const row = ([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
  return el("dl", { class: "facts" }, ...rows.map(row));
}

/** The code: one input, its error tied to it. */
export function asked(view, notice, { sign, resend, decline }) {
  const words = texts.asked;
  const said = { wrong: words.wrong(view.answers_left), expired: words.expired, renewed: words.renewed }[notice];
  const wrong = notice === "wrong" || notice === "expired";
  const error = el("p", { id: "code-error", class: "notice warning", hidden: !wrong }, wrong ? said : "");
  const input = el("input", {
    id: "code",
    name: "code",
    type: "text",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: "20",
    required: true,
    "aria-describedby": wrong ? "code-error code-hint" : notice ? "code-notice code-hint" : "code-hint",
    "aria-invalid": wrong ? "true" : null,
  });
  const complain = (text) => {
    error.textContent = text;
    error.hidden = false;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", "code-error code-hint");
    input.focus();
  };
  const submit = (event) => {
    event.preventDefault();
    const code = codeOf(input.value);
    if (code) sign(code);
    else complain(words.malformed);
  };
  const again = view.codes_left
    ? el("button", { type: "button", class: "quiet", hidden: true, click: resend }, words.resend)
    : null;
  if (again) setTimeout(() => (again.hidden = false), RESEND_AFTER);
  const element = el(
    "section",
    { class: "panel card", "aria-labelledby": "panel-heading" },
    heading(2, words.heading, { id: "panel-heading" }),
    notice === "renewed" ? el("p", { id: "code-notice", class: "notice good" }, said) : null,
    !notice && el("p", {}, words.sent),
    el(
      "form",
      { submit, novalidate: true },
      el("label", { for: "code" }, words.label),
      el("p", { id: "code-hint", class: "muted" }, words.hint),
      error,
      input,
      el("p", {}, words.consent(view.signatory_name)),
      el("button", { type: "submit", class: "main" }, words.sign),
    ),
    el("p", { class: "muted" }, view.codes_left ? words.wait : words.lastCode),
    el(
      "div",
      { class: "others" },
      again,
      el("button", { type: "button", class: "quiet", click: decline }, words.decline),
    ),
  );
  return { element, focus: notice ? input : null, complain };
}

/** Declining needs a second thought, not a reason. */
export function declining(view, { confirm, back }) {
  const words = texts.declining;
  const title = heading(2, words.heading, { id: "panel-heading" });
  const reason = el("textarea", { id: "reason", rows: "3", maxlength: "500", "aria-describedby": "reason-hint" });
  const submit = (event) => {
    event.preventDefault();
    confirm(reason.value.trim());
  };
  const element = el(
    "section",
    { class: "panel card", "aria-labelledby": "panel-heading" },
    title,
    el("p", {}, words.explain(view.owner_name)),
    el(
      "form",
      { submit },
      el("label", { for: "reason" }, words.label),
      el("p", { id: "reason-hint", class: "muted" }, words.hint(view.owner_name)),
      reason,
      el(
        "div",
        { class: "others" },
        el("button", { type: "submit", class: "main grave" }, words.decline),
        el("button", { type: "button", class: "quiet", click: back }, words.back),
      ),
    ),
  );
  return { element, focus: title };
}

/** Something happens elsewhere. */
export function waiting(state) {
  const title = heading(2, texts.waiting[state], { id: "panel-heading" });
  const element = el(
    "section",
    { class: "panel card waiting", "aria-labelledby": "panel-heading", "aria-busy": "true" },
    el("span", { class: "pulse", "aria-hidden": "true" }),
    title,
    el("p", {}, state === "signing" ? texts.waiting.signingMore : texts.waiting.more),
  );
  return { element, focus: title };
}

const LOOKS = { signed: "good", signedBefore: "good", declined: "", cancelled: "" };

/** Nothing more will happen here. */
export function ended(end, about) {
  const [title, text] = texts.ended[end](about);
  const head = heading(1, title);
  const element = el("section", { class: `end card ${LOOKS[end] ?? "warning"}` }, head, el("p", {}, text));
  return { element, focus: head };
}

/** The page could not be opened; it can be tried again. */
export function closed(retry) {
  const [title, text] = texts.trouble.opening;
  const head = heading(1, title);
  const button = el("button", { type: "button", class: "main", click: retry }, texts.trouble.retry);
  const element = el("section", { class: "end card warning" }, head, el("p", {}, text), button);
  return { element, focus: head };
}
