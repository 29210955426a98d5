const FIRST_WAIT = 700;
const LONGEST_WAIT = 5000;

/** Ask each job's address how far it is, and load the page again when it is done or has failed. */
export function watchJobs(root) {
  for (const job of root.querySelectorAll("[data-job]")) watch(job, FIRST_WAIT);
}

function watch(job, wait) {
  setTimeout(async () => {
    try {
      const response = await fetch(job.dataset.job, { headers: { Accept: "application/json" } });
      const { state } = await response.json();
      if (response.ok && (state === "done" || state === "failed")) {
        window.location.reload();
        return;
      }
    } catch {
      // The network may come back: the next turn asks again.
    }
    watch(job, Math.min(wait * 1.4, LONGEST_WAIT));
  }, wait);
}
