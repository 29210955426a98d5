/** Disable a form's buttons once it is on its way, so that a second click sends nothing twice. */
export function guardAgainstDoubleSubmit(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // After this turn of the loop: a disabled button's name and value would not be sent.
    setTimeout(() => setDisabled(form, true));
  });
  // A page taken back from the browser's memory may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of root.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      setDisabled(form, false);
    }
  });
}

function setDisabled(form, disabled) {
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.disabled = disabled;
}
