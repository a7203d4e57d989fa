// Calls of the console program: the API's (`/api/…`), and its own (`/console/…`).

const KEY = "paraph-console-token";

/** The token comes in the address's fragment, which no server and no referrer sees, and then leaves the address. */
export function takeToken() {
  const given = /^#token=([\w-]+)$/.exec(location.hash);
  if (!given) return;
  sessionStorage.setItem(KEY, given[1]);
  history.replaceState(null, "", "#/signings");
}

/** What the API or the console answered instead of what was asked for. */
export class Problem extends Error {
  /** @param {number} status @param {Record<string, any>} told */
  constructor(status, told) {
    super(told.detail ?? told.message ?? told.Message ?? `HTTP status ${status}`);
    this.status = status;
    /** @type {string} */ this.error = told.error ?? "";
    /** @type {string} */ this.actor = told.actor ?? (status === 403 ? "operator" : "");
    /** @type {string} */ this.advice = told.advice ?? (status === 403 ? "Allow your AWS credentials this call of the API." : "");
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
async function call(path, options = {}) {
  const headers = { "X-Paraph-Console": sessionStorage.getItem(KEY) ?? "", ...options.headers };
  let answer;
  try {
    answer = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch {
    throw new Problem(0, {
      detail: "the console program does not answer",
      actor: "operator",
      advice: "Start it again with `paraph console` or `paraph local up`, and open the address that it prints.",
    });
  }
  if (answer.ok) return answer;
  throw new Problem(answer.status, await answer.json().catch(() => ({})));
}

/** @param {string} path @param {AbortSignal} [signal] @returns {Promise<any>} */
export async function get(path, signal) {
  return (await call(path, { signal })).json();
}

/** @param {string} path @returns {Promise<Blob>} */
export async function getBlob(path) {
  return (await call(path)).blob();
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<any>}
 */
export async function post(path, body, headers = {}) {
  /** @type {Record<string, string>} */
  const json = body === undefined ? {} : { "Content-Type": "application/json" };
  const text = body === undefined ? undefined : JSON.stringify(body);
  return (await call(path, { method: "POST", body: text, headers: { ...json, ...headers } })).json();
}

/** @param {string} path @returns {Promise<any>} */
export async function remove(path) {
  return (await call(path, { method: "DELETE" })).json();
}

/** Upload a document. @param {File} file @returns {Promise<{upload_id: string}>} */
export async function upload(file) {
  const headers = { "Content-Type": "application/pdf", "X-Document-Name": encodeURIComponent(file.name) };
  return (await call("/console/uploads", { method: "POST", body: file, headers })).json();
}

/** Save a document under a name. @param {string} path @param {string} name */
export async function download(path, name) {
  const url = URL.createObjectURL(await getBlob(path));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
