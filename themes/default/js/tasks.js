// The filter of the catalogue of tasks. It is loaded by that page alone. The page holds a plain table, all of it or the first part; this script
// loads the list of all tasks, a script too so that it works from `file://`, and shows in the same table those that the reader asks for.

(() => {
  "use strict";

  const form = document.querySelector(".filter");
  const table = document.querySelector("table.tasks");
  if (!form || !table) return;
  const { root, script: address, textAll, textFound, textMore, textNone, textMandatory, textOptional } = form.dataset;
  const fields = ["phase", "role", "service"];
  const body = table.tBodies[0];
  const template = body.rows[0]?.cloneNode(true);
  const found = document.querySelector(".found");
  /** How many rows are shown at first: what a slow machine lays out between two keystrokes. */
  const FIRST = 50;

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const say = (text, ...values) => values.reduce((text, value) => text.replace("{}", () => value), text);

  function start({ phases, roles, services, rows }) {
    const names = { phase: phases, role: roles, service: services };
    const tasks = rows.map(([id, href, name, kind, roles, services, phases, collection, preview]) => ({
      id, href, name, kind, role: roles, service: services, phase: phases, collection, preview, text: fold(`${id} ${name}`),
    }));
    const kinds = { m: textMandatory, o: textOptional };
    let sort = { by: "id", down: false };
    let shown = FIRST;

    // ---- What the reader asks for stands in the form and in the address. ----

    const query = () => {
      const value = (name) => form.elements[name].value;
      const at = (field) => (value(field) === "" ? null : names[field].findIndex(([name]) => name === value(field)));
      return { words: fold(value("q")).split(/\s+/).filter(Boolean), kind: value("kind"), phase: at("phase"), role: at("role"), service: at("service") };
    };
    /** Which fields keep a task out: none, or the number of one field, or -1 for the text or several fields. */
    const misses = (task, { words, kind, ...wanted }) => {
      if ((kind && task.kind !== kind) || !words.every((word) => task.text.includes(word))) return -1;
      let missed = null;
      for (const field of fields) {
        if (wanted[field] === null || task[field].includes(wanted[field])) continue;
        if (missed !== null) return -1;
        missed = field;
      }
      return missed;
    };

    const remember = () => {
      const address = new URLSearchParams();
      for (const name of ["q", "phase", "role", "service", "kind"]) if (form.elements[name].value) address.set(name, form.elements[name].value);
      if (sort.by !== "id" || sort.down) address.set("sort", (sort.down ? "-" : "") + sort.by);
      const text = String(address);
      try {
        history.replaceState(null, "", text ? `?${text}` : location.pathname);
      } catch {
        // From disk, some browsers keep the address as it is.
      }
    };
    const recall = () => {
      const address = new URLSearchParams(location.search);
      for (const name of ["q", "phase", "role", "service", "kind"]) {
        const field = form.elements[name];
        field.value = address.get(name) ?? "";
        // A name that is not there asks for nothing.
        if (field.selectedIndex === -1) field.value = "";
      }
      const by = address.get("sort") ?? "id";
      sort = { by: by.replace("-", ""), down: by.startsWith("-") };
    };

    // ---- Choices, each with how many tasks it would leave. ----

    const select = (name, options) => {
      const field = form.elements[name];
      field.replaceChildren(new Option(textAll, ""), ...options.map(([value, label]) => Object.assign(new Option(label, value), { title: label })));
    };
    const used = (field) => names[field].map(([name], index) => ({ name, index, count: 0 }));
    const choices = Object.fromEntries(fields.map((field) => [field, used(field)]));
    for (const task of tasks) for (const field of fields) for (const name of task[field]) choices[field][name].count += 1;
    for (const field of fields) {
      choices[field] = choices[field].filter(({ count }) => count);
      if (field !== "phase") choices[field].sort((a, b) => a.name.localeCompare(b.name));
      select(field, choices[field].map(({ name }) => [name, name]));
    }
    select("kind", Object.entries(kinds));
    const count = (missed) => {
      const counts = Object.fromEntries(fields.map((field) => [field, new Array(names[field].length).fill(0)]));
      tasks.forEach((task, at) => {
        if (missed[at] === -1) return;
        for (const field of fields) if (missed[at] === null || missed[at] === field) for (const name of task[field]) counts[field][name] += 1;
      });
      for (const field of fields) {
        choices[field].forEach(({ name, index }, at) => {
          const option = form.elements[field].options[at + 1];
          const text = `${name} (${counts[field][index]})`;
          if (option.text !== text) option.text = text;
          option.disabled = !counts[field][index] && !option.selected;
        });
      }
    };
    /** The counts are not seen until a choice is opened: they need not be there with the next letter. */
    let counting = 0;
    const countSoon = (missed) => {
      clearTimeout(counting);
      counting = setTimeout(() => count(missed), 150);
    };

    // ---- The table. ----

    const link = ([text, href]) => {
      if (!href) return document.createTextNode(text);
      const link = document.createElement("a");
      link.href = root + href;
      link.textContent = text;
      return link;
    };
    const tag = (text) => Object.assign(document.createElement("span"), { className: "tag", textContent: text });
    const mark = (kind) => {
      if (!kind) return [];
      const mark = document.createElement("span");
      mark.className = `mo ${kind === "m" ? "is-mandatory" : "is-optional"}`;
      mark.title = kinds[kind];
      const letter = document.createElement("span");
      letter.ariaHidden = "true";
      letter.textContent = kind.toUpperCase();
      mark.append(letter);
      return [mark, ` ${kinds[kind]}`];
    };
    const rowOf = (task) => {
      const row = template.cloneNode(true);
      const cell = (field) => row.querySelector(`[data-field="${field}"]`);
      const id = link([task.id, task.href]);
      if (task.href) id.className = "task-id";
      cell("id").replaceChildren(id);
      cell("name").textContent = task.name;
      if (task.collection) cell("name").append(" ", tag(task.collection));
      if (task.preview) cell("name").append(" ", tag("Preview"));
      cell("kind").replaceChildren(...mark(task.kind));
      for (const field of fields) {
        cell(field).replaceChildren(...task[field].flatMap((name, index) => [...(index ? [", "] : []), link(names[field][name])]));
      }
      return row;
    };
    const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
    const key = { id: (task) => task.id, name: (task) => task.name, kind: (task) => task.kind };
    for (const field of fields) key[field] = (task) => (task[field].length ? names[field][task[field][0]][0] : "\uffff");
    const sorted = (list) => {
      if (sort.by === "id") return sort.down ? list.toReversed() : list;
      // In their order by ID, those that are alike stay as they are.
      const keyed = list.map((task) => [key[sort.by](task), task]).sort(([a], [b]) => compare(a, b) * (sort.down ? -1 : 1));
      return keyed.map(([, task]) => task);
    };
    const more = Object.assign(document.createElement("button"), { type: "button", className: "more-tasks", hidden: true });
    (table.closest(".table-box") ?? table).after(more);
    more.onclick = () => {
      const before = body.rows.length;
      shown = Infinity;
      show();
      body.rows[before]?.querySelector("a")?.focus();
    };
    function show() {
      const wanted = query();
      const missed = tasks.map((task) => misses(task, wanted));
      const list = sorted(tasks.filter((_, at) => missed[at] === null));
      body.replaceChildren(...list.slice(0, shown).map(rowOf));
      found.textContent = list.length ? say(textFound, list.length, tasks.length) : textNone;
      const left = list.length - Math.min(list.length, shown);
      more.hidden = !left;
      more.textContent = say(textMore, left);
      countSoon(missed);
      document.querySelector(".pages")?.remove();
      for (const head of table.tHead.rows[0].cells) {
        const isIt = head.dataset.sort === sort.by;
        if (isIt) head.ariaSort = sort.down ? "descending" : "ascending";
        else head.ariaSort = null;
      }
    }
    for (const head of table.tHead.rows[0].cells) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "sort", textContent: head.textContent });
      head.replaceChildren(button);
      button.onclick = () => {
        sort = { by: head.dataset.sort, down: sort.by === head.dataset.sort && !sort.down };
        change();
      };
    }
    function change() {
      shown = FIRST;
      remember();
      show();
    }
    form.addEventListener("input", change);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => {
      sort = { by: "id", down: false };
      setTimeout(change);
    });
    addEventListener("popstate", () => {
      recall();
      show();
    });
    form.querySelector("fieldset").disabled = false;
    recall();
    // A page that holds all tasks needs no new rows until somebody asks for some.
    const isAsked = location.search || tasks.length !== body.rows.length;
    if (isAsked) show();
    else {
      count(tasks.map(() => null));
      found.textContent = say(textFound, tasks.length, tasks.length);
    }
  }

  window.playpressTasks = start;
  document.head.append(Object.assign(document.createElement("script"), { src: address }));
})();
