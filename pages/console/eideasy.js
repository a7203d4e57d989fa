// eID Easy as the embedded stack plays it: who signs there, and its faults.

import { facts, h, show } from "./dom.js";
import { faultsView } from "./faults.js";

/** @param {import("./embedded.js").Order} order */
export function eideasyView(order) {
  const signer = h("div", {});
  const faults = faultsView("eideasy", order);
  const element = h("section", { class: "sheet", "aria-labelledby": "eideasy" }, h("h2", { id: "eideasy" }, "eID Easy"), signer, faults.element);

  /** @param {any} told */
  function draw(told) {
    const s = told.signer;
    show(signer, h("p", {}, "Whatever eID is chosen in the widget, this person signs:"),
      facts([["Name", `${s.first_name} ${s.last_name}`], ["Id code", h("code", {}, s.id_code)], ["Country", s.country]]));
    faults.draw(told.known_faults, told.faults);
  }
  return { element, draw };
}
