// What pages of every purpose show: facts, second thoughts, waits and ends; panels say what focus should go to.

import { el, heading } from "./dom.js";
import { texts } from "./texts.js";

/** Who asks for what, from whom, until when; what is not known is left out. */
export function facts(rows) {
  const row = ([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
  return el("dl", { class: "facts" }, ...rows.filter(([, value]) => value).map(row));
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
export function waiting(state, words) {
  const title = heading(2, words[state], { id: "panel-heading" });
  const element = el(
    "section",
    { class: "panel card waiting", "aria-labelledby": "panel-heading", "aria-busy": "true" },
    el("span", { class: "pulse", "aria-hidden": "true" }),
    title,
    el("p", {}, state === "signing" ? words.signingMore : words.more),
  );
  return { element, focus: title };
}

const LOOKS = { signed: "good", signedBefore: "good", registered: "good", declined: "", cancelled: "" };

/** Nothing more will happen here. */
export function ended(state, [title, text]) {
  const head = heading(1, title);
  const element = el("section", { class: `end card ${LOOKS[state] ?? "warning"}` }, head, el("p", {}, text));
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
