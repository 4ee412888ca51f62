// Small help for pages that are whole without it.
// A click elsewhere or Escape closes open menus (only menus: other <details> stay as the reader left them).
(function () {
  const menus = () => document.querySelectorAll("details.nav-menu[open], details.actions-menu-links[open]");
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  // datasette's own filter rows have no labels
  Object.entries({_filter_column: "Column", _filter_op: "Comparison", _filter_value: "Value", _sort: "Sort by"}).forEach(([name, label]) => {
    document.querySelectorAll(`.filters [name^="${name}"]`).forEach((field) => {
      if (!field.labels.length) field.setAttribute("aria-label", label);
    });
  });
  // where the facets stand above the quotations, they start closed
  if (window.matchMedia("(max-width: 900px)").matches) {
    document.querySelectorAll(".facets details[open]").forEach((facet) => {
      if (!facet.querySelector(".selected")) facet.open = false;
    });
  }
})();
