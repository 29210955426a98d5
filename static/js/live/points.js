/** Key points by keyboard: Enter for the next one, Alt and an arrow to nest it or to move it. */
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

export function workPoints(live, list) {
  list.addEventListener("keydown", (event) => {
    const row = rowOf(live, event.target);
    if (!row || event.isComposing) return;
    const to = event.altKey && !event.ctrlKey && !event.metaKey && ARROWS[event.key];
    if (to) {
      event.preventDefault();
      place(live, row, to);
    } else if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) {
      event.preventDefault();
      next(live, row);
    } else if (event.key === "Backspace" && isEmpty(row) && event.target.matches("textarea")) {
      event.preventDefault();
      const before = row.element.previousElementSibling;
      row.remove();
      before?.querySelector("textarea").focus();
    }
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-to]");
    if (button) place(live, rowOf(live, button), button.dataset.to, button);
  });
}

function rowOf(live, element) {
  return live.rows.get(element.closest("[data-id]")?.dataset.id);
}

const isEmpty = (row) => row.version === null && !row.fields.text.trim();

/** A new point after this one and what hangs below it. */
function next(live, row) {
  if (isEmpty(row)) return;
  row.save();
  const { item } = row.extra;
  const parent = row.soon ?? row.extra.parent;
  const added = live.add("point", { item, parent, after: row.id });
  added.controls.get("text").focus();
}

/** One that is not saved yet is placed here; any other by the portal, for everybody. */
async function place(live, row, to, button) {
  const held = document.activeElement;
  if (isEmpty(row)) placeHere(live, row, to);
  else {
    row.soon = parentSoon(live, row, to);
    try {
      await placeThere(live, row, to);
    } finally {
      row.soon = undefined;
    }
  }
  // Whoever pressed Enter meanwhile writes the next one already.
  const left = document.activeElement !== document.body && !row.element.contains(document.activeElement);
  if (row.element.isConnected && !left) (row.element.contains(held) ? held : (button ?? held)).focus();
}

async function placeThere(live, row, to) {
  await row.save();
  if (row.version === null) return;
  const { status, data } = await live.server.post("points/place/", { id: row.id, to });
  if (status === 200) {
    if (!row.dirty) row.version = data.version;
    await live.refresh();
  } else row.errors(data.errors ?? { "": live.words.offline });
}

/** What a point will stand under once the portal has placed it: the next one begins beside it there. */
function parentSoon(live, row, to) {
  if (to === "out") return live.rows.get(row.extra.parent)?.extra.parent;
  if (to !== "in") return undefined;
  let before = row.element.previousElementSibling;
  while (before && (rowOf(live, before).extra.parent ?? "") !== (row.extra.parent ?? "")) before = before.previousElementSibling;
  return before?.dataset.id;
}

function placeHere(live, row, to) {
  const { parent, after } = row.extra;
  const above = live.rows.get(parent);
  if (to === "in" && after) Object.assign(row.extra, { parent: after, after: "" });
  if (to === "out" && above) Object.assign(row.extra, { parent: above.extra.parent ?? "", after: above.id });
  live.arrange();
}

/** Where points stand: those the portal knows as it says, new ones after or below what they were added to. */
export function inOrder(known, rows) {
  const order = [...known];
  const waiting = rows.filter((row) => row.version === null && !order.includes(row));
  for (const row of waiting) {
    const beside = rows.find((other) => other.id === row.extra.after);
    const above = rows.find((other) => other.id === row.extra.parent);
    row.depth = above ? above.depth + 1 : 0;
    const from = order.indexOf(beside ?? above);
    if (from < 0) order.push(row);
    else {
      let to = from + 1;
      const past = beside ? row.depth + 1 : row.depth;
      while (to < order.length && order[to].depth >= past) to += 1;
      order.splice(to, 0, row);
    }
  }
  return order;
}
