// Pages of a document as images, drawn by the console program; each is fetched when it comes into view.

import { get, getBlob } from "./calls.js";
import { h, show } from "./dom.js";

/**
 * @param {string} path of the document
 * @param {string} title
 * @param {AbortSignal} signal
 */
export function pagesView(path, title, signal) {
  const place = h("div", { class: "pages" }, h("p", { class: "page-empty" }, "Loading …"));
  void fill(place, path, title, signal);
  return place;
}

/** @param {HTMLElement} place @param {string} path @param {string} title @param {AbortSignal} signal */
async function fill(place, path, title, signal) {
  try {
    const { pages, shown } = await get(`${path}/pages`, signal);
    show(place, ...Array.from({ length: shown }, (_, index) => page(path, index + 1, pages, title, signal)),
      shown < pages ? h("p", { class: "quiet" }, `${pages - shown} more pages are not drawn; download the document.`) : null);
  } catch (error) {
    if (!signal.aborted) show(place, wrong(/** @type {any} */ (error)));
  }
}

/** @param {string} path @param {number} number @param {number} pages @param {string} title @param {AbortSignal} signal */
function page(path, number, pages, title, signal) {
  const empty = h("div", { class: "page-empty" }, "Drawing …");
  const figure = h("figure", {}, empty, h("figcaption", {}, `Page ${number} of ${pages}`));
  const watch = new IntersectionObserver(async (seen) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    try {
      const url = URL.createObjectURL(await getBlob(`${path}/pages/${number}`));
      signal.addEventListener("abort", () => URL.revokeObjectURL(url));
      empty.replaceWith(h("img", { src: url, alt: `${title}, page ${number}` }));
    } catch (error) {
      empty.replaceWith(wrong(/** @type {any} */ (error)));
    }
  }, { rootMargin: "400px" });
  watch.observe(figure);
  signal.addEventListener("abort", () => watch.disconnect());
  return figure;
}

/** @param {{message: string, advice?: string}} error */
const wrong = (error) => h("p", { class: "page-empty" }, `Not drawn: ${error.message}. ${error.advice ?? ""}`);
