// Only improves pages that work without it.
import { arrangeAgenda } from "./arrange.js";
import { guardAgainstDoubleSubmit } from "./submit.js";
import { watchJobs } from "./jobs.js";
import { foldFilters, tidyScrollRegions } from "./registers.js";
import { closeMenus } from "./menus.js";
import { keepUnsaved } from "./unsaved.js";

const govuk = document.getElementById("govuk-frontend");
if (govuk) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  import(govuk.href).then(({ initAll }) => initAll());
}
keepUnsaved(document);
guardAgainstDoubleSubmit(document);
watchJobs(document);
foldFilters(document);
tidyScrollRegions(document);
closeMenus(document);
arrangeAgenda(document);
