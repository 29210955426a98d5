/** A row that saves itself as it is typed: a seat, an interest, a point, an outcome, an action. */
const PAUSE = 800;

export class Row {
  /** `made` is what the portal knows of it; without a version the portal knows nothing yet. */
  constructor(element, kind, made, live) {
    Object.assign(this, { element, kind, live, id: made.id, version: made.version ?? null, extra: made.extra ?? {} });
    this.state = "clean";
    this.timer = 0;
    this.theirs = null;
    element.dataset.id = this.id;
    this.controls = new Map([...element.querySelectorAll("[data-field]")].map((each) => [each.dataset.field, each]));
    this.#name();
    if (made.fields) this.fields = made.fields;
    this.base = made.fields ?? this.fields;
    element.addEventListener("input", () => this.touched());
    element.addEventListener("change", () => this.touched());
    element.addEventListener("focusout", () => this.state === "waiting" && this.save());
    for (const [part, act] of [["mine", () => this.#keepMine()], ["take", () => this.#takeTheirs()], ["anew", () => this.#addAnew()], ["leave", () => this.remove()]])
      element.querySelector(`[data-part=${part}]`)?.addEventListener("click", act);
  }

  get fields() {
    return Object.fromEntries([...this.controls].map(([name, control]) => [name, read(control)]));
  }

  set fields(values) {
    for (const [name, control] of this.controls) if (name in values) write(control, values[name]);
    this.element.dispatchEvent(new CustomEvent("row:shown"));
  }

  get dirty() {
    return !same(this.fields, this.base);
  }

  /** Something was typed or chosen: kept in the browser at once, sent when the hands rest. */
  touched() {
    this.element.dispatchEvent(new CustomEvent("row:shown"));
    if (!this.dirty) return this.#settled();
    this.live.kept.put(this);
    if (this.theirs) return;
    this.#settle("waiting");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /** Send it, and what it stands under or after before it. */
  async save(keepalive = false) {
    clearTimeout(this.timer);
    if (this.sending) return this.sending.then(() => this.save(keepalive));
    if (this.theirs || !this.dirty) return;
    if (!this.#ready()) return this.#settle("unfinished");
    for (const other of this.version === null ? [this.extra.parent, this.extra.after] : [])
      if (this.live.rows.get(other)?.version === null) await this.live.rows.get(other).save();
    this.sending = this.#send(keepalive).finally(() => (this.sending = null));
    return this.sending;
  }

  async #send(keepalive) {
    const fields = this.fields;
    this.#settle("saving");
    const body = { ...this.extra, ...fields, id: this.id, version: this.version };
    const { status, data } = await this.live.server.post(`${this.kind}s/`, body, keepalive);
    if (status === 200) return this.#saved(fields, data);
    if (status === 409) return this.#differs(data);
    if (status === 422) return this.#refused(data.errors);
    if (status === 401) return this.#settle("signedOut");
    if (status === 0 || status >= 500) return this.#settle("offline");
    this.#refused({ "": this.live.words.lost });
  }

  #saved(fields, data) {
    const added = this.version === null;
    this.base = fields;
    this.version = data.version;
    this.errors({});
    this.live.status.saved();
    if (data.label) this.shown({ label: data.label });
    if (this.dirty) this.touched();
    else {
      this.live.kept.drop(this.id);
      this.#settle("clean");
    }
    if (added || this.kind === "seat" || this.kind === "interest") this.live.refresh();
  }

  /** Somebody else saved it meanwhile. Where they moved it and left its words alone, nothing is asked. */
  #differs(data) {
    if (data.gone) return this.gone();
    if (same(data.fields, this.base) || same(data.fields, this.fields)) {
      this.version = data.version;
      this.base = data.fields;
      this.#settle("clean");
      return this.dirty ? this.#send(false) : this.#settled();
    }
    this.theirs = data;
    const panel = this.#panel("theirs");
    panel.querySelector("[data-part=words]").textContent = this.#described(data.fields);
    this.#settle("conflict");
  }

  /** Their words; where more differs than the words, a line for each field, by its name. */
  #described(fields) {
    const shown = [...this.controls].filter(([name]) => (fields[name] ?? "") !== (this.fields[name] ?? ""));
    const words = ([name, control]) => said(control, fields[name]) || "–";
    if (shown.length === 1 && shown[0][0] === "text") return words(shown[0]);
    return shown.map((each) => `${called(each[1])}: ${words(each)}`).join("\n") || "–";
  }

  #keepMine() {
    this.version = this.theirs.version;
    this.base = this.theirs.fields;
    this.#resolve();
    return this.save();
  }

  #takeTheirs() {
    const { version, fields } = this.theirs;
    this.version = version;
    this.base = fields;
    this.fields = fields;
    this.#resolve();
    this.#settled();
  }

  #resolve() {
    this.theirs = null;
    this.#panel(null);
    (this.controls.get("text") ?? [...this.controls.values()][0]).focus?.();
  }

  /** Taken back by somebody else while words were typed here: they are offered as a row of their own. */
  gone() {
    if (!this.dirty) return this.remove();
    this.theirs = {};
    this.live.kept.put(this);
    this.#panel("gone");
    this.#settle("conflict");
  }

  #addAnew() {
    const { fields, extra } = this;
    this.remove();
    this.live.add(this.kind, { ...extra, after: "" }, fields).save();
  }

  remove() {
    clearTimeout(this.timer);
    this.live.kept.drop(this.id);
    this.live.rows.delete(this.id);
    this.element.remove();
    this.live.tell();
  }

  #panel(name) {
    for (const panel of this.element.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
    return this.element.querySelector(`[data-panel=${name ?? "theirs"}]`);
  }

  #refused(errors) {
    if (this.extra.parent && errors.parent) {
      this.extra.parent = "";
      return this.#send(false);
    }
    this.errors(errors);
    this.#settle("refused");
  }

  /** A sentence beside each field it is about; what is about no field stands below the row. */
  errors(errors) {
    const known = new Set(this.controls.keys());
    for (const place of this.element.querySelectorAll("[data-error]")) {
      const name = place.dataset.error;
      const own = name ? errors[name] : Object.entries(errors).filter(([key]) => !known.has(key)).map(([, text]) => text).join(" ");
      place.textContent = own ?? "";
      place.hidden = !own;
      place.id = `${this.id}-${name || "row"}-error`;
      const control = this.controls.get(name);
      if (own) control?.setAttribute("aria-describedby", place.id);
      else control?.removeAttribute("aria-describedby");
    }
  }

  /** What the portal says now. Words typed here and not saved yet stay; they meet the others when sent. */
  take(data) {
    this.shown(data);
    if (this.theirs) return;
    if (!this.dirty) {
      if (!same(data.fields, this.fields)) this.#replace(data.fields);
      this.base = data.fields;
      this.version = data.version;
      this.errors({});
      this.#settle("clean");
    } else if (same(data.fields, this.base)) this.version = data.version;
  }

  #replace(fields) {
    const held = document.activeElement;
    const place = this.element.contains(held) && held.selectionStart;
    this.fields = fields;
    if (typeof place === "number" && held.setSelectionRange) held.setSelectionRange(place, place);
  }

  shown({ label, note }) {
    const set = (part, text) => this.element.querySelector(`[data-part=${part}]`)?.replaceChildren(text);
    if (label !== undefined) set("label", label);
    if (note !== undefined) set("note", note);
  }

  #ready() {
    const required = this.element.dataset.required?.split(" ") ?? [];
    const missing = required.filter((name) => !read(this.controls.get(name)).trim());
    if (missing.length && this.version !== null) this.errors({ [missing[0]]: this.live.words.blank });
    return missing.length === 0;
  }

  #settled() {
    this.live.kept.drop(this.id);
    this.errors({});
    this.#settle("clean");
  }

  #settle(state) {
    this.state = state;
    this.live.tell();
  }

  /** Radio buttons of one row are one group. */
  #name() {
    for (const control of this.controls.values())
      for (const radio of control.querySelectorAll?.("input[type=radio]") ?? []) radio.name = `${control.dataset.field}-${this.id}`;
  }
}

function read(control) {
  if (control.matches("fieldset")) return control.querySelector("input:checked")?.value ?? "";
  return control.value;
}

function write(control, value) {
  if (control.matches("fieldset")) {
    for (const radio of control.querySelectorAll("input")) radio.checked = radio.value === value;
  } else {
    if (control.matches("select") && value && ![...control.options].some((each) => each.value === value)) control.add(new Option(value, value));
    control.value = value;
  }
}

/** What a control is called on the page. */
function called(control) {
  const label = control.placeholder || (control.closest("label") ?? control).querySelector("span").textContent;
  return label.replaceAll(/\s+/g, " ").trim();
}

function said(control, value) {
  if (control.matches("select")) return [...control.options].find((each) => each.value === value)?.text ?? value;
  if (value && control.type === "time") return `${control.closest("label").firstElementChild.firstChild.textContent} ${value}`;
  if (control.matches("fieldset")) return control.querySelector(`input[value="${value}"]`)?.closest("label").textContent.trim() ?? "";
  return value;
}

/** Whether two rows say the same; what surrounds the words does not count. */
function same(one, other) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => (one[name] ?? "").trim() === (other[name] ?? "").trim());
}
