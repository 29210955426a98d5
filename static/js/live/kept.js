/** What was typed and is not saved yet, in this browser, for one person and one meeting. */
export class Kept {
  constructor(key) {
    this.key = key;
    this.texts = this.#read();
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

  put(row) {
    const { id, kind, version, extra, fields, base } = row;
    this.texts[id] = { id, kind, version, extra, fields, base };
    this.#write();
  }

  drop(id) {
    if (!(id in this.texts)) return;
    delete this.texts[id];
    this.#write();
  }

  get all() {
    return Object.values(this.texts);
  }

  #write() {
    try {
      if (this.all.length) localStorage.setItem(this.key, JSON.stringify(this.texts));
      else localStorage.removeItem(this.key);
    } catch {
      // A browser that keeps nothing still saves to the portal.
    }
  }
}
