/**
 * An agenda's items put into order by dragging or by the buttons, saved as they are moved. It is the neighbour that
 * moves in the page: an element that is moved loses the focus and the pointer.
 */
export function arrangeAgenda(root) {
  for (const form of root.querySelectorAll("form[data-arrange]")) new Arranged(form);
}

class Arranged {
  constructor(form) {
    this.form = form;
    this.list = form.querySelector("ol");
    this.waiting = Promise.resolve();
    for (const item of this.items) {
      const grip = item.querySelector("[data-grip]");
      grip.hidden = false;
      grip.addEventListener("pointerdown", (event) => this.#grip(event, item, grip));
      for (const button of item.querySelectorAll("[data-move]")) {
        button.addEventListener("click", (event) => this.#press(event, item, button));
      }
    }
  }

  get items() {
    return [...this.list.children];
  }

  #press(event, item, button) {
    event.preventDefault();
    const up = button.dataset.move === "up";
    const other = up ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    up ? item.after(other) : item.before(other);
    this.#moved(item);
    // At the end of the list the pressed button is off.
    if (button.disabled) item.querySelector("[data-move]:enabled")?.focus();
  }

  #grip(event, item, grip) {
    if (event.button !== 0) return;
    event.preventDefault();
    const before = this.items.indexOf(item);
    grip.setPointerCapture(event.pointerId);
    item.classList.add("arrange__item--held");
    const follow = ({ clientY }) => this.#follow(item, clientY);
    const end = () => {
      grip.removeEventListener("pointermove", follow);
      for (const name of ["pointerup", "pointercancel"]) grip.removeEventListener(name, end);
      item.classList.remove("arrange__item--held");
      if (this.items.indexOf(item) !== before) this.#moved(item);
    };
    grip.addEventListener("pointermove", follow);
    for (const name of ["pointerup", "pointercancel"]) grip.addEventListener(name, end);
  }

  /** The item changes places with a neighbour once the pointer has passed the neighbour's middle. */
  #follow(item, y) {
    const middle = (each) => each.getBoundingClientRect().top + each.offsetHeight / 2;
    const above = item.previousElementSibling;
    const below = item.nextElementSibling;
    if (above && y < middle(above)) item.after(above);
    else if (below && y > middle(below)) item.before(below);
  }

  #moved(item) {
    const items = this.items;
    for (const [place, each] of items.entries()) {
      each.querySelector("[data-move=up]").disabled = place === 0;
      each.querySelector("[data-move=down]").disabled = place === items.length - 1;
      each.classList.toggle("arrange__item--moved", each === item);
    }
    this.form.elements.order.value = items.map((each) => each.dataset.item).join(",");
    const words = { item: item.dataset.title, place: items.indexOf(item) + 1, count: items.length };
    const said = this.form.dataset.moved.replace(/\{(\w+)\}/g, (_all, name) => words[name]);
    this.waiting = this.waiting.then(() => this.#save(said));
  }

  async #save(said) {
    const sent = new FormData(this.form);
    let answer = null;
    let told = {};
    try {
      answer = await fetch(this.form.action, { method: "POST", body: sent, headers: { Accept: "application/json" } });
      told = await answer.json();
    } catch {
      answer = null;
    }
    const refused = this.form.querySelector("[data-arrange-refused]");
    refused.hidden = Boolean(answer?.ok);
    if (!answer?.ok) {
      refused.textContent = told.said || this.form.dataset.failed;
      return;
    }
    this.form.elements.seen.value = sent.get("order");
    for (const item of this.items) {
      const id = item.dataset.item;
      this.form.elements[`${id}-was`].value = sent.get(`${id}-minutes`);
      item.querySelector("[data-starts]").textContent = told.starts[id] ?? "";
    }
    const total = document.querySelector("[data-arrange-total] .notice");
    total.hidden = !told.total;
    total.className = `notice notice--${told.over ? "warning" : "info"}`;
    total.querySelector("p").textContent = told.total;
    this.form.querySelector("[data-arrange-said]").textContent = said;
  }
}
