/** What the page asks of the portal. A status of 0 is no connection, 401 is signed out. */
export class Server {
  constructor(base, token) {
    this.base = base;
    this.token = token;
    this.sending = 0;
    this.sent = 0;
  }

  /** Whether nothing is on its way, so that what is read now holds all that was sent. */
  get quiet() {
    return this.sending === 0;
  }

  async post(path, body, keepalive = false) {
    this.sending += 1;
    try {
      return await this.#ask(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(body),
        keepalive,
      });
    } finally {
      this.sending -= 1;
      this.sent += 1;
    }
  }

  changes(since) {
    return this.#ask(`changes?since=${encodeURIComponent(since)}`, {});
  }

  async #ask(path, options) {
    try {
      const answer = await fetch(this.base + path, { redirect: "manual", ...options });
      if (answer.type === "opaqueredirect") return { status: 401, data: {} };
      const json = answer.headers.get("Content-Type")?.startsWith("application/json");
      return { status: answer.status, data: json ? await answer.json() : {} };
    } catch {
      return { status: 0, data: {} };
    }
  }
}
