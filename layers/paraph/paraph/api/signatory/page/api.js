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
  answer = (otp) => this.#json("POST", "answer", { otp });
  resend = () => this.#json("POST", "resend", {});
  decline = (reason) => this.#json("POST", "decline", reason ? { reason } : {});
  pages = async () => (await this.#json("GET", "pages")).pages;
  page = async (number, width) => (await this.#inSession("GET", `pages/${number}?width=${width}`)).blob();

  async #json(method, path, body) {
    return (await this.#inSession(method, path, body)).json();
  }

  /** A session ends sooner than a page may stay open: a new one is opened once, with the link's own capability. */
  async #inSession(method, path, body) {
    const opened = !this.#session;
    if (opened) await this.#enter();
    try {
      return await this.#fetch(method, path, body);
    } catch (refusal) {
      if (opened || refusal.name !== "LinkUnknown") throw refusal;
      await this.#enter();
      return this.#fetch(method, path, body);
    }
  }

  async #enter() {
    this.#session = null;
    if (!this.#capability) throw new Refusal("LinkUnknown", 404);
    const answer = await this.#fetch("POST", "enter", { capability: this.#capability });
    this.#session = (await answer.json()).session;
  }

  async #fetch(method, path, body) {
    const headers = {};
    if (this.#session) headers.Authorization = `Bearer ${this.#session}`;
    if (body) headers["Content-Type"] = "application/json";
    const sent = { method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store" };
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
