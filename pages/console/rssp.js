// The remote signing service that the embedded stack plays: its users' phones, its app, its faults.

import { facts, h, show } from "./dom.js";
import { faultsView } from "./faults.js";
import { textMessage } from "./messages.js";

/** @param {import("./embedded.js").Order} order */
export function rsspView(order) {
  const questions = h("div", {});
  const people = h("div", {});
  const messages = h("div", {});
  const faults = faultsView("rssp", order);
  const title = h("h2", { id: "rssp", tabindex: "-1" }, "Remote signing service");
  const element = h("section", { class: "sheet", "aria-labelledby": "rssp" }, title, questions, people,
    h("h3", {}, "Messages to their phones"), messages, faults.element);

  /** @param {any} told */
  function draw(told) {
    show(questions, told.questions ? asked(told) : null);
    show(people, ...told.people.map(person));
    show(messages, ...(told.messages.length ? told.messages.map(textMessage) : [h("p", { class: "quiet" }, "No messages.")]));
    faults.draw(told.known_faults, told.faults);
  }

  /** The service takes a decision for a user's newest open question. @param {any} told */
  function asked(told) {
    const users = told.people.filter((/** @type {any} */ p) => told.messages.some((/** @type {any} */ m) => m.question && m.to === p.user_id));
    return h("div", { class: "notice orange", role: "group", "aria-labelledby": "rssp-questions" },
      h("h3", { id: "rssp-questions" }, told.questions === 1 ? "A question waits in the app" : `${told.questions} questions wait in the app`),
      users.map((/** @type {any} */ user) => h("div", { class: "asked" },
        h("p", {}, `${user.name}: `, told.messages.find((/** @type {any} */ m) => m.question && m.to === user.user_id).text),
        h("div", { class: "actions" }, decision(user, "approve", "Approve", "primary"), decision(user, "deny", "Deny", "danger")))));
  }

  /** @param {any} user @param {string} what @param {string} text @param {string} kind */
  function decision(user, what, text, kind) {
    return h("button", { class: kind, type: "button", id: `${what}-${user.user_id}`, "aria-label": `${text} as ${user.name}`, click: async () => {
      if (await order("approve", { user: user.user_id, decision: what }, `${user.name}: ${text.toLowerCase()}`)) title.focus(); // the button may be gone
    } }, text);
  }

  return { element, draw };
}

/** With the test values that whoever plays the signatory has to give. @param {any} p */
const person = (p) => h("details", { id: `rssp-${p.user_id}` }, h("summary", {}, p.name), facts([
  ["User name", h("code", {}, p.user_id)],
  ["Password", h("code", {}, p.password)],
  ["PIN", h("code", {}, p.pin)],
  ["Device shows", h("code", {}, p.device)],
]));
