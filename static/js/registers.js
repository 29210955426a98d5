/** On a narrow screen an unused filter starts closed, so that the list is in sight. */
export function foldFilters(root) {
  if (!window.matchMedia("(max-width: 40em)").matches) return;
  for (const filter of root.querySelectorAll("details.filter:not([data-used])")) filter.open = false;
}

/** A table that fits needs no scrolling, and so no stop for the keyboard. */
export function tidyScrollRegions(root) {
  const regions = root.querySelectorAll(".table-scroll");
  const tidy = () => {
    for (const region of regions) {
      if (region.scrollWidth > region.clientWidth) region.setAttribute("tabindex", "0");
      else region.removeAttribute("tabindex");
    }
  };
  tidy();
  window.addEventListener("resize", tidy);
}
