// What a stand-in can be ordered to do wrong, and what is still to come of it.

import { h, show } from "./dom.js";

/** @typedef {{what: string, times: number, method: string}} Fault */

const MOST = 99;

/**
 * @param {string} name of the stand-in
 * @param {import("./embedded.js").Order} order
 */
export function faultsView(name, order) {
  /** @type {Record<string, string>} */ let known = {};
  const id = (/** @type {string} */ part) => `${name}-${part}`;
  const explained = h("p", { class: "hint", id: id("explained") });
  const choice = /** @type {HTMLSelectElement} */ (h("select", { id: id("fault"), "aria-describedby": id("explained"), change: () => explain() }));
  const times = /** @type {HTMLInputElement} */ (h("input", { id: id("times"), type: "number", min: "1", max: String(MOST), value: "1", required: "" }));
  const title = h("h3", { id: id("faults"), tabindex: "-1" }, "Faults");
  const toCome = h("div", { id: id("to-come") });
  const element = h("div", { class: "faults", role: "group", "aria-labelledby": id("faults") }, title,
    h("form", { submit: (/** @type {Event} */ e) => submit(e) },
      h("div", { class: "filters" },
        h("div", { class: "wide" }, h("label", { for: id("fault") }, "Fault"), choice),
        h("div", { class: "times" }, h("label", { for: id("times") }, "Times"), times),
        h("div", { class: "order" }, h("button", { type: "submit", id: id("order") }, "Order"))),
      explained),
    toCome);

  function explain() {
    explained.textContent = known[choice.value] ?? "";
  }

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const fault = { what: choice.value, times: times.valueAsNumber };
    void order("fault", fault, `Ordered: ${named(fault.what)}, ${often(fault.times)}`);
  }

  /** @param {Fault} fault */
  async function takeBack({ what, method }) {
    const done = await order("fault", { what, times: 0, ...(method ? { method } : {}) }, `Taken back: ${named(what)}`);
    if (done) title.focus(); // the button is gone
  }

  /** @param {Record<string, string>} kinds @param {Fault[]} pending */
  function draw(kinds, pending) {
    if (JSON.stringify(kinds) !== JSON.stringify(known)) { // or a choice would be lost
      known = kinds;
      choice.replaceChildren(...Object.keys(kinds).map((what) => h("option", { value: what }, named(what))));
      explain();
    }
    show(toCome, pending.length ? h("ul", { class: "to-come", "aria-label": "Faults still to come" }, pending.map(item))
      : h("p", { class: "quiet small" }, "No faults are to come."));
  }

  /** @param {Fault} fault */
  function item(fault) {
    const where = fault.method ? ` at ${fault.method}` : "";
    return h("li", {}, h("span", {}, h("strong", {}, named(fault.what)), `${where}, still ${often(fault.times)}`),
      h("button", { type: "button", id: id(`back-${fault.what}-${fault.method}`), "aria-label": `Take back: ${named(fault.what)}${where}`, click: () => void takeBack(fault) }, "Take back"));
  }

  return { element, draw };
}

const named = (/** @type {string} */ what) => what.replaceAll("_", " ");

const often = (/** @type {number} */ times) => (times === 1 ? "once" : `${times} times`);
