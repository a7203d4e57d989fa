// Starting a signing: a PDF, a profile, and what shall differ from it.

import { get, post, upload } from "./calls.js";
import { announce, facts, h, show } from "./dom.js";
import { signatoryLink } from "./waiting.js";
import { problemNotice, size, words } from "./words.js";

/** Properties of an order beyond profile and document, and how each must look. @type {Record<string, string>} */
const WISHES = {
  signatory: "string", field: "object", form_values: "object", signing_server: "string", signing_capacity: "string",
  level_of_assurance: "string", conformance_level: "string", reason: "string", location: "string", contact: "string",
};
const EXAMPLE = '{\n  "reason": "Approved",\n  "form_values": {"Name": "Ada Lovelace"}\n}';

/** @param {HTMLElement} main */
export async function startPage(main) {
  const { profiles } = await get("/api/profiles");
  /** @type {File | null} */ let document_ = null;
  /** The same key for the same order: a repeat after a lost answer starts nothing twice. */
  let order = { key: "", of: "" };

  const input = /** @type {HTMLInputElement} */ (h("input", { id: "file", type: "file", accept: "application/pdf,.pdf", "aria-describedby": "file-said", change: () => choose(input.files?.[0]) }));
  const fileSaid = h("p", { id: "file-said", class: "hint" }, "Drop a PDF here, or choose one.");
  const drop = h("div", { class: "drop", dragover: over, dragleave: () => drop.classList.remove("over"), drop: dropped },
    h("label", { for: "file" }, "Document"), input, fileSaid);
  const profile = /** @type {HTMLSelectElement} */ (h("select", { id: "profile", required: "", change: () => describe() },
    profiles.map((/** @type {any} */ p) => h("option", { value: p.name }, p.name))));
  const about = h("div", { class: "notice blue" });
  const wishes = /** @type {HTMLTextAreaElement} */ (h("textarea", { id: "wishes", spellcheck: "false", "aria-describedby": "wishes-hint wishes-said", placeholder: EXAMPLE, input: () => check() }));
  const wishesSaid = h("p", { id: "wishes-said", class: "wrong", "aria-live": "polite" });
  const button = h("button", { class: "primary", type: "submit" }, "Start the signing");
  const said = h("div", {});

  show(main,
    h("div", { class: "head" }, h("h1", {}, "Start a signing")),
    profiles.length ? h("form", { class: "sheet form", novalidate: "", submit: (/** @type {Event} */ e) => void start(e) },
      h("div", { class: "field" }, drop),
      h("div", { class: "field" }, h("label", { for: "profile" }, "Profile"), profile),
      about,
      h("details", { class: "field" }, h("summary", {}, "Wishes beyond the profile (JSON)"),
        h("div", { class: "field" }, h("label", { for: "wishes" }, "Wishes"), wishes,
          h("p", { id: "wishes-hint", class: "hint" }, `Any of ${Object.keys(WISHES).join(", ")}. Empty: what the profile says.`),
          wishesSaid)),
      said, button)
      : h("p", { class: "sheet" }, "There are no profiles that you may use. ", h("code", {}, "paraph configure"), " makes them."));
  describe();

  /** @param {DragEvent} event */
  function over(event) {
    event.preventDefault();
    drop.classList.add("over");
  }

  /** @param {DragEvent} event */
  function dropped(event) {
    event.preventDefault();
    drop.classList.remove("over");
    const files = event.dataTransfer?.files;
    if (files?.length === 1) input.files = files; // so that the input names it too
    choose(files?.[0]);
  }

  /** @param {File | undefined} file */
  function choose(file) {
    document_ = null;
    const wrong = !file ? "Choose a PDF." : file.type && file.type !== "application/pdf" ? `${file.name} is no PDF.` : file.size ? "" : `${file.name} is empty.`;
    if (!wrong && file) document_ = file;
    fileSaid.className = wrong ? "wrong" : "hint";
    fileSaid.textContent = wrong || (file ? `${file.name}, ${size(file.size)}` : "");
    input.setAttribute("aria-invalid", String(Boolean(wrong)));
    announce(fileSaid.textContent ?? "");
    return !wrong;
  }

  function describe() {
    const p = profiles.find((/** @type {any} */ each) => each.name === profile.value);
    if (!p) return;
    show(about, facts([
      ["Signatory", signatoryLink(p.signatory, p.signatory_name)],
      ["Owner", p.owner],
      ["Assurance", words(p.level_of_assurance)],
      ["Level", p.conformance_level ?? "none: a plain electronic signature"],
      ["Field", `${p.field_name}, ${p.field_created ? "made if it is not there" : "which the document must have"}`],
      ["Signed by", p.hub === "embedded" ? (p.signing_server ? `signing server ${p.signing_server}` : "a mark, without certificate") : "at the SigningHub installation"],
    ]));
  }

  /** The wishes, or null if they are not what an order may hold. */
  function check() {
    const [wish, wrong] = read(wishes.value);
    wishesSaid.textContent = wrong;
    wishes.setAttribute("aria-invalid", String(Boolean(wrong)));
    return wish;
  }

  /** @param {Event} event */
  async function start(event) {
    event.preventDefault();
    const wish = check();
    if (!document_ && !choose(input.files?.[0])) return input.focus();
    if (!wish) {
      wishes.closest("details")?.setAttribute("open", "");
      return wishes.focus();
    }
    if (button.getAttribute("aria-disabled") === "true" || !document_) return;
    button.setAttribute("aria-disabled", "true");
    try {
      show(said, h("p", { role: "status" }, `Uploading ${document_.name} …`), h("progress", { "aria-label": "Uploading" }));
      const { upload_id } = await upload(document_);
      const body = { profile: profile.value, document: { upload_id }, ...wish };
      const of = JSON.stringify(body);
      if (order.of !== of) order = { key: crypto.randomUUID(), of };
      const signing = await post("/api/signings", body, { "Idempotency-Key": order.key });
      location.hash = `#/signings/${signing.signing_id}`;
    } catch (error) {
      show(said, problemNotice(/** @type {any} */ (error), "The signing was not started"));
      button.removeAttribute("aria-disabled");
    }
  }
}

/**
 * @param {string} text
 * @returns {[Record<string, unknown> | null, string]} the wishes and nothing, or null and what is wrong
 */
function read(text) {
  if (!text.trim()) return [{}, ""];
  let wish;
  try {
    wish = JSON.parse(text);
  } catch (error) {
    return [null, `This is no JSON: ${/** @type {Error} */ (error).message}`];
  }
  if (kind(wish) !== "object") return [null, "Write an object: { … }"];
  for (const [name, value] of Object.entries(wish)) {
    if (!(name in WISHES)) return [null, `There is no wish named ${name}.`];
    if (kind(value) !== WISHES[name]) return [null, `${name} must be ${WISHES[name] === "object" ? "an object" : "a text"}.`];
  }
  const odd = Object.entries(wish.form_values ?? {}).find(([, value]) => typeof value !== "string");
  return odd ? [null, `form_values: ${odd[0]} must be a text.`] : [wish, ""];
}

/** @param {unknown} value */
const kind = (value) => (Array.isArray(value) || value === null ? "other" : typeof value);
