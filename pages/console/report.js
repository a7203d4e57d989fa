// A verification report, readable for people.

import { facts, h } from "./dom.js";
import { coverage, indicationBadge, size, time, words } from "./words.js";

/** Who holds the key, by `key_control`. @type {Record<string, string>} */
const KEYS = {
  SERVER_HELD: "held by this stack",
  RELEASED_BY_DEVICE: "held by this stack, released by the signatory's device",
  REMOTE_SERVICE: "at a remote signing service",
  EID: "in the signatory's own eID, or at the provider behind it",
  INSTALLATION_HELD: "held by the SigningHub installation",
  NO_KEY: "none: a mark, and nothing that can be verified",
};

/** @param {Record<string, any>} report */
export function reportView(report) {
  return h("div", {},
    facts([
      ["Result", [indicationBadge(report.indication), report.sub_indication ? ` ${words(report.sub_indication)}` : ""]],
      ["Level", levels(report)],
      ["Signer", report.signer],
      ["Signed at", time(report.signing_at)],
      ["Covers", coverage(report.coverage)],
      ["Key", KEYS[report.key_control] ?? words(report.key_control)],
      ["Submitted bytes", report.begins_with_submitted_document ? "unchanged: the result begins with them" : "not what the result begins with"],
      ["The hub says", report.hub_verification ? words(report.hub_verification.indication ?? report.hub_verification.state ?? "something else; see the JSON") : null],
      ["SHA-256", h("code", {}, report.document.document_sha256)],
      ["Size", size(report.document.size)],
      ["Verified", time(report.document.verified_at)],
    ]),
    report.document.signatures.map(signature),
    h("details", { class: "raw", id: "report-json" }, h("summary", {}, "The report as JSON"),
      h("pre", { tabindex: "0", role: "region", "aria-label": "Report as JSON" }, JSON.stringify(report, null, 2))));
}

/** @param {Record<string, any>} report */
const levels = (report) =>
  `${report.achieved_level ?? "none"}${report.asked_level ? `, asked for ${report.asked_level}` : ": a mark without certificate"}`;

/** @param {Record<string, any>} found @param {number} number */
function signature(found, number) {
  return h("section", { "aria-label": `Signature ${number + 1}` },
    h("h3", {}, `Signature ${number + 1}: ${found.field_name} `, indicationBadge(found.indication)),
    facts([
      ["Why", found.reason],
      ["Subject", found.subject_dn],
      ["Issuer", found.issuer_dn],
      ["Level", found.conformance_level],
      ["Algorithm", found.signature_algorithm],
      ["Time-stamp", found.timestamp_at ? [time(found.timestamp_at), found.timestamp_authority ? ` by ${found.timestamp_authority}` : ""] : "none"],
      ["Claimed time", time(found.claimed_signing_at)],
      ["Reason, place", [found.signing_reason, found.signing_location].filter(Boolean).join(", ")],
      ["Certificate", found.certificate_sha256 ? h("code", {}, found.certificate_sha256) : null],
    ]));
}
