/** Puts what the portal says on the page, and disturbs nobody who is typing. */
import { Row } from "./row.js";
import { inOrder, workPoints } from "./points.js";

export class Page {
  constructor(root, live) {
    this.root = root;
    this.live = live;
    this.lists = new Map([...root.querySelectorAll("[data-list]")].map((list) => [list.dataset.list, list]));
    this.state = null;
  }

  copy(name) {
    return this.root.querySelector(`template[data-of=${name}]`).content.firstElementChild.cloneNode(true);
  }

  show(state) {
    const held = document.activeElement;
    const place = [held.selectionStart, held.selectionEnd];
    this.state = state;
    if (this.lists.has("seats")) this.#room(state);
    this.#items(state.items);
    this.#suggest("here", state.here);
    this.#suggest("speakers", state.speakers);
    this.root.querySelector("[data-part=closed]").hidden = !["agreed", "cancelled"].includes(state.meeting.status);
    for (const field of this.root.querySelectorAll("[data-part=held] [name=version]")) field.value = state.meeting.version;
    // A row that was moved lost the hands that were on it.
    if (held !== document.activeElement && held.isConnected && held !== document.body) {
      held.focus({ preventScroll: true });
      if (typeof place[0] === "number" && held.matches("textarea")) held.setSelectionRange(...place);
    }
  }

  #room(state) {
    this.root.querySelector("[data-part=quorum]").textContent = state.quorum;
    this.#rows("seat", state.seats, this.lists.get("seats"));
    this.#guests(state.guests);
    this.#rows("interest", state.interests, this.lists.get("interests"));
    const none = this.root.querySelector("[data-part=none]");
    none.checked = state.meeting.none;
    none.closest("[data-part=none-line]").hidden = this.lists.get("interests").children.length > 0;
    const titles = state.items.map((item) => [item.id, `${item.number} ${item.title}`]);
    for (const row of this.live.rows.values()) if (row.kind === "interest") offer(row.controls.get("item"), titles);
  }

  #guests(guests) {
    const shown = guests.map((guest) => {
      const line = this.copy("guest");
      line.querySelector("[data-part=who]").textContent = guest.who;
      line.querySelector("[data-part=remote]").hidden = guest.mode !== "remote";
      line.querySelector("[data-part=named]").textContent = guest.who;
      line.querySelector("[data-back]").dataset.back = guest.id;
      return line;
    });
    const list = this.lists.get("guests");
    if (list.textContent !== shown.map((line) => line.textContent).join("")) list.replaceChildren(...shown);
  }

  #items(items) {
    const list = this.lists.get("items");
    const sections = items.map((item) => this.#item(item));
    for (const gone of [...list.children].filter((each) => !sections.includes(each))) {
      const typed = [...this.live.rows.values()].filter((row) => gone.contains(row.element) && row.dirty);
      if (typed.length) typed.forEach((row) => row.errors({ "": this.live.words.gone }));
      else gone.remove();
    }
    sections.forEach((section, place) => list.children[place] !== section && list.insertBefore(section, list.children[place]));
    this.#jump(items);
  }

  #item(item) {
    const known = this.lists.get("items").querySelector(`:scope > [data-item="${item.id}"]`);
    const section = known ?? this.#newItem(item);
    section.querySelector("[data-part=number]").textContent = item.number;
    section.querySelector("[data-part=title]").textContent = item.title;
    section.querySelector("[data-part=restricted]").hidden = !item.restricted;
    const list = (name) => section.querySelector(`[data-list=${name}]`);
    this.#recommendations(item, list("recommendations"));
    for (const point of item.points) point.extra = { item: item.id, parent: point.parent };
    for (const other of [...item.outcomes, ...item.actions]) other.extra = { item: item.id };
    this.#rows("point", item.points, list("points"));
    this.#rows("outcome", item.outcomes, list("outcomes"));
    this.#rows("action", item.actions, list("actions"));
    return section;
  }

  #newItem(item) {
    const section = this.copy("item");
    section.dataset.item = item.id;
    section.id = `item-${item.id}`;
    const title = section.querySelector("h2");
    title.id = `item-${item.id}-title`;
    section.setAttribute("aria-labelledby", title.id);
    for (const hidden of section.querySelectorAll("[data-part=of-item]")) hidden.textContent = ` (${item.title})`;
    workPoints(this.live, section.querySelector("[data-list=points]"));
    return section;
  }

  #recommendations(item, list) {
    const known = JSON.stringify(item.recommendations);
    if (list.dataset.known === known) return;
    list.dataset.known = known;
    const held = document.activeElement?.dataset.recommendation;
    list.replaceChildren(
      ...item.recommendations.map((each) => {
        const line = this.copy("recommendation");
        line.querySelector("[data-part=words]").textContent = each.words;
        line.querySelector("[data-part=decided]").hidden = !each.decided;
        const button = line.querySelector("button");
        button.hidden = each.decided;
        Object.assign(button.dataset, { recommendation: each.id, verb: each.verb, text: each.text });
        button.querySelector("[data-part=named]").textContent = `: ${each.words}`;
        return line;
      }),
    );
    if (held) list.querySelector(`[data-recommendation="${held}"]`)?.focus();
  }

  /** Rows of one list: those the portal names, and those typed here that it does not know yet. */
  #rows(kind, datas, list) {
    const known = datas.map((data) => {
      const row = this.live.rows.get(data.id) ?? this.make(kind, data);
      if (data.parent !== undefined) row.extra.parent = data.parent;
      if (data.depth !== undefined) row.depth = data.depth;
      row.take(data);
      return row;
    });
    const here = [...list.children].map((each) => this.live.rows.get(each.dataset.id)).filter(Boolean);
    for (const row of here) if (row.version !== null && !known.includes(row)) row.gone();
    const left = here.filter((row) => !known.includes(row) && row.element.isConnected);
    const order = kind === "point" ? inOrder(known, [...known, ...left]) : [...known, ...left];
    for (const row of left) if (!order.includes(row)) order.push(row);
    put(list, order);
  }

  make(kind, data) {
    const element = this.copy(kind);
    if (kind === "seat") seat(element, data);
    const row = new Row(element, kind, data, this.live);
    this.live.rows.set(row.id, row);
    row.shown(data);
    if (kind === "interest" && this.state) offer(row.controls.get("item"), this.state.items.map((item) => [item.id, `${item.number} ${item.title}`]));
    return row;
  }

  listOf(kind, item) {
    const within = item ? this.root.querySelector(`[data-item="${item}"]`) : this.root;
    return within?.querySelector(`[data-list=${kind}s]`);
  }

  /** Rows that are not saved yet moved: put the list they are in into order again. */
  arrange() {
    for (const list of this.root.querySelectorAll("[data-list=points]")) {
      const rows = [...list.children].map((each) => this.live.rows.get(each.dataset.id)).filter(Boolean);
      const held = document.activeElement;
      put(list, inOrder(rows.filter((row) => row.version !== null), rows));
      if (list.contains(held)) held.focus();
    }
  }

  #suggest(name, words) {
    const list = this.root.querySelector(`datalist#live-${name}`);
    const fixed = list.dataset.first ? [list.dataset.first] : [];
    list.replaceChildren(...[...fixed, ...words].map((each) => new Option(each, each)));
  }

  /** The agenda beside the page, with how much is written under each item. */
  #jump(items) {
    const list = this.lists.get("jump");
    const lines = items.map((item) => {
      const line = this.copy("jump");
      const written = item.points.length + item.outcomes.length + item.actions.length;
      line.querySelector("a").href = `#item-${item.id}`;
      line.querySelector("[data-part=number]").textContent = item.number;
      line.querySelector("[data-part=title]").textContent = item.title;
      line.querySelector("[data-part=written]").hidden = written === 0;
      line.querySelector("[data-part=count]").textContent = written;
      return line;
    });
    if (list.textContent !== lines.map((line) => line.textContent).join("")) list.replaceChildren(...lines);
  }
}

function put(list, rows) {
  rows.forEach((row, place) => {
    if (row.depth !== undefined) row.element.dataset.depth = Math.min(row.depth, 4);
    if (list.children[place] !== row.element) list.insertBefore(row.element, list.children[place] ?? null);
  });
}

function offer(select, choices) {
  const known = choices.map((each) => each.join()).join();
  if (select.dataset.known === known) return;
  const chosen = select.value;
  select.dataset.known = known;
  select.replaceChildren(select.options[0], ...choices.map(([value, text]) => new Option(text, value)));
  select.value = chosen;
}

function seat(element, data) {
  element.querySelector("[data-part=title]").textContent = data.title;
  element.querySelector("[data-part=uncounted]").hidden = data.counts;
  const who = element.querySelector("[data-field=who]");
  const substitute = element.querySelector("[data-field=substitute]");
  for (const [value, text] of data.choices) who.add(new Option(text, value), who.options.length - 1);
  for (const named of element.querySelectorAll("[data-part=of-seat]")) named.textContent = ` (${data.title})`;
  element.addEventListener("row:shown", () => (substitute.closest("[data-part=other]").hidden = who.value !== "substitute"));
  times(element);
}

/** Who came may have come late or left early: one press puts the time, which can be changed or emptied. */
function times(element) {
  const boxes = [...element.querySelectorAll("[data-now]")].map((button) => [button, element.querySelector(`[data-field=${button.dataset.now}]`)]);
  element.addEventListener("row:shown", () => {
    const mode = element.querySelector("[data-field=mode] input:checked")?.value;
    element.querySelector("[data-part=times]").hidden = !["present", "remote"].includes(mode);
    for (const [button, box] of boxes) {
      const open = box.value !== "" || box === document.activeElement;
      button.hidden = open;
      box.closest("[data-part]").hidden = !open;
    }
  });
  for (const [button, box] of boxes)
    button.addEventListener("click", () => {
      box.closest("[data-part]").hidden = false;
      box.value = clock();
      box.focus();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
}

/** The time in the room, as a box for a time holds it. */
export function clock() {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" }).format(new Date());
}
