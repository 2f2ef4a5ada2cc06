// Sets the colors that the reader chose before the page is painted, so that nothing flashes. `playpress.js` has the switch.
try {
  const chosen = localStorage.getItem("playpress-scheme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.scheme = chosen;
} catch {
  // No storage is allowed here: the colors follow the system.
}
