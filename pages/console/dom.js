// Making elements. Text is always set as text, never as markup: names come from strangers.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {string | number | Node | null | undefined | false} Child
 * @typedef {Record<string, unknown>} Properties
 */

/**
 * An HTML element.
 * @param {string} name
 * @param {Properties} [properties] attributes; functions are listeners; false and null leave an attribute out
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(name, properties = {}, ...children) {
  return /** @type {HTMLElement} */ (filled(document.createElement(name), properties, children));
}

/**
 * An SVG element.
 * @param {string} name
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {SVGElement}
 */
export function s(name, properties = {}, ...children) {
  return /** @type {SVGElement} */ (filled(document.createElementNS(SVG, name), properties, children));
}

/** @param {Element} element @param {Properties} properties @param {(Child | Child[])[]} children */
function filled(element, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(key, /** @type {EventListener} */ (value));
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
  return element;
}

/**
 * Facts as a description list, without those that have no value.
 * @param {[string, Child | Child[]][]} rows
 */
export function facts(rows) {
  const present = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h("dl", { class: "facts" }, present.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/**
 * Put new content into an element, keeping the keyboard's place and what was unfolded.
 * @param {Element} element
 * @param {...Child} children
 */
export function show(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement?.id : "";
  const open = new Set([...element.querySelectorAll("details[open][id]")].map((details) => details.id));
  element.replaceChildren(...children.filter((c) => c || c === 0).map((c) => (c instanceof Node ? c : String(c))));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus();
}

/** Say something to screen readers. @param {string} text */
export function announce(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}
