// The script of the default theme. Every page works without it; it adds what HTML and CSS cannot do by themselves.
// It needs no library and no build step, makes no request but for the navigation's script, and works from `file://`.

(() => {
  "use strict";

  /** What the script says. It stands at the script element, so that a template can translate it. */
  const texts = document.currentScript.dataset;
  /** Where the menu stands beside the text, and where the contents of the page do; the same widths are in the style sheet. */
  const menuIsBeside = matchMedia("(min-width: 60rem)");
  const contentsAreBeside = matchMedia("(min-width: 80rem)");

  const find = (selector, within = document) => within.querySelector(selector);
  const findAll = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  function make(tag, attributes = {}, text = "") {
    const element = Object.assign(document.createElement(tag), { textContent: text });
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  // ---- The navigation: what a page does not show of it is loaded when a reader first opens it. ----

  /** Scripts of whole trees that are loaded or being loaded: from their address to a promise of the tree. */
  const scripts = new Map();
  /** What a tree's script hands over. A script runs right before its `load` event, so the rows are those of the script that just ran. */
  let arrived = null;
  window.playpressNav = (_index, rows) => { arrived = rows; };

  /** The whole tree: its rows, and the numbers of the rows below each (`null`: the topmost ones). */
  function load(address) {
    if (!scripts.has(address)) {
      scripts.set(address, new Promise((resolve, reject) => {
        const script = make("script", { src: address });
        script.onload = () => {
          const rows = arrived ?? [];
          const below = new Map();
          rows.forEach(([, , parent], row) => {
            if (!below.has(parent)) below.set(parent, []);
            below.get(parent).push(row);
          });
          resolve({ rows, below });
        };
        script.onerror = () => {
          // The next click tries again.
          scripts.delete(address);
          script.remove();
          reject(new Error("the navigation could not be loaded"));
        };
        document.head.append(script);
      }));
    }
    return scripts.get(address);
  }

  /** From an address as seen from the root of the site to one as seen from this page. */
  function address(href, root) {
    return /^([a-z][a-z0-9+.-]*:|\/)/i.test(href) ? href : root + href;
  }

  let lists = 0;

  class Tree {
    constructor(element) {
      element.classList.add("is-ready");
      this.root = element.dataset.root;
      this.script = element.dataset.script;
      for (const entry of findAll("li.has-children", element)) this.addToggle(entry);
      for (const list of findAll("ul.is-cut", element)) this.addMore(list);
    }

    /** An entry that the page itself does not hold. */
    entry({ rows, below }, row) {
      const [title, href] = rows[row];
      const entry = make("li", { "data-row": row });
      entry.append(href ? make("a", { href: address(href, this.root) }, title) : make("span", { class: "group" }, title));
      if (below.has(row)) {
        entry.classList.add("has-children");
        this.addToggle(entry);
      }
      return entry;
    }

    /** The button that shows and hides what is below an entry. */
    addToggle(entry) {
      let list = find(":scope > ul", entry);
      if (!list && !this.script) return;
      if (!list) {
        list = make("ul", { hidden: "" });
        entry.append(list);
      }
      list.id ||= `page.entries-${lists += 1}`;
      const label = entry.firstElementChild;
      const name = texts.textToggle.replace("{}", () => label.textContent);
      const button = make("button", { type: "button", class: "toggle", "aria-expanded": String(!list.hidden), "aria-controls": list.id, "aria-label": name });
      button.onclick = async () => {
        if (!list.hasChildNodes()) {
          const tree = await load(this.script).catch(() => null);
          // Nothing came, or a second click was faster.
          if (!tree || list.hasChildNodes()) return;
          for (const row of tree.below.get(Number(entry.dataset.row)) ?? []) list.append(this.entry(tree, row));
        }
        list.hidden = !list.hidden;
        entry.classList.toggle("is-open", !list.hidden);
        button.setAttribute("aria-expanded", String(!list.hidden));
      };
      label.after(button);
    }

    /** A button that completes a list of which the page holds only the entries around its own. */
    addMore(list) {
      if (!this.script) return;
      const above = list.parentElement.closest("li")?.dataset.row;
      const parent = above === undefined ? null : Number(above);
      const own = Array.from(list.children);
      const button = make("button", { type: "button", class: "more" }, texts.textMore);
      const last = make("li");
      last.append(button);
      list.append(last);
      button.onclick = async () => {
        const tree = await load(this.script).catch(() => null);
        if (!tree || !last.isConnected) return;
        const shown = new Map(own.map((entry) => [Number(entry.dataset.row), entry]));
        const all = (tree.below.get(parent) ?? []).map((row) => shown.get(row) ?? this.entry(tree, row));
        list.replaceChildren(...all);
        list.classList.remove("is-cut");
        (find("a, button", own.at(-1).nextElementSibling ?? own.at(-1)))?.focus();
      };
    }
  }

  /** Scrolls the navigation, and never the page, to the entry of the page. */
  function showCurrent(menu) {
    const current = find("[aria-current=page]", menu);
    if (!current) return;
    const below = current.getBoundingClientRect().bottom - menu.getBoundingClientRect().bottom;
    if (below > 0) menu.scrollTop += below + menu.clientHeight / 2;
  }

  /** On narrow screens: the link to the menu becomes a button that lays the menu over the page. */
  function menuButton(menu) {
    const link = find("a.menu-button");
    if (!link || !menu) return;
    const button = make("button", { type: "button", class: "menu-button", "aria-expanded": "false", "aria-controls": menu.id });
    button.append(...link.childNodes);
    link.replaceWith(button);
    const show = (isOpen) => {
      button.setAttribute("aria-expanded", String(isOpen));
      document.documentElement.classList.toggle("menu-is-open", isOpen);
      // What the menu covers can neither be reached nor read while it is there.
      for (const covered of findAll(".layout > :not(.menu), .site-footer, .skip")) covered.inert = isOpen;
      if (isOpen) {
        menu.focus({ preventScroll: true });
        showCurrent(menu);
      }
    };
    const isOpen = () => button.getAttribute("aria-expanded") === "true";
    button.onclick = () => show(!isOpen());
    menu.addEventListener("click", (event) => { if (isOpen() && event.target.closest("a")) show(false); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      show(false);
      button.focus();
    });
    menuIsBeside.addEventListener("change", () => show(false));
    addEventListener("pageshow", (event) => { if (event.persisted) show(false); });
  }

  // ---- The contents of the page follow the scroll. ----

  function contents(nav, signal) {
    const details = find("details", nav);
    // They stand open where they have a column of their own, and closed above the text.
    const settle = () => { details.open = contentsAreBeside.matches; };
    contentsAreBeside.addEventListener("change", settle, { signal });
    if (!nav.matches(".is-ready")) settle();
    nav.classList.add("is-ready");

    const sections = findAll("a", nav)
      .map((link) => ({ link, heading: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
      .filter(({ heading }) => heading);
    if (!sections.length) return;
    const footer = find(".site-footer");
    let marked = null;
    const follow = () => {
      // The section that is read: the last whose heading is in the upper third. The end of the page belongs to the last section, or to
      // the one that a link led to, as these cannot get so high.
      const isVisible = (element) => element.getBoundingClientRect().top < innerHeight;
      // A heading in a panel of tabs that is not shown is nowhere.
      const shown = sections.filter(({ heading }) => heading.getClientRects().length);
      const isEnd = footer.getBoundingClientRect().bottom <= innerHeight + 2 && scrollY > 0;
      const target = isEnd && shown.find(({ heading }) => heading.matches(":target") && isVisible(heading) && heading.getBoundingClientRect().top > 0);
      const current = target || shown.findLast(({ heading }) => isEnd || heading.getBoundingClientRect().top < innerHeight / 3);
      if (current?.link === marked) return;
      marked?.removeAttribute("aria-current");
      marked = current?.link ?? null;
      marked?.setAttribute("aria-current", "true");
      // Only the column of the contents scrolls, and only where it is longer than the screen.
      if (marked && nav.scrollHeight > nav.clientHeight) nav.scrollTop = marked.offsetTop - nav.clientHeight / 2;
    };
    // At most once a frame: a jump crosses no heading, so there is nothing else that tells.
    let isWaiting = false;
    const scrolled = () => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => { isWaiting = false; follow(); });
    };
    addEventListener("scroll", scrolled, { passive: true, signal });
    addEventListener("resize", scrolled, { signal });
    follow();
    addEventListener("hashchange", follow, { signal });
  }

  // ---- Wide tables and long lines of code scroll within themselves, and only then can be reached with the keyboard. ----

  function wideContent(article, signal) {
    const labels = new Map();
    const fit = (box) => {
      const table = find(":scope > table", box);
      const isWide = table ? table.offsetWidth > box.offsetWidth + 1 : box.scrollWidth > box.clientWidth + 1;
      box.classList.toggle("is-wide", isWide);
      for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", labels.get(box)]]) {
        if (isWide) box.setAttribute(name, value);
        else box.removeAttribute(name);
      }
    };
    const sizes = new ResizeObserver((entries) => { for (const { target } of entries) fit(target); });
    signal.addEventListener("abort", () => sizes.disconnect());
    let heading = document.title;
    for (const element of findAll("h1, h2, h3, h4, h5, h6, table, pre", article)) {
      let box = element;
      if (element.matches(".timeline")) continue;
      if (element.matches("table")) {
        if (element.parentElement.closest("table")) continue;
        box = element.closest(".table-box");
        if (!box) {
          box = make("div", { class: "table-box" });
          element.replaceWith(box);
          box.append(element);
        }
        labels.set(box, texts.textTable.replace("{}", () => heading));
      } else if (element.matches("pre")) {
        labels.set(box, texts.textCode);
      } else {
        heading = element.textContent.trim() || heading;
        continue;
      }
      sizes.observe(box);
    }
  }

  // ---- Tabs: one panel at a time; tabs of one name are chosen together, in all groups of the page. ----

  function tabGroups(elements, signal) {
    /** Names of tabs that were chosen, the last one first. */
    let wanted = [];
    const names = (tab) => tab.dataset.tab.split("+");
    const groups = elements.map((group) => ({
      group,
      tabs: findAll(":scope > [role=tablist] [role=tab]", group),
      panels: new Map(findAll(":scope > [role=tabpanel]", group).map((panel) => [panel.id, panel])),
    }));
    const settle = () => {
      // What is chosen above decides which tabs with a condition there are below.
      const above = new Set();
      for (const { tabs, panels } of groups) {
        const there = tabs.filter(({ dataset }) => !dataset.condition || above.has(dataset.condition));
        const has = (tab, name) => names(tab).includes(name);
        const name = wanted.find((name) => there.some((tab) => has(tab, name)));
        const active = there.find((tab) => has(tab, name)) ?? there.find((tab) => tab.getAttribute("aria-selected") === "true") ?? there[0];
        for (const tab of tabs) {
          const isActive = tab === active;
          tab.parentElement.hidden = !there.includes(tab);
          tab.setAttribute("aria-selected", String(isActive));
          tab.tabIndex = isActive ? 0 : -1;
          const panel = panels.get(tab.getAttribute("aria-controls"));
          if (panel) panel.hidden = !isActive;
        }
        if (active) names(active).forEach((name) => above.add(name));
      }
    };
    const choose = (tab) => {
      // What was chosen stays where it is on the screen, however much appears or goes above it.
      const before = tab.getBoundingClientRect().top;
      wanted = [...new Set([...names(tab), ...wanted])];
      settle();
      scrollBy(0, tab.getBoundingClientRect().top - before);
    };
    const moves = { ArrowRight: 1, ArrowLeft: -1 };
    for (const { group, tabs } of groups) {
      group.classList.add("is-ready");
      for (const tab of tabs) {
        tab.onclick = (event) => {
          event.preventDefault();
          choose(tab);
        };
        tab.onkeydown = (event) => {
          const there = tabs.filter((tab) => !tab.parentElement.hidden);
          const direction = getComputedStyle(tab).direction === "rtl" ? -1 : 1;
          const at = there.indexOf(tab);
          const to = { Home: 0, End: there.length - 1 }[event.key] ?? (at + (moves[event.key] ?? NaN) * direction + there.length) % there.length;
          if (event.key === " ") choose(tab);
          else if (Number.isNaN(to)) return;
          else {
            there[to].focus();
            choose(there[to]);
          }
          event.preventDefault();
        };
      }
    }
    settle();
    /** Shows what the address leads to, where a panel hides it. */
    const show = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const hidden = [];
      for (let panel = target?.closest("[role=tabpanel]"); panel; panel = panel.parentElement.closest("[role=tabpanel]")) if (panel.hidden) hidden.push(panel);
      for (const panel of hidden) for (const { tabs } of groups) tabs.filter((tab) => tab.getAttribute("aria-controls") === panel.id).forEach(choose);
      if (hidden.length) target.scrollIntoView();
    };
    addEventListener("hashchange", show, { signal });
    show();
  }

  // ---- Code can be copied. ----

  /** Says something to those who listen to the page. The element has to be there before its text is. */
  const status = make("div", { class: "status", role: "status" });
  document.body.append(status);
  function say(text) {
    // The same words again are a change only if there was something else before.
    status.textContent = "";
    setTimeout(() => { status.textContent = text; }, 50);
  }

  /** Copies the text of an element, less the break at its end, with which a terminal would run it at once. Where the browser refuses, the text is selected, so that the reader can copy it. */
  async function copy(element) {
    if (await copyText(element.textContent.replace(/\n$/, ""))) return true;
    const focused = document.activeElement;
    getSelection().selectAllChildren(element);
    const isCopied = document.execCommand("copy");
    if (isCopied) getSelection().removeAllRanges();
    focused?.focus({ preventScroll: true });
    return isCopied;
  }

  async function copyText(text) {
    try {
      // It is missing where a page comes over plain HTTP, and may be refused anywhere.
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  }

  /** A button that copies: `copying` does it, and says whether that went well and what is to be said. The mark that it did stays for a moment. */
  function makeCopyButton(className, name, icon, copying) {
    const button = make("button", { type: "button", class: className, "aria-label": name, title: name });
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path class="for-copy" d="${icon}"/><path class="for-done" d="M5 12.5l4.5 4.5L19 7.5"/></svg>`;
    let timer = 0;
    button.onclick = async () => {
      const [isCopied, text] = await copying();
      say(text);
      button.classList.toggle("is-done", isCopied);
      clearTimeout(timer);
      timer = setTimeout(() => button.classList.remove("is-done"), 2000);
    };
    return button;
  }

  function copyButton(block) {
    const code = find(":scope > code", block);
    if (!code || !code.textContent.trim() || block.closest(".code-box")) return;
    const box = make("div", { class: "code-box" });
    block.replaceWith(box);
    const button = makeCopyButton("copy", texts.textCopy, "M9 9h11v11H9zM5 15H4V4h11v1", async () => {
      const isCopied = await copy(code);
      return [isCopied, isCopied ? texts.textCopied : texts.textSelected];
    });
    box.append(block, button);
  }

  // ---- The address of a task can be copied. ----

  function copyLink(id) {
    const row = id.closest("tr[id]");
    if (!row || id.nextElementSibling?.matches(".copy-link")) return;
    const name = texts.textLink.replace("{}", () => id.textContent);
    id.after(makeCopyButton("copy-link", name, "M10 14a4 4 0 0 0 5.7 0l3.3-3.3a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0L5 13.3a4 4 0 0 0 5.7 5.7L12 17.7", async () => {
      const isCopied = await copyText(new URL(`#${row.id}`, location.href).href);
      // Where the browser refuses, the address is in the address bar.
      if (!isCopied) location.hash = row.id;
      return [isCopied, isCopied ? texts.textLinkCopied : texts.textLinkShown];
    }));
  }

  // ---- Each heading has a link to itself, for the pointer: the contents of the page have the same for the keyboard. ----

  function headingLink(heading) {
    if (find(":scope > .heading-link", heading)) return;
    heading.append(make("a", { class: "heading-link", href: `#${encodeURIComponent(heading.id)}`, tabindex: "-1", "aria-hidden": "true" }));
  }

  // ---- Light, dark, or as the system has it. `scheme.js` sets what was chosen before. ----

  function schemeSwitch(button) {
    const root = document.documentElement;
    const names = { auto: texts.textAuto, light: texts.textLight, dark: texts.textDark };
    const order = Object.keys(names);
    const name = () => root.dataset.scheme ?? "auto";
    const show = () => {
      button.setAttribute("aria-label", names[name()]);
      button.title = names[name()];
    };
    button.onclick = () => {
      const next = order[(order.indexOf(name()) + 1) % order.length];
      if (next === "auto") delete root.dataset.scheme;
      else root.dataset.scheme = next;
      try {
        localStorage.setItem("playpress-scheme", next);
      } catch {
        // It holds for this page only.
      }
      show();
    };
    button.hidden = false;
    show();
  }

  // ---- The page, and what is new on it later: `playpress serve` puts a change in its place and tells of it. ----

  /** What holds until the page changes. */
  let until = new AbortController();

  /** Readies what is not ready yet. */
  function ready() {
    const signal = until.signal;
    for (const element of findAll(".tree:not(.is-ready)")) {
      new Tree(element);
      if (element.matches(".menu")) showCurrent(element);
    }
    menuButton(find(".menu"));
    for (const element of findAll(".on-this-page")) contents(element, signal);
    tabGroups(findAll(".tabGroup"), signal);
    findAll("article pre").forEach(copyButton);
    findAll("td .task-id").forEach(copyLink);
    for (const element of findAll("article")) wideContent(element, signal);
    findAll("article :is(h2, h3, h4, h5, h6)[id]").forEach(headingLink);
    findAll(".scheme[hidden]").forEach(schemeSwitch);
  }

  document.addEventListener("playpress:swap", () => {
    until.abort();
    until = new AbortController();
    ready();
  });
  ready();
})();
