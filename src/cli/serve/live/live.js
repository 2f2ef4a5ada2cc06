// What `playpress serve` adds to each page: it reloads when the book changes, and shows what is wrong with the page.
"use strict";

(() => {
  const base = "/__playpress/";

  // Reload on a change, and when a server that went away is back.
  let wasLost = false;
  const events = new EventSource(base + "events");
  events.addEventListener("change", () => location.reload());
  events.addEventListener("error", () => { wasLost = true; });
  events.addEventListener("open", () => { if (wasLost) location.reload(); });

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const show = (findings) => {
    if (!findings.summary) return;
    const style = element("link");
    style.rel = "stylesheet";
    style.href = base + "live.css";
    document.head.append(style);
    const panel = element("details", "", "playpress-live");
    panel.classList.toggle("has-errors", findings.errors > 0);
    panel.open = findings.errors > 0 && sessionStorage.getItem("playpress-live") !== "closed";
    panel.addEventListener("toggle", () => sessionStorage.setItem("playpress-live", panel.open ? "open" : "closed"));
    panel.append(element("summary", findings.summary));
    const text = element("pre", findings.text);
    text.tabIndex = 0;
    panel.append(text);
    document.body.append(panel);
  };

  fetch(base + "findings?page=" + encodeURIComponent(location.pathname))
    .then((response) => response.json())
    .then(show)
    .catch(() => { /* The server went away; the events say so. */ });
})();
