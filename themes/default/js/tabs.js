// Tabs: one panel of each group is shown, and who chooses a tab in one group has chosen it in all of them, on this page and the next.
// Only pages with tabs load this. Without it all panels are shown, one below the other.

(() => {
  "use strict";

  const STORED = "playpress-tabs";
  const findAll = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const idsOf = (tab) => tab.dataset.tab.split("+");
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  /** The groups of the page; a tab of a group that stands in a tab of another belongs to its own group alone. */
  const groups = findAll(".tabGroup").map((element) => ({ element, tabs: findAll(":scope > [role=tablist] [role=tab]", element) }));
  const activeOf = (group) => group.tabs.find((tab) => tab.getAttribute("aria-selected") === "true");

  function activate(group, chosen) {
    for (const tab of group.tabs) {
      const isActive = tab === chosen;
      tab.setAttribute("aria-selected", String(isActive));
      tab.tabIndex = isActive ? 0 : -1;
      panelOf(tab)?.toggleAttribute("data-active", isActive);
    }
  }

  /** Tabs with a condition are there while a tab of that id is chosen in a group above; a group whose tab went shows the first that is there. */
  function applyConditions() {
    const chosen = new Set();
    for (const group of groups) {
      for (const tab of group.tabs) tab.parentElement.hidden = Boolean(tab.dataset.condition) && !chosen.has(tab.dataset.condition);
      let active = activeOf(group);
      if (!active || active.parentElement.hidden) {
        // Beside the tab that went there may be one of the same id with another condition.
        const there = group.tabs.filter((tab) => !tab.parentElement.hidden);
        const same = active && there.find((tab) => idsOf(tab).some((id) => idsOf(active).includes(id)));
        active = same ?? there[0] ?? active;
        if (active) activate(group, active);
      }
      if (active) for (const id of idsOf(active)) chosen.add(id);
    }
  }

  /** Chooses a tab in its own group, and the tabs that share an id with it in all others. */
  function choose(chosen) {
    const ids = idsOf(chosen);
    for (const group of groups) {
      const own = group.tabs.includes(chosen) ? chosen : group.tabs.find((tab) => !tab.parentElement.hidden && idsOf(tab).some((id) => ids.includes(id)));
      if (own) activate(group, own);
    }
    applyConditions();
  }

  function remember(tab) {
    try {
      const before = JSON.parse(localStorage.getItem(STORED) ?? "[]");
      // The last choices count; some are enough.
      localStorage.setItem(STORED, JSON.stringify([tab.dataset.tab, ...before.filter((ids) => ids !== tab.dataset.tab)].slice(0, 20)));
    } catch {
      // No storage is allowed here: the choice holds for this page.
    }
  }

  function recall() {
    let stored = [];
    try {
      stored = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    } catch {
      // Nothing was remembered.
    }
    for (const group of groups) {
      const known = (Array.isArray(stored) ? stored : []).map((ids) => group.tabs.find((tab) => tab.dataset.tab === ids));
      const tab = known.find((tab) => tab && !tab.parentElement.hidden);
      if (tab) choose(tab);
    }
  }

  /** A link that leads into a panel which is not shown shows it. */
  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let panel = target?.closest("[role=tabpanel]"); panel; panel = panel.parentElement.closest("[role=tabpanel]")) {
      const tab = document.getElementById(panel.getAttribute("aria-labelledby"));
      if (tab && tab.getAttribute("aria-selected") !== "true") choose(tab);
    }
    if (target?.closest("[role=tabpanel]")) target.scrollIntoView();
  }

  for (const group of groups) {
    const list = group.element.querySelector(":scope > [role=tablist]");
    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (!tab) return;
      event.preventDefault();
      // What is above the tab may change its height: the tab stays where the pointer is.
      const before = tab.getBoundingClientRect().top;
      choose(tab);
      remember(tab);
      scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
    });
    list.addEventListener("keydown", (event) => {
      const shown = group.tabs.filter((tab) => !tab.parentElement.hidden);
      const at = shown.indexOf(document.activeElement);
      if (at < 0) return;
      const isMirrored = getComputedStyle(list).direction === "rtl";
      const step = { ArrowRight: isMirrored ? -1 : 1, ArrowLeft: isMirrored ? 1 : -1 }[event.key];
      const next = { Home: shown[0], End: shown.at(-1), " ": shown[at] }[event.key] ?? (step && shown[(at + step + shown.length) % shown.length]);
      if (!next) return;
      event.preventDefault();
      choose(next);
      remember(next);
      next.focus();
    });
  }

  applyConditions();
  recall();
  if (location.hash) follow();
  addEventListener("hashchange", follow);
})();
