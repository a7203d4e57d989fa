// What the API's words are for people.

import { h } from "./dom.js";

/** Every status, its words, its colour, and what it means. @type {Record<string, [string, string, string]>} */
export const STATUSES = {
  RUNNING: ["Running", "blue", "It goes on."],
  SIGNED: ["Signed", "green", "Signed, verified, and the result is there."],
  FAILED: ["Failed", "red", "There is no signature."],
  CANCELLED: ["Cancelled", "grey", "Its owner withdrew it in time."],
  DECLINED: ["Declined", "grey", "The signatory does not want to sign."],
  EXPIRED: ["Expired", "orange", "The signatory did not answer in time."],
  NEEDS_ATTENTION: ["Needs attention", "orange", "A signature may exist, and somebody must look."],
};

/** @type {Record<string, string>} */
const ACTORS = {
  caller: "whoever started it",
  owner: "the owner of the signing profile",
  signatory: "the signatory",
  operator: "you, the operator of this stack",
  nobody: "nobody",
};

/** What a challenge can ask for; NAME is the signing service's. @type {Record<string, string>} */
const FACTORS = {
  otp: "a one-time password",
  pin: "a PIN",
  key_password: "the key's password",
  oauth2: "a login at NAME",
  widget: "a signature in NAME's widget",
};

/** @type {Record<string, string>} */
const COVERAGES = {
  ENTIRE_FILE: "the entire file",
  VALIDATION_DATA_FOLLOWS: "the document; only validation data follows",
  PERMITTED_CHANGES_FOLLOW: "the document; permitted changes follow",
  PARTIAL: "only a part of the file",
};

/** @type {Record<string, [string, string]>} */
const INDICATIONS = {
  TOTAL_PASSED: ["Passed", "green"],
  INDETERMINATE: ["Indeterminate", "orange"],
  TOTAL_FAILED: ["Failed", "red"],
};

/** @param {string | null | undefined} word */
export function words(word) {
  return word ? word[0].toUpperCase() + word.slice(1).toLowerCase().replaceAll("_", " ") : "";
}

/** @param {string} actor */
export const actor = (actor) => ACTORS[actor] ?? actor;

/** @param {string} name @param {string | null} provider */
export const factor = (name, provider) => (FACTORS[name] ?? words(name).toLowerCase()).replace("NAME", () => provider ?? "the signing service");

/** @param {string | null | undefined} word */
export const coverage = (word) => (word ? (COVERAGES[word] ?? words(word).toLowerCase()) : "");

/** @param {string} status */
export function statusBadge(status) {
  const [text, colour] = STATUSES[status] ?? [words(status), "grey"];
  return h("span", { class: `badge ${colour}` }, text);
}

/** @param {string} indication */
export function indicationBadge(indication) {
  const [text, colour] = INDICATIONS[indication] ?? [words(indication), "grey"];
  return h("span", { class: `badge ${colour}` }, text);
}

const FORMAT = new Intl.DateTimeFormat("en-GB", {
  year: "numeric", month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  timeZone: "UTC", hourCycle: "h23",
});

/** An instant, in UTC as in the records. @param {string | null | undefined} at */
export function time(at) {
  return at ? h("time", { datetime: at }, `${FORMAT.format(new Date(at))} UTC`) : null;
}

/** The time of day, where the day is clear. @param {string} at */
export function clock(at) {
  return h("time", { datetime: at, title: at }, at.slice(11, 23).replace("Z", ""));
}

/** @param {Record<string, unknown>} facts */
export const factsLine = (facts) =>
  Object.entries(facts).map(([name, value]) => `${words(name).toLowerCase()}: ${value}`).join(" · ");

/** @param {number} bytes */
export function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let unit = 0;
  for (; bytes >= 1000 && unit < 3; unit += 1) bytes /= 1000;
  return `${unit ? bytes.toFixed(1) : bytes} ${units[unit]}`;
}

/**
 * What went wrong, who must act, and what to do.
 * @param {{message: string, error?: string, actor?: string, advice?: string}} problem
 * @param {string} [title]
 */
export function problemNotice(problem, title = "This did not work") {
  return h("div", { class: "notice red", role: "alert" },
    h("h2", {}, title),
    h("p", {}, problem.message, problem.error ? h("span", {}, " (", h("code", {}, problem.error), ")") : null),
    problem.actor ? h("p", {}, h("strong", {}, "Who acts: "), actor(problem.actor)) : null,
    problem.advice ? h("p", {}, h("strong", {}, "What to do: "), problem.advice) : null);
}
