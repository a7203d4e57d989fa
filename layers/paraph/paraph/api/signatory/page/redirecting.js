// The question whose answer is given elsewhere: at the provider that holds the signatory's key.

import { el, heading } from "./dom.js";
import { texts } from "./texts.js";

export function redirecting(view, { go, decline }) {
  const words = texts.challenge.redirecting;
  const element = el(
    "section",
    { class: "panel card", "aria-labelledby": "panel-heading" },
    heading(2, words.heading(view.provider), { id: "panel-heading" }),
    view.refusal && el("p", { class: "notice warning" }, texts.challenge.remarks.again),
    el("p", {}, words.explain(view.provider)),
    el("p", {}, words.consent(view.signatory_name)),
    el("button", { type: "button", class: "main", click: go }, words.go(view.provider)),
    el(
      "div",
      { class: "others" },
      el("button", { type: "button", class: "quiet", click: decline }, texts.challenge.decline),
    ),
  );
  return { element };
}
