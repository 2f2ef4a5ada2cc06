// What `playpress serve` adds to each page: a change is shown where it is, without a jump, and what is wrong with the page stands in a panel.
"use strict";

(() => {
  const base = "/__playpress/";
  const isList = "list" in document.currentScript.dataset;

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const style = make("link", { rel: "stylesheet", href: `${base}live.css` });
  document.head.append(style);

  // ---- The page as it came, beside the page as it is: scripts add to the latter, so only the former can be compared with what comes next. ----

  /** Of each node of the page as it came, its node on the page. */
  const live = new WeakMap();
  const pair = (copy, node) => {
    live.set(copy, node);
    copy.childNodes.forEach((child, index) => pair(child, node.childNodes[index]));
  };
  /** Without what is ours, and what is not shown where scripts run. */
  const strip = (root) => root.querySelectorAll(`[src^="${base}"], [href^="${base}"], noscript`).forEach((own) => own.remove());
  const page = document.documentElement.cloneNode(true);
  pair(page, document.documentElement);
  strip(page);
  // The choice of the reader, which a script has set already.
  page.removeAttribute("data-scheme");

  /** The node below `parent` that holds `node`: scripts put boxes around what they find. */
  const below = (node, parent) => {
    let at = node;
    while (at && at.parentNode !== parent) at = at.parentNode;
    return at;
  };

  /** Makes `copy`, and what it stands for on the page, what `next` is. Throws where the page has been changed too much for that. */
  function update(copy, next, fresh) {
    if (copy.isEqualNode(next)) return;
    const real = live.get(copy);
    if (!real.isConnected) throw new Error("it is gone");
    if (copy.nodeType !== Node.ELEMENT_NODE) {
      copy.data = next.data;
      real.data = next.data;
      return;
    }
    for (const { name } of [...copy.attributes, ...next.attributes]) {
      const value = next.getAttribute(name);
      if (copy.getAttribute(name) === value) continue;
      for (const element of [copy, real]) {
        if (value === null) element.removeAttribute(name);
        else element.setAttribute(name, value);
      }
    }
    for (const [gone, come, follower] of differences([...copy.childNodes], [...next.childNodes])) replace(copy, gone, come, follower, fresh);
  }

  /** Puts `come` in the place of `gone`, which are children of `copy` before `follower`. */
  function replace(copy, gone, come, follower, fresh) {
    const real = live.get(copy);
    // What a script has put into a box is put there anew, with its box.
    const isSame = (child, index) => child.nodeName === come[index].nodeName && live.get(child).parentNode === real;
    if (gone.length === come.length && gone.every(isSame)) {
      gone.forEach((child, index) => update(child, come[index], fresh));
      return;
    }
    const before = follower ? below(live.get(follower), real) : null;
    if (follower && !before) throw new Error("its place is gone");
    for (const child of gone) {
      below(live.get(child), real)?.remove();
      child.remove();
    }
    for (const child of come) {
      const [mine, shown] = [document.importNode(child, true), document.importNode(child, true)];
      copy.insertBefore(mine, follower ?? null);
      real.insertBefore(shown, before);
      pair(mine, shown);
      fresh.push(shown);
    }
  }

  /** Where two lists of nodes differ: the nodes that go, those that come, and the node of the first list that stands behind them. */
  function differences(old, wanted) {
    const keys = (nodes) => nodes.map((node) => node.outerHTML ?? `${node.nodeType} ${node.data}`);
    const [from, to] = [keys(old), keys(wanted)];
    let start = 0;
    while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
    let [ends, ende] = [from.length, to.length];
    while (ends > start && ende > start && from[ends - 1] === to[ende - 1]) [ends, ende] = [ends - 1, ende - 1];
    // Nodes that are in each list once, in the longest order that both have: they stay.
    const once = (keys, end) => {
      const places = new Map();
      for (let at = start; at < end; at += 1) places.set(keys[at], places.has(keys[at]) ? -1 : at);
      return places;
    };
    const places = once(to, ende);
    const stays = [];
    for (const [key, at] of once(from, ends)) if (at >= 0 && places.get(key) >= 0) stays.push({ at, to: places.get(key), previous: null });
    const piles = [];
    for (const stay of stays) {
      let [low, high] = [0, piles.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (piles[middle].to < stay.to) low = middle + 1;
        else high = middle;
      }
      stay.previous = piles[low - 1] ?? null;
      piles[low] = stay;
    }
    const kept = [];
    for (let stay = piles.at(-1) ?? null; stay; stay = stay.previous) kept.unshift(stay);
    const found = [];
    let [at, too] = [start, start];
    for (const stay of [...kept, { at: ends, to: ende }]) {
      let [last, lasto] = [stay.at, stay.to];
      while (at < last && too < lasto && from[at] === to[too]) [at, too] = [at + 1, too + 1];
      while (at < last && too < lasto && from[last - 1] === to[lasto - 1]) [last, lasto] = [last - 1, lasto - 1];
      if (at < last || too < lasto) found.push([old.slice(at, last), wanted.slice(too, lasto), old[last]]);
      [at, too] = [stay.at + 1, stay.to + 1];
    }
    return found;
  }

  /** Scripts of the theme that take in what is new on a page; with any other the page is loaded anew. */
  const scripts = /(^|\/)assets\/js\/(scheme|playpress|search)\.js$/;
  const canSwap = () => [...page.querySelectorAll("script")].every((script) => scripts.test(script.getAttribute("src") ?? ""));
  /** What a head holds that is more than words. */
  const loads = (head) => [...head.querySelectorAll("link, script, style")].map((element) => element.outerHTML).join("\n");

  let isBusy = false;
  let isAgain = false;
  /** Shows the page as it is now. */
  async function refresh() {
    if (isBusy) {
      isAgain = true;
      return;
    }
    isBusy = true;
    try {
      const response = await fetch(location.href, { cache: "no-store" });
      if (!response.ok || response.redirected) return location.reload();
      const next = new DOMParser().parseFromString(await response.text(), "text/html").documentElement;
      strip(next);
      if (page.isEqualNode(next)) return;
      if (!canSwap() || loads(page.querySelector("head")) !== loads(next.querySelector("head"))) return location.reload();
      const fresh = [];
      update(page, next, fresh);
      document.dispatchEvent(new CustomEvent("playpress:swap", { detail: fresh }));
    } catch {
      location.reload();
    } finally {
      isBusy = false;
      if (isAgain) {
        isAgain = false;
        refresh();
      }
    }
  }

  // ---- What is wrong. ----

  const words = (count, what) => (count === 1 ? `1 ${what}` : `${count} ${what}s`);
  const counted = ({ errors, warnings, hints }) =>
    [[errors, "error"], [warnings, "warning"], [hints, "hint"]].filter(([count]) => count).map(([count, what]) => words(count, what)).join(", ");

  /** A sentence in which code stands between backticks. */
  const phrase = (text) => text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));

  function card({ code, severity, message, help, file, line, column, frame, included_from: from, href }) {
    const place = file && (line ? `${file}:${line}:${column}` : file);
    const head = make("p", { class: "message" }, make("b", {}, severity === "info" ? "hint" : severity), " ", ...phrase(message), " ", make("code", { class: "rule" }, code));
    const made = make("li", { class: severity }, head);
    if (place) made.append(make("p", { class: "place" }, href ? make("a", { href }, place) : place));
    if (frame.length) {
      const lines = frame.map(({ number, before, marked, after }) =>
        make("span", { class: "line" }, make("span", { class: "number", "aria-hidden": "true" }, String(number)), before, make("mark", {}, marked), after, "\n"));
      made.append(make("pre", { tabindex: "0", role: "group", "aria-label": `Lines of ${file}` }, ...lines));
    }
    if (from.length) made.append(make("p", { class: "from" }, `included from ${from.join(", from ")}`));
    if (help) made.append(make("p", { class: "help" }, make("b", {}, "help"), " ", ...phrase(help)));
    return made;
  }

  /** The cards, those of hints behind a button. */
  function cards({ cards: all, errors, warnings, hints }) {
    const list = (some) => make("ul", { class: "playpress-cards" }, ...some.map(card));
    const serious = all.filter(({ severity }) => severity !== "info");
    const others = all.filter(({ severity }) => severity === "info");
    const parts = serious.length ? [list(serious)] : [];
    if (others.length) {
      const more = make("details", { class: "playpress-hints" }, make("summary", {}, words(hints, "hint")), list(others));
      more.open = remembered("hints") === "open";
      more.addEventListener("toggle", () => remember("hints", more.open ? "open" : "closed"));
      parts.push(more);
    }
    const missing = errors + warnings + hints - all.length;
    if (missing > 0) parts.push(make("p", {}, `${words(missing, "more finding")}: playpress check shows all.`));
    return parts;
  }

  const remembered = (what) => {
    try {
      return sessionStorage.getItem(`playpress-${what}`);
    } catch {
      return null;
    }
  };
  const remember = (what, value) => {
    try {
      sessionStorage.setItem(`playpress-${what}`, value);
    } catch {
      // It holds for this page only.
    }
  };

  let panel = null;
  function showPanel(found) {
    const { errors, warnings, hints, all, problem } = found;
    const focused = panel?.contains(document.activeElement);
    const scrolled = panel?.querySelector(".body")?.scrollTop ?? 0;
    panel?.remove();
    panel = null;
    if (!problem && !errors && !warnings && !hints) return;
    const isOpen = Boolean(problem) || (remembered("panel") ?? (errors ? "open" : "closed")) === "open";
    const title = problem ? "The configuration cannot be used; this is the last good book" : counted(found);
    const body = make("div", { class: "body", id: "playpress.findings" });
    if (problem) body.append(make("pre", { tabindex: "0", role: "group", "aria-label": "What is wrong with the configuration" }, problem));
    body.append(...cards(found));
    body.append(make("p", { class: "all" }, make("a", { href: `${base}findings` }, all === 1 ? "The only finding of the book" : `All ${all} findings of the book`)));
    body.hidden = !isOpen;
    const button = make("button", { type: "button", "aria-expanded": String(isOpen), "aria-controls": body.id }, title);
    button.onclick = () => {
      body.hidden = !body.hidden;
      button.setAttribute("aria-expanded", String(!body.hidden));
      remember("panel", body.hidden ? "closed" : "open");
    };
    panel = make("aside", { class: "playpress-panel", "aria-label": "What is wrong with this page" }, button, body);
    panel.classList.add(problem || errors ? "has-errors" : warnings ? "has-warnings" : "has-hints");
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !body.hidden) button.click();
    });
    document.body.append(panel);
    body.scrollTop = scrolled;
    if (focused) button.focus();
  }

  function showList(found) {
    const main = document.querySelector(".playpress-list");
    const heading = main.querySelector("h1");
    const body = cards(found);
    main.replaceChildren(heading, make("p", { role: "status" }, counted(found) || "Nothing is wrong."), ...body);
    if (found.problem) heading.after(make("pre", { tabindex: "0" }, found.problem));
  }

  async function findings() {
    try {
      const response = await fetch(`${base}findings.json${isList ? "" : `?page=${encodeURIComponent(location.pathname)}`}`, { cache: "no-store" });
      const found = await response.json();
      if (isList) showList(found);
      else showPanel(found);
    } catch {
      // The server went away; the events say so.
    }
  }

  // ---- News. ----

  let wasLost = false;
  const events = new EventSource(`${base}events`);
  events.addEventListener("reload", () => { if (!isList) location.reload(); });
  events.addEventListener("change", () => { if (!isList) refresh(); });
  events.addEventListener("findings", findings);
  events.addEventListener("error", () => { wasLost = true; });
  events.addEventListener("open", () => {
    if (!wasLost) return;
    wasLost = false;
    // The server is back, or a laptop has woken up.
    if (!isList) refresh();
    findings();
  });
  findings();
})();
