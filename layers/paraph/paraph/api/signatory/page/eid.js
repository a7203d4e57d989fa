// The question that is answered with an eID: the signatory signs in eID Easy's widget, in a frame of this page.

import { announce, el, heading } from "./dom.js";
import { frame } from "./frame.js";
import { texts } from "./texts.js";

/** `open` gives what the widget is opened with; `look` has it looked whether there is a signature. */
export function eid(view, { open, look, decline }) {
  const words = texts.challenge.eid;
  const notice = el("p", { class: "notice warning", tabindex: "-1", hidden: true });
  const loading = el("p", { class: "muted" }, words.loading);
  const place = el("div"); // what leads to the widget, and the widget: empty if there is none
  const title = heading(2, words.heading, { id: "panel-heading" });
  const again = el("button", { ...quiet(reload), hidden: true }, texts.trouble.retry);

  /** What to do with what is heard from the frame. */
  const hears = {
    shown: () => loading.remove(),
    trying: () => (notice.hidden = true),
    signed: look,
    failed,
    nothing: () => closed(words.nothing(view.owner_name)),
    missing: () => closed(words.missing(view.owner_name)),
    unloaded,
  };

  async function load() {
    const meant = el("p", {}, words.consent(view.signatory_name));
    place.replaceChildren(meant, el("p", { class: "muted" }, words.explain), loading);
    try {
      const settings = await open();
      if (settings.methods.length) place.append(frame(words.frame, settings, (what, why) => hears[what](why)));
      else hears.nothing();
    } catch {
      unloaded();
    }
  }

  function reload() {
    again.hidden = notice.hidden = true;
    title.focus();
    load();
  }

  function say(text) {
    notice.textContent = text;
    notice.hidden = false;
  }

  /** What the widget says itself is read where it stands. */
  function failed(why) {
    say(words.failures[why]);
    if (why === "told") announce(notice.textContent);
    else notice.focus();
  }

  function closed(text) {
    place.replaceChildren();
    say(text);
    announce(text);
  }

  function unloaded() {
    closed(words.unloaded);
    again.hidden = false;
  }

  if (view.refusal) say(words.notThere);
  load();
  const element = el(
    "section",
    { class: "panel card", "aria-labelledby": "panel-heading" },
    title,
    notice,
    place,
    el(
      "div",
      { class: "others" },
      again,
      el("button", { ...quiet(look), class: view.refusal ? "main" : "quiet" }, words.signed),
      el("button", quiet(decline), texts.challenge.decline),
    ),
  );
  return { element, focus: view.refusal && notice, unanswered: () => say(words.unanswered) };
}

const quiet = (click) => ({ type: "button", class: "quiet", click });
