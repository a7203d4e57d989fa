// The push service as the embedded stack plays it: who is subscribed, what became of their messages, and its faults.

import { h, show } from "./dom.js";
import { faultsView } from "./faults.js";

const COUNTS = ["accepted", "waiting", "delivered"];

/** @param {import("./embedded.js").Order} order */
export function pushView(order) {
  const subscriptions = h("div", {});
  const faults = faultsView("push", order);
  const element = h("section", { class: "sheet", "aria-labelledby": "push" }, h("h2", { id: "push" }, "Push service"), subscriptions, faults.element);

  /** @param {any} told */
  function draw(told) {
    show(subscriptions, told.subscriptions.length ? table(told.subscriptions) : h("p", { class: "quiet" }, "No browser is subscribed."));
    faults.draw(told.known_faults, told.faults);
  }
  return { element, draw };
}

/** @param {any[]} subscriptions */
function table(subscriptions) {
  return h("table", { class: "cards", role: "table" },
    h("caption", {}, "Messages are encrypted for the browser that subscribed; nobody can read them here."),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ["Subscription", "State", "Accepted", "Waiting", "Delivered"].map((n) => h("th", { scope: "col", role: "columnheader" }, n)))),
    h("tbody", { role: "rowgroup" }, [...subscriptions].reverse().map((s) => h("tr", { role: "row" },
      h("td", { role: "cell" }, h("code", {}, `${s.subscription}…`)),
      h("td", { role: "cell", "data-label": "State" }, s.ended ? h("span", { class: "badge red" }, "ended") : h("span", { class: "badge green" }, "open")),
      COUNTS.map((count) => h("td", { role: "cell", "data-label": `${count[0].toUpperCase()}${count.slice(1)}` }, String(s[count])))))));
}
