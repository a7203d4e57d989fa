// One signing: where it stands, who must act, its way, its trail, its documents and its report.

import { download, get, post } from "./calls.js";
import { ask } from "./dialog.js";
import { announce, facts, h, show } from "./dom.js";
import { machinePicture } from "./machine.js";
import { pagesView } from "./pages.js";
import { repeatedly } from "./refresh.js";
import { reportView } from "./report.js";
import { chains, hashTable, timelineList } from "./timeline.js";
import { approval, askedFor, isAsked, means, pending, signatoryLink, typed, waitsFor } from "./waiting.js";
import { actor, coverage, indicationBadge, problemNotice, statusBadge, STATUSES, time, words } from "./words.js";

const PAUSE = 2_000;
const PAUSE_AFTER_END = 0;

/**
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 * @param {string} id
 */
export async function signingPage(main, signal, id) {
  const machine = await get("/console/machine", signal);
  const head = h("div", {});
  const said = h("div", {});
  const notices = h("div", {});
  const record = h("section", { class: "sheet", "aria-labelledby": "facts" });
  const way = h("section", { class: "sheet", "aria-labelledby": "way" });
  const trail = h("section", { class: "sheet", "aria-labelledby": "trail" });
  const documents = h("div", { class: "halves" });
  const report = h("div", {});
  /** @type {string} */ let status = "";
  let before = "";
  let waiting = "";
  const there = { submitted: false, signed: false };

  show(main, head, said, notices,
    h("div", { class: "columns" }, h("div", {}, record, trail), way), report, documents);

  async function look() {
    const [signing, timeline] = await Promise.all([get(`/api/signings/${id}`, signal), get(`/api/signings/${id}/timeline`, signal)]);
    const now = JSON.stringify([signing, timeline]);
    if (now !== before) {
      before = now;
      draw(signing, timeline.events);
    }
  }

  /** @param {any} signing @param {any[]} events */
  function draw(signing, events) {
    document.title = `${signing.document_name} – Paraph console`;
    if (status && status !== signing.status) announce(`The signing is now: ${STATUSES[signing.status]?.[0] ?? signing.status}`);
    status = signing.status;
    const awaited = waitsFor(signing, events) ?? "";
    if (awaited && awaited !== waiting) announce(`The signing waits for ${awaited}`);
    waiting = awaited;
    show(head, heading(signing, awaited, cancel));
    show(notices, signing.problem ? problem(signing) : null, elsewhere(signing, events), signing.challenge ? challenge(signing) : null,
      signing.cancel_requested_at && status === "RUNNING" ? h("div", { class: "notice blue" }, h("p", {}, "Its end was asked for; its next step sees to it.")) : null);
    show(record, h("h2", { id: "facts" }, "Facts"), recordFacts(signing, events));
    show(way, h("h2", { id: "way" }, "Steps"), machinePicture(machine, signing, events));
    const verdict = h("p", { class: "quiet small" });
    show(trail, h("h2", { id: "trail" }, "Audit trail"), verdict, timelineList(events), hashTable(events));
    void chains(events).then((unbroken) => {
      verdict.textContent = unbroken ? "Every hash was computed again here: the chain is unbroken." : "A hash does not fit: this trail was changed.";
      verdict.className = unbroken ? "quiet small" : "wrong";
    });
    drawDocuments(signing, events);
  }

  /** Documents and report never change once they are there. @param {any} signing @param {any[]} events */
  function drawDocuments(signing, events) {
    const submitted = events.some((e) => e.what === "DOCUMENT_UPLOADED" || e.what === "DOCUMENT_FOUND") || signing.links.document;
    if (submitted && !there.submitted) {
      there.submitted = true;
      documents.append(documentView(id, "submitted", "Before signing", signing.document_name, signal));
    }
    if (signing.links.document && !there.signed) {
      there.signed = true;
      documents.append(documentView(id, "signed", "After signing", signing.document_name, signal));
      void get(`/api/signings/${id}/verification`, signal).then(
        (found) => show(report, h("section", { class: "sheet", "aria-labelledby": "report" }, h("h2", { id: "report" }, "Verification"), reportView(found))),
        (error) => show(report, problemNotice(error, "The report cannot be shown")));
    }
  }

  async function cancel() {
    if (!(await ask("Cancel this signing?", "It ends without a signature. This cannot be taken back.", "Cancel the signing"))) return;
    try {
      await post(`/api/signings/${id}/cancel`);
      show(said);
      announce("Its end was asked for");
      await look();
    } catch (error) {
      show(said, problemNotice(/** @type {any} */ (error), "The signing could not be cancelled"));
    }
  }

  await look();
  void repeatedly(look, () => (status === "RUNNING" ? PAUSE : PAUSE_AFTER_END), signal);
}

/** @param {any} signing @param {string} awaited @param {() => void} cancel */
function heading(signing, awaited, cancel) {
  return h("div", {},
    h("p", { class: "crumb" }, h("a", { href: "#/signings", id: "crumb" }, "Signings")),
    h("div", { class: "head" }, h("h1", {}, signing.document_name), statusBadge(signing.status),
      h("span", { class: "quiet small" }, awaited ? `It waits for ${awaited}.` : (STATUSES[signing.status]?.[2] ?? "")),
      h("div", { class: "actions" },
        signing.links.cancel && !signing.cancel_requested_at ? h("button", { id: "cancel", class: "danger", type: "button", click: cancel }, "Cancel …") : null)));
}

/** @param {any} signing */
function problem(signing) {
  const p = signing.problem;
  const details = Object.entries(p.details).map(([name, value]) => `${words(name).toLowerCase()} ${value}`).join(", ");
  return h("section", { class: `notice ${signing.status === "NEEDS_ATTENTION" ? "orange" : "red"}`, "aria-labelledby": "problem" },
    h("h2", { id: "problem" }, p.message),
    facts([
      ["Who acts", actor(p.actor)],
      ["What to do", p.advice],
      ["Error", [h("code", {}, p.error), ` in ${words(p.step)}`]],
      ["Details", details],
      ["Since", time(p.occurred_at)],
    ]));
}

/** What the signatory is asked for. @param {any} signing */
function challenge(signing) {
  const c = signing.challenge;
  const waits = isAsked(signing);
  const asked = askedFor(c);
  return h("section", { class: `notice ${waits ? "orange" : "blue"}`, "aria-labelledby": "challenge" },
    h("h2", { id: "challenge" }, waits ? "The signatory is asked" : "The signatory was asked"),
    facts([
      ["For", asked],
      ["Service", asked.includes(c.provider) ? null : c.provider],
      ["State", words(c.status)],
      ["Until", time(c.expires_at)],
      ["Tries left", waits && typed(c) ? c.answers_left : null],
      ["Codes sent", c.codes_sent || null],
      ["Last answer", c.refusal ? h("code", {}, c.refusal) : null],
      ["Its reason", c.reason],
    ]));
}

/** What happens where no answer comes to this stack. @param {any} signing @param {any[]} events */
function elsewhere(signing, events) {
  const awaited = pending(signing, events);
  if (!awaited) return null;
  return h("section", { class: "notice orange", "aria-labelledby": "elsewhere" },
    h("h2", { id: "elsewhere" }, "The signature is pending"),
    facts([["For", awaited.what], ["Since", time(awaited.since)], ["Then", "it goes on by itself"]]));
}

/** @param {any} s @param {any[]} events */
function recordFacts(s, events) {
  const outcome = s.outcome ?? {};
  const approved = approval(events);
  return facts([
    ["Id", h("code", {}, s.signing_id)],
    ["Signature", words(s.ledger)],
    ["Profile", s.profile],
    ["Owner", s.owner ?? "nobody: only operators see it"],
    ["Signatory", signatoryLink(s.signatory)],
    ["Field", s.field_name],
    ["Asked for", [words(s.level_of_assurance), s.conformance_level].filter(Boolean).join(" at ")],
    ["Started by", { API: "a call", S3: "an upload to the inbox" }[/** @type {string} */ (s.origin)] ?? s.origin],
    ["Method", means(s, events)],
    ["Hub", s.hub === "embedded" ? "embedded" : "SigningHub installation"],
    ["Created", time(s.created_at)],
    ["Updated", time(s.updated_at)],
    ["Approved", approved ? [`on ${approved.device}, `, time(approved.approved_at)] : null],
    ["Verified", outcome.indication ? indicationBadge(outcome.indication) : null],
    ["Level", outcome.achieved_level],
    ["Signer", outcome.signer],
    ["Signed at", time(outcome.signing_at)],
    ["Covers", coverage(outcome.coverage)],
    ["Bytes", outcome.bytes_rewritten ? "rewritten by the hub: compare the documents" : null],
  ]);
}

/** @param {string} id @param {string} which @param {string} title @param {string} name @param {AbortSignal} signal */
function documentView(id, which, title, name, signal) {
  const path = `/console/signings/${id}/${which}`;
  const file = which === "signed" ? name.replace(/(\.pdf)?$/i, "-signed.pdf") : name;
  const said = h("p", { class: "wrong", role: "alert" });
  const save = () => void download(`${path}.pdf`, file).catch((error) => { said.textContent = `${error.message}. ${error.advice}`; });
  return h("section", { class: "sheet", "aria-labelledby": `${which}-title` },
    h("div", { class: "head" }, h("h2", { id: `${which}-title` }, title),
      h("div", { class: "actions" }, h("button", { type: "button", click: save }, "Download", h("span", { class: "hidden" }, ` ${file}`)))),
    said, pagesView(path, title, signal));
}
