// A click elsewhere or Escape closes open menus (only menus: other <details> stay as the reader left them).
(function () {
  const menus = () => document.querySelectorAll("details.nav-menu[open], details.actions-menu-links[open]");
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  // where the facets stand above the quotations, they start closed
  if (window.matchMedia("(max-width: 900px)").matches) {
    document.querySelectorAll(".facets details[open]").forEach((facet) => {
      if (!facet.querySelector(".selected")) facet.open = false;
    });
  }
})();
