// The page for taking minutes while a meeting sits: everything saves itself as it is typed.
import { Kept } from "./live/kept.js";
import { Page, clock } from "./live/page.js";
import { Server } from "./live/server.js";
import { Status } from "./live/status.js";

const EVERY = 4000;
const root = document.getElementById("live");
const words = JSON.parse(document.getElementById("live-words").textContent);
const rows = new Map();

const live = {
  rows,
  words,
  server: new Server(root.dataset.base, root.dataset.token),
  kept: new Kept(root.dataset.kept),
  status: new Status(part("status"), part("voice"), words),
  tell: () => live.status.show(rows.values()),
  refresh,
  arrange: () => page.arrange(),
  add,
};
const page = new Page(root, live);
let stamp = "";
let turn = 0;
let asking = null;

function part(name) {
  return root.querySelector(`[data-part=${name}]`);
}

/** A row that the portal does not know yet. */
function add(kind, extra, fields) {
  const said = kind === "outcome" ? { at: clock(), ...extra } : extra;
  const row = page.make(kind, { id: crypto.randomUUID(), extra: said });
  page.listOf(kind, extra.item)?.append(row.element);
  if (fields) row.fields = fields;
  if (kind === "point") page.arrange();
  if (fields) row.touched();
  return row;
}

/** Ask once what there is; one question at a time, and none answered from before something was sent. */
function refresh() {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

async function ask() {
  clearTimeout(turn);
  const sent = live.server.sent;
  const { status, data } = await live.server.changes(stamp);
  turn = setTimeout(refresh, EVERY);
  if (status === 0) return live.status.offline();
  if (status !== 200) return;
  await again();
  if (!live.server.quiet || live.server.sent !== sent) {
    clearTimeout(turn);
    turn = setTimeout(refresh, 300);
    return;
  }
  stamp = data.stamp;
  if (data.items) page.show(data);
  live.tell();
}

/** The connection is there: what it cost is sent once more. */
function again() {
  return Promise.all([...rows.values()].filter((row) => row.state === "offline").map((row) => row.save()));
}

function offerKept() {
  const list = part("kept-list");
  for (const text of live.kept.all) {
    const now = rows.get(text.id);
    if (now && JSON.stringify(now.fields) === JSON.stringify(text.fields)) {
      live.kept.drop(text.id);
      continue;
    }
    const line = page.copy("kept");
    line.querySelector("[data-part=words]").textContent = text.fields.text || Object.values(text.fields).filter(Boolean).join(" · ");
    line.querySelector("[data-part=back]").addEventListener("click", () => {
      putBack(text);
      taken(line);
    });
    line.querySelector("[data-part=away]").addEventListener("click", () => {
      live.kept.drop(text.id);
      taken(line);
    });
    list.append(line);
  }
  part("kept").hidden = list.children.length === 0;
}

function taken(line) {
  const list = line.parentElement;
  line.remove();
  if (list.children.length) list.querySelector("button").focus();
  else {
    part("kept").hidden = true;
    document.querySelector("main h1").focus();
  }
}

function putBack({ id, kind, version, extra, fields }) {
  const now = rows.get(id);
  live.kept.drop(id);
  if (!now) return add(kind, { ...extra, after: "" }, fields).save();
  now.fields = fields;
  now.version = version ?? now.version;
  now.touched();
  return now.save();
}

async function send(path, body, place) {
  const { status, data } = await live.server.post(path, body);
  if (place) {
    place.textContent = status === 200 ? "" : (Object.values(data.errors ?? {})[0] ?? (status === 0 ? words.offline : words.lost));
    place.hidden = !place.textContent;
  }
  if (status === 200) live.status.saved();
  await refresh();
  return status === 200;
}

root.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { add: kind, recommendation, back } = button.dataset;
  const item = button.closest("[data-item]")?.dataset.item;
  if (kind) start(kind, item).controls.values().next().value.focus();
  if (recommendation) {
    const row = add("outcome", { item, recommendation }, { verb: button.dataset.verb, text: button.dataset.text });
    row.controls.get("text").focus();
    await row.save();
  }
  if (button.matches("[data-remove]")) await takeBack(rows.get(button.closest("[data-id]").dataset.id), button);
  if (back) await send("guests/back/", { id: back }, part("guest-error"));
  if (button.matches("[data-part=add-guest]")) await addGuest();
  if (button.matches("[data-part=all-came]")) allCame();
});

function start(kind, item) {
  if (kind !== "interest") return add(kind, { item });
  const row = add(kind, {});
  part("none-line").hidden = true;
  return row;
}

async function takeBack(row) {
  const beside = row.element.previousElementSibling ?? row.element.parentElement.nextElementSibling;
  if (row.version !== null) {
    const { status, data } = await live.server.post(`${row.kind}s/back/`, { id: row.id });
    if (status !== 200) return row.errors(data.errors ?? { "": status ? words.lost : words.offline });
  }
  row.remove();
  (beside?.matches("button") ? beside : beside?.querySelector("textarea, input, button"))?.focus();
  if (row.kind === "interest") part("none-line").hidden = page.lists.get("interests").children.length > 0;
  await refresh();
}

async function addGuest() {
  const who = part("guest");
  const done = await send("guests/", { id: crypto.randomUUID(), who: who.value, remote: part("guest-remote").checked }, part("guest-error"));
  if (done) who.value = "";
  who.focus();
}

function allCame() {
  for (const row of rows.values()) {
    if (row.kind !== "seat" || row.fields.mode || !row.fields.who) continue;
    row.fields = { mode: "present" };
    row.touched();
    row.save();
  }
}

part("none")?.addEventListener("change", (event) => send("none/", { none: event.target.checked ? "1" : "" }, part("none-error")));
part("guest")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  addGuest();
});
part("held")?.addEventListener("submit", async (event) => {
  const open = [...rows.values()].filter((row) => row.dirty);
  if (!open.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await Promise.all(open.map((row) => row.save()));
  await refresh();
  if ([...rows.values()].some((row) => row.dirty)) live.status.announce(words.first);
  else event.target.requestSubmit();
});
root.addEventListener("input", (event) => event.target.matches("textarea") && grow(event.target));
root.addEventListener("row:shown", (event) => event.target.querySelectorAll("textarea").forEach(grow), true);

/** Browsers that fit a box to its words by themselves are left to it. */
function grow(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 4}px`;
}

window.addEventListener("pagehide", () => {
  for (const row of rows.values()) if (row.dirty) row.save(true);
});
window.addEventListener("online", refresh);
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(turn) : refresh()));

await refresh();
root.hidden = false;
for (const box of root.querySelectorAll("textarea")) grow(box);
offerKept();
