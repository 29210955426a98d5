/** One calm line on how saving stands; only what matters is read out. */
export class Status {
  constructor(line, voice, words) {
    this.line = line;
    this.voice = voice;
    this.words = words;
    this.state = "saved";
    this.at = "";
  }

  /** `rows` are all rows of the page: the worst of them is what is said. */
  show(rows) {
    const states = new Set([...rows].map((row) => row.state));
    const order = ["signedOut", "offline", "refused", "conflict", "saving", "waiting", "unfinished"];
    const found = order.find((state) => states.has(state));
    this.#say(found === "waiting" ? "saving" : (found ?? "saved"));
  }

  saved() {
    this.at = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(new Date());
  }

  offline() {
    this.#say("offline");
  }

  announce(words) {
    this.voice.textContent = words;
  }

  #say(state) {
    const words = this.words[state].replace("{time}", this.at);
    this.line.textContent = state === "saved" && !this.at ? this.words.ready : words;
    this.line.dataset.state = state;
    if (state === this.state) return;
    const calm = new Set(["saved", "saving", "unfinished"]);
    if (!calm.has(state)) this.announce(words);
    else if (!calm.has(this.state)) this.announce(this.words.again);
    this.state = state;
  }
}
