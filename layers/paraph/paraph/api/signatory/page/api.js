// The calls. The session lives in this module's memory and nowhere else; it travels in a header, never in an address.

/** What the API refused, by the stable name of its problem; `Offline` if there was no answer. */
export class Refusal extends Error {
  constructor(name, status) {
    super(name);
    this.name = name;
    this.status = status;
  }
}

export class Api {
  #capability;
  #session = null;

  constructor(capability) {
    this.#capability = capability;
  }

  challenge = () => this.#json("GET", "challenge");
  answer = (given) => this.#json("POST", "answer", given);
  resend = () => this.#json("POST", "resend", {});
  decline = (reason) => this.#json("POST", "decline", reason ? { reason } : {});
  // Their cookie ties the way back to this browser
  redirect = () => this.#json("POST", "redirect", {}, "same-origin");
  widget = () => this.#json("POST", "widget", {}, "same-origin");

  authorisation = () => this.#json("GET", "authorisation");
  approvalOptions = async () => (await this.#json("GET", "authorisation/options")).public_key;
  approve = (credential, push) => this.#json("POST", "authorisation/approve", { credential, push });
  refuse = (reason) => this.#json("POST", "authorisation/decline", reason ? { reason } : {});

  registration = () => this.#json("GET", "registration");
  registrationOptions = async () => (await this.#json("GET", "registration/options")).public_key;
  register = (name, credential, push) => this.#json("POST", "registration", { name, credential, push });

  pages = async () => (await this.#json("GET", "pages")).pages;
  page = async (number, width) => (await this.#inSession("GET", `pages/${number}?width=${width}`)).blob();

  /** Open a session; what the link is for. */
  async enter() {
    this.#session = null;
    if (!this.#capability) throw new Refusal("LinkUnknown", 404);
    const entered = await (await this.#fetch("POST", "enter", { capability: this.#capability })).json();
    this.#session = entered.session;
    return entered.purpose;
  }

  async #json(method, path, body, credentials) {
    return (await this.#inSession(method, path, body, credentials)).json();
  }

  /** A session ends sooner than a page may stay open: a new one is opened once, with the link's own capability. */
  async #inSession(method, path, body, credentials) {
    const opened = !this.#session;
    if (opened) await this.enter();
    try {
      return await this.#fetch(method, path, body, credentials);
    } catch (refusal) {
      if (opened || refusal.name !== "LinkUnknown") throw refusal;
      await this.enter();
      return this.#fetch(method, path, body, credentials);
    }
  }

  async #fetch(method, path, body, credentials = "omit") {
    const headers = {};
    if (this.#session) headers.Authorization = `Bearer ${this.#session}`;
    if (body) headers["Content-Type"] = "application/json";
    const sent = { method, headers, body: body && JSON.stringify(body), credentials, cache: "no-store" };
    let answer;
    try {
      answer = await fetch(path, sent);
    } catch {
      throw new Refusal("Offline", 0);
    }
    if (!answer.ok) throw new Refusal(await problem(answer), answer.status);
    return answer;
  }
}

async function problem(answer) {
  try {
    return (await answer.json()).error ?? "Unavailable";
  } catch {
    return "Unavailable";
  }
}
