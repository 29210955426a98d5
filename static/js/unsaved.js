/** Keep what is typed in one form of a page when another is sent, and ask before a page with typed words is left. */
export function keepUnsaved(root) {
  const changed = new Set();
  let sending = null;

  root.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.method === "post") changed.add(form);
  });

  root.addEventListener("submit", async (event) => {
    const form = event.target;
    const first = [...changed].find((other) => other !== form && other.dataset.saveFirst);
    sending = form;
    if (!first || form.method !== "post") return;
    event.preventDefault();
    if (await saved(first)) {
      changed.delete(first);
      form.requestSubmit(event.submitter);
    } else {
      sending = null;
      tell(first);
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form !== sending)) event.preventDefault();
  });
  window.addEventListener("pageshow", () => (sending = null));
}

/** Whether the form was taken: an answer with errors in it, none, or the sign-in page is a no. */
async function saved(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    return answer.ok && !new URL(answer.url).pathname.startsWith("/accounts/");
  } catch {
    return false;
  }
}

function tell(form) {
  const message = form.querySelector(".unsaved") ?? document.createElement("p");
  message.className = "unsaved govuk-error-message";
  message.setAttribute("role", "alert");
  message.textContent = form.dataset.saveFirst;
  form.append(message);
  message.scrollIntoView({ block: "center" });
}
