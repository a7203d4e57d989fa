// The console's frame: the token, the places that can be gone to, and which one is shown.

import { get, Problem, takeToken } from "./calls.js";
import { devicesPage } from "./devices.js";
import { announce, h, show } from "./dom.js";
import { embeddedPage } from "./embedded.js";
import { listPage } from "./list.js";
import { signingPage } from "./signing.js";
import { startPage } from "./start.js";
import { problemNotice } from "./words.js";

/** @typedef {{stack: string, api_url: string, region: string, embedded: boolean}} About */

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
/** @type {About} */ let about;
let leaving = new AbortController();
let first = true;

/** @type {[RegExp, string, (main: HTMLElement, signal: AbortSignal, id: string) => Promise<void> | void][]} */
const PLACES = [
  [/^#\/signings$/, "Signings", listPage],
  [/^#\/signings\/(sgn_[a-z2-7]{26})$/, "Signing", signingPage],
  [/^#\/start$/, "Start a signing", startPage],
  [/^#\/signatories\/([\w.@%-]+)\/devices$/, "Devices", devicesPage],
  [/^#\/embedded$/, "Embedded stack", embeddedPage],
];

async function route() {
  takeToken();
  if (!location.hash) history.replaceState(null, "", "#/signings");
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const [place, found] = here();
  try {
    about ??= await get("/console/about");
    drawFrame(place?.[1] ?? "");
    if (!place) throw new Problem(404, { detail: "there is nothing at this address", advice: "Go to Signings." });
    document.title = `${place[1]} – Paraph console`;
    main.replaceChildren();
    await place[2](main, signal, found?.[1] ?? "");
  } catch (error) {
    if (signal.aborted) return;
    show(main, problemNotice(/** @type {Problem} */ (error), "The console cannot show this"));
  }
  if (!first) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  first = false;
  announce(main.querySelector("h1")?.textContent ?? "");
}

function here() {
  for (const place of PLACES) {
    const found = place[0].exec(location.hash);
    if (found) return /** @type {const} */ ([place, found]);
  }
  return [undefined, undefined];
}

/** @param {string} current */
function drawFrame(current) {
  const places = [["#/signings", "Signings"], ["#/start", "Start a signing"]];
  if (about.embedded) places.push(["#/embedded", "Embedded stack"]);
  const nav = /** @type {HTMLElement} */ (document.getElementById("nav"));
  nav.replaceChildren(...places.map(([href, text]) =>
    h("li", {}, h("a", { href, "aria-current": text === current ? "page" : current === "Signing" && text === "Signings" ? "true" : null }, text))));
  const place = /** @type {HTMLElement} */ (document.getElementById("place"));
  place.textContent = `${about.stack} · ${about.embedded ? "embedded on this machine" : about.region}`;
  place.title = about.api_url;
}

document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault(); // the fragment says which place is shown
  main.focus();
});
addEventListener("hashchange", route);
route();
