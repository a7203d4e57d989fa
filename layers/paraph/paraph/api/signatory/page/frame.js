// The frame in which eID Easy's widget runs: what to open it with goes in, what happens there comes out.

import { el } from "./dom.js";

const PATIENCE = 20_000; // after the frame's files have come, or not
const LOWEST = 420; // the list of countries has room in it
const HIGHEST = 2_000;

/** A channel of its own carries the settings, to our own origin and no other: they are in no address. */
export function frame(title, settings, tell) {
  let patience = 0;
  const element = el("iframe", { class: "widget", src: "widget.html", title, height: LOWEST, load: begin });

  function begin() {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => hear(data);
    clearTimeout(patience);
    patience = setTimeout(() => element.isConnected && tell("unloaded"), PATIENCE);
    element.contentWindow?.postMessage(settings, location.origin, [port2]);
  }

  function hear({ what, why, height }) {
    if (!element.isConnected) return;
    if (what === "height") {
      element.height = Math.min(Math.max(height, LOWEST), HIGHEST);
      return;
    }
    clearTimeout(patience);
    tell(what, why);
  }

  return element;
}
