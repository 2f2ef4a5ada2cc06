// The search box of each page, and the page of the search. What finds something is the client of the search, which is loaded when a reader first
// goes to the field; this script asks it, and shows what it found. It works from `file://`.

(() => {
  "use strict";

  const form = document.querySelector("form.search, form.search-page");
  if (!form) return;
  const texts = form.dataset;
  const input = form.elements.q;
  const isPage = form.matches(".search-page");
  const FACETS = ["phase", "role", "service", "mo", "kind"];
  /** How many pages the box shows, and the page of the search at first. */
  const FEW = 6;
  const MANY = 20;

  const make = (tag, attributes = {}, text = "") => {
    const element = Object.assign(document.createElement(tag), { textContent: text });
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const say = (text, ...values) => values.reduce((text, value) => text.replace("{}", () => value), text);

  // ---- The client. ----

  let client = null;

  /** Loads the client, and what its first query will need. */
  function load() {
    client ??= new Promise((resolve, reject) => {
      const address = new URL(texts.client, location.href);
      const folder = new URL(".", address).href;
      let missing = 2;
      const loaded = () => {
        missing -= 1;
        if (missing) return;
        const search = globalThis.playpressSearch.at(folder);
        search.prepare(document.documentElement.lang).catch(() => {});
        resolve(search);
      };
      // In this order, whichever arrives first.
      for (const url of [address.href, `${folder}languages.js`]) {
        const script = make("script", { src: url });
        script.async = false;
        script.onload = loaded;
        script.onerror = () => { script.remove(); reject(new Error(url)); };
        document.head.append(script);
      }
    }).catch((error) => { client = null; throw error; });
    return client;
  }

  // ---- What the reader looked for before. It never leaves the browser. ----

  const RECENT = "playpress-searches";

  const recent = () => {
    try {
      const queries = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
      return Array.isArray(queries) ? queries.filter((query) => typeof query === "string").slice(0, 6) : [];
    } catch {
      return [];
    }
  };
  const remember = (query) => {
    if (!query.trim()) return;
    try {
      localStorage.setItem(RECENT, JSON.stringify([query, ...recent().filter((other) => other !== query)].slice(0, 6)));
    } catch {
      // Without a store, nothing is remembered.
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(RECENT);
    } catch {
      // There is no store.
    }
  };

  // ---- What is found. Only the client makes HTML of texts, and escapes them. ----

  const html = (element, text) => { element.innerHTML = text; return element; };

  const rowTitle = (row) => html(make("span", { class: "hit-title" }), row.titleHtml);

  function facetFields(change) {
    const box = make("div", { class: "facets", hidden: "" });
    const fields = new Map();
    for (const facet of FACETS) {
      const label = make("label", {}, texts[`text${facet[0].toUpperCase()}${facet.slice(1)}`]);
      const select = make("select");
      select.onchange = change;
      label.append(" ", select);
      box.append(label);
      fields.set(facet, { label, select });
    }
    const name = (facet, value) => (facet === "mo" || facet === "kind" ? texts[`text${value[0].toUpperCase()}${value.slice(1)}`] ?? value : value);
    return {
      box,
      chosen: () => Object.fromEntries(Array.from(fields).map(([facet, { select }]) => [facet, select.value ? [select.value] : []])),
      choose(facet, value) {
        const { select } = fields.get(facet);
        if (value) select.append(new Option(name(facet, value), value, true, true));
      },
      /** Shows how many pages there are of each value; those of none are left out, but for the one that is chosen. */
      show(counts) {
        let some = false;
        for (const [facet, { label, select }] of fields) {
          const value = select.value;
          const values = (counts?.[facet] ?? []).filter((one) => one.count || one.name === value);
          select.replaceChildren(new Option(texts.textAny, ""), ...values.map((one) => new Option(`${name(facet, one.name)} (${one.count})`, one.name, false, one.name === value)));
          label.hidden = !values.length;
          some ||= values.length > 0;
        }
        box.hidden = !some;
      },
    };
  }

  /** What stands above the results in words. */
  function summary(query, result, chosen) {
    const isNarrowed = Object.values(chosen).some((names) => names.length);
    const read = (result.readAs ?? []).map(({ word, readAs }) => say(texts.textRead, word, readAs));
    if (!result.total) return say(isNarrowed ? texts.textNarrowed : texts.textNone, query);
    return [...read, result.total === 1 ? texts.textOne : say(texts.textFound, result.total)].join(" ");
  }

  const failure = (error) => (error?.reason === "damaged" || error?.reason === "version" ? texts.textDamaged : texts.textFailed);

  /** Asks for what the field says; what comes back after another question was asked is dropped. */
  let asked = 0;
  async function ask(query, chosen, limit, show) {
    const number = asked += 1;
    let answer;
    try {
      const search = await load();
      answer = { result: await search.find(query, { lang: document.documentElement.lang, limit, facets: chosen, counts: true }) };
    } catch (error) {
      answer = { error };
    }
    if (number === asked) show(answer);
  }

  const href = (hit) => texts.root + hit.url;
  /** Where the title of a hit leads: to the page, if its places are listed below. */
  const pageHref = (hit) => (hit.rows.length ? href(hit).split("#")[0] : href(hit));

  /** What is asked for, as it stands in the address of the page of the search; empty: nothing. */
  function address(query, chosen) {
    const said = new URLSearchParams(query ? { q: query } : {});
    for (const [facet, [value]] of Object.entries(chosen)) if (value) said.set(facet, value);
    return String(said) && `?${said}`;
  }

  /** Says of a hit in another language than that of the page which one it is. */
  function sayLanguage(element, hit) {
    if (hit.language !== document.documentElement.lang.toLowerCase()) element.setAttribute("lang", hit.language);
  }

  // ---- The page of the search. ----

  function page() {
    const status = make("p", { class: "found", role: "status" });
    const list = make("ol", { class: "hits" });
    const more = make("button", { type: "button", class: "more-hits", hidden: "" }, texts.textMore);
    let limit = MANY;
    const facets = facetFields(() => update());
    form.append(facets.box);
    form.after(status, list, more);

    const given = new URLSearchParams(location.search);
    input.value = given.get("q") ?? "";
    for (const facet of FACETS) facets.choose(facet, given.get(facet));

    function row(hit) {
      const item = make("li", { class: `hit-row is-${hit.kind}` });
      const link = make("a", { href: href(hit) });
      link.append(rowTitle(hit));
      item.append(link);
      if (hit.excerpt) item.append(html(make("p", { class: "hit-text" }), hit.excerpt));
      return item;
    }
    function entry(hit) {
      const item = make("li", { class: "hit" });
      const heading = make("h2");
      sayLanguage(item, hit);
      heading.append(html(make("a", { href: pageHref(hit) }), hit.titleHtml));
      item.append(heading);
      if (hit.rows.length) {
        const rows = make("ul");
        rows.append(...hit.rows.map(row));
        item.append(rows);
      } else {
        item.append(html(make("p", { class: "hit-text" }), hit.excerpt));
      }
      for (const preview of hit.previews) {
        const note = make("p", { class: "hit-text" });
        note.append(make("a", { href: href(preview) }, texts.textPreview));
        item.append(note);
      }
      return item;
    }
    function update() {
      const query = input.value.trim();
      const chosen = facets.chosen();
      try {
        history.replaceState(null, "", address(query, chosen) || location.pathname);
      } catch {
        // From disk, some browsers keep the address as it is.
      }
      if (!query) {
        asked += 1;
        status.textContent = "";
        list.replaceChildren();
        more.hidden = true;
        facets.show(null);
        return;
      }
      ask(query, chosen, limit, ({ result, error }) => {
        status.textContent = error ? failure(error) : summary(query, result, chosen);
        facets.show(result?.counts);
        list.replaceChildren(...(result?.hits ?? []).map(entry));
        more.hidden = !result || result.total <= result.hits.length;
      });
    }
    input.addEventListener("input", () => { limit = MANY; update(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); remember(input.value.trim()); update(); });
    list.addEventListener("click", () => remember(input.value.trim()));
    more.onclick = () => {
      const before = list.children.length;
      limit += MANY;
      const follow = new MutationObserver(() => {
        follow.disconnect();
        list.children[before]?.querySelector("a")?.focus();
      });
      follow.observe(list, { childList: true });
      update();
    };
    if (!input.value) input.focus();
    load().catch(() => {});
    update();
  }

  // ---- The box of all other pages: a combobox with a list of links. ----

  function box() {
    const panel = make("div", { class: "search-panel", hidden: "" });
    const status = make("p", { class: "found", role: "status" });
    const list = make("div", { class: "hits", role: "listbox", id: "page.results", "aria-label": texts.textList });
    const facets = facetFields(() => update());
    const all = make("a", { class: "all-hits", hidden: "" });
    const clear = make("button", { type: "button", class: "forget", hidden: "" }, texts.textForget);
    panel.append(facets.box, status, list, all, clear);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-haspopup": "listbox" })) input.setAttribute(name, value);

    let options = [];
    let active = -1;
    const activate = (index) => {
      options[active]?.setAttribute("aria-selected", "false");
      active = index;
      const option = options[active];
      option?.setAttribute("aria-selected", "true");
      if (option) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    };
    const open = (isOpen) => {
      panel.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen && options.length > 0));
      document.documentElement.classList.toggle("search-is-open", isOpen);
      if (!isOpen) activate(-1);
    };
    const put = (groups) => {
      activate(-1);
      list.replaceChildren(...groups);
      options = Array.from(list.querySelectorAll("[role=option]"));
      options.forEach((option, index) => { option.id = `page.result-${index}`; });
      input.setAttribute("aria-expanded", String(!panel.hidden && options.length > 0));
    };
    const option = (classes, address) => make("a", { class: classes, role: "option", "aria-selected": "false", tabindex: "-1", href: address });

    function group(hit, index) {
      const group = make("div", { class: "hit", role: "group", "aria-labelledby": `page.hit-${index}` });
      sayLanguage(group, hit);
      const first = option("hit-page", pageHref(hit));
      const title = html(make("span", { class: "hit-title", id: `page.hit-${index}` }), hit.titleHtml);
      first.append(title);
      if (!hit.rows.length) first.append(" ", html(make("span", { class: "hit-text" }), hit.excerpt));
      group.append(first);
      for (const row of hit.rows.slice(0, 3)) {
        const link = option(`hit-row is-${row.kind}`, href(row));
        link.append(rowTitle(row));
        if (row.excerpt) link.append(" ", html(make("span", { class: "hit-text" }), row.excerpt));
        group.append(link);
      }
      for (const preview of hit.previews) {
        const link = option("hit-row", href(preview));
        link.append(make("span", { class: "hit-text" }, texts.textPreview));
        group.append(link);
      }
      return group;
    }
    function showRecent() {
      const queries = recent();
      facets.show(null);
      all.hidden = true;
      clear.hidden = !queries.length;
      status.textContent = queries.length ? texts.textRecent : "";
      put(queries.map((query) => {
        const link = option("hit-recent", form.action + address(query, {}));
        link.textContent = query;
        link.onclick = (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          input.value = query;
          input.focus();
          update();
        };
        return link;
      }));
      open(queries.length > 0);
    }
    function update() {
      const query = input.value.trim();
      if (!query) {
        asked += 1;
        showRecent();
        return;
      }
      const chosen = facets.chosen();
      ask(query, chosen, FEW, ({ result, error }) => {
        clear.hidden = true;
        status.textContent = error ? failure(error) : summary(query, result, chosen);
        facets.show(result?.counts);
        put((result?.hits ?? []).map(group));
        all.href = form.action + address(query, chosen);
        all.textContent = say(texts.textAll, result?.total ?? 0);
        all.hidden = !result || result.total <= result.hits.length;
        open(form.contains(document.activeElement));
      });
    }

    all.onclick = () => remember(input.value.trim());
    input.addEventListener("focus", () => {
      if (!panel.isConnected) form.append(panel);
      load().catch(() => {});
      update();
    });
    input.addEventListener("input", update);
    input.addEventListener("keydown", (event) => {
      const count = options.length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (panel.hidden) update();
        if (!count) return;
        event.preventDefault();
        // From the last to the field, and from there to the first.
        const step = event.key === "ArrowDown" ? 1 : -1;
        activate(((active + 1 + step + count + 1) % (count + 1)) - 1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        options[active].click();
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (!panel.hidden) open(false);
        else if (input.value) { input.value = ""; } else input.blur();
      }
    });
    form.addEventListener("submit", (event) => {
      remember(input.value.trim());
      if (!input.value.trim()) event.preventDefault();
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || link.matches(".hit-recent")) return;
      remember(input.value.trim());
      if (!event.ctrlKey && !event.metaKey) open(false);
    });
    clear.onclick = () => { forget(); input.focus(); showRecent(); };
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) open(false); });
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.altKey) return;
      const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
      const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey;
      if (!isSlash && !((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k")) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
    addEventListener("pageshow", (event) => { if (event.persisted) open(false); });
  }

  if (isPage) page();
  else box();
})();
