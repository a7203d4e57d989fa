// Elements from plain values. Text is only ever set as text, so nothing that a document or name holds becomes markup.

/** An element: attributes by name (functions become listeners, false and null are left out), then its children. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A heading that focus can be moved to, so that what is new is read out. */
export const heading = (level, text, attributes = {}) => el(`h${level}`, { tabindex: "-1", ...attributes }, text);

/** Say something to people who do not see the page change. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}

/** An instant as people read it today, in their own language and time zone; undefined if there is none. */
export const clock = (instant) => instant && shown(instant, { timeStyle: "short" });

/** The same, if it may be another day's. */
export const day = (instant) => instant && shown(instant, { dateStyle: "medium", timeStyle: "short" });

const shown = (instant, style) => new Intl.DateTimeFormat(undefined, style).format(new Date(instant));
