// Drives the sites that playpress builds in a headless Chromium: what the theme promises to readers, whatever they read with.
//
//   PLAYPRESS  the binary (default: ../../target/debug/playpress)
//   CHROMIUM   the browser (default: /usr/bin/chromium)
//   ONLY       run only the tests whose name holds this

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

import { MANY, writeBook } from "./book.mjs";
import { catalogueTests } from "./catalogue.mjs";
import { liveTests } from "./live.mjs";
import { markupTests } from "./markup.mjs";
import { searchTests } from "./search.mjs";

const here = import.meta.dirname;
const repository = resolve(here, "../..");
const binary = resolve(here, process.env.PLAYPRESS ?? join(repository, "target/debug/playpress"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// ---- The sites, and a server for them. ----

const work = mkdtempSync(join(tmpdir(), "playpress-browser-"));
const sites = join(work, "sites");

function build(root, name, allowed) {
  const run = spawnSync(binary, ["build", "--root", root, "-d", join(sites, name), "-q"], { encoding: "utf8" });
  assert.ok(allowed.includes(run.status), `playpress build of ${name}: status ${run.status}, ${run.error ?? ""}\n${run.stdout}${run.stderr}`);
}

const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png" };

function serve() {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://127.0.0.1").pathname));
    const named = path.endsWith("/") ? `${path}index.html` : path;
    // The own book is also at the root, as its page for what is not there knows no other address.
    const file = [join(sites, named), join(sites, "own/internal", named)].find((file) => existsSync(file)) ?? join(sites, named);
    response.setHeader("Content-Security-Policy", "default-src 'self'");
    if (!file.startsWith(sites) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end("not found");
      return;
    }
    response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
    response.end(readFileSync(file));
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

// ---- Pages under watch: whatever the browser complains of fails the test. ----

let browser;
let origin;

/** Opens a page, gives it to `use`, and fails if the browser had anything to say. */
async function visit(path, options, use) {
  const { width = 1280, height = 900, ...rest } = options;
  const context = await browser.newContext({ viewport: { width, height }, ...rest });
  const complaints = [];
  try {
    const page = await context.newPage();
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(`console ${message.type()}: ${message.text()}`); });
    page.on("pageerror", (error) => complaints.push(`page error: ${error}`));
    // What the next page makes the browser give up is no fault.
    page.on("requestfailed", (request) => { if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`failed request: ${request.url()}`); });
    if (options.javaScriptEnabled !== false) {
      await page.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
        window.shifts = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
      });
    }
    await page.goto(path.includes("://") ? path : origin + path, { waitUntil: "load" });
    await use(page, context);
  } finally {
    await context.close();
  }
  assert.deepEqual(complaints, [], "the browser complains");
}

/** Runs axe-core with all its rules. */
async function accessible(page, state = "") {
  await page.evaluate(`${axe}; undefined`);
  const violations = await page.evaluate(async () => {
    const result = await window.axe.run(document, { rules: { "target-size": { enabled: true } } });
    return result.violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 3).map((node) => `    ${node.html}\n    ${node.any.concat(node.all).map((check) => check.message).join("; ")}`).join("\n")}`);
  });
  assert.deepEqual(violations, [], `axe ${state}: ${violations.join("\n")}`);
}

const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))));

const isShown = (page, selector) => page.locator(selector).first().isVisible();

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// ---- The tests. ----

const tests = [];
const test = (name, run) => tests.push([name, run]);

const own = ["index.html", "author-write-a-page.html", "role-guide/docs-author.html", "reference/book-toml.html"].map((page) => `/own/internal/${page}`);
const kinds = [
  ["a start page", own[0]],
  ["a process page", own[1]],
  ["a page in a folder", own[2]],
  ["a page of tables", own[3]],
  ["the catalogue of tasks", "/own/internal/tasks/index.html"],
  ["a task", "/own/internal/tasks/1103.html"],
  ["a role", "/own/internal/roles/docs-author.html"],
  ["the map of processes", "/own/internal/phases/index.html"],
  ["what is new", "/own/internal/whats-new.html"],
  ["a generated index", "/book/index.html"],
  ["a wide table and code", "/book/wide.html"],
  ["alerts and gaps", "/book/alerts.html"],
  ["tabs and columns", "/book/learn.html"],
  ["a long page", "/book/long.html"],
  ["a page from right to left", "/book/ar/long.html"],
  ["a page deep in the tree", "/book/phases/one/process/step.html"],
  ["a page among many", "/book/many/page-50.html"],
];

test("the contents of the page know where a jump has led", () => visit("/own/internal/reference/search.html", { height: 500 }, async (page) => {
  const marked = () => page.locator(".on-this-page a[aria-current]").innerText();
  const top = await page.locator("#how-it-is-made").evaluate((heading) => heading.getBoundingClientRect().top + scrollY);
  await page.evaluate((top) => scrollTo(0, top + 40), top);
  await page.waitForFunction(() => document.querySelector(".on-this-page a[aria-current]")?.textContent === "How it is made");
  await page.evaluate(() => scrollTo(0, 300));
  await page.waitForFunction(() => document.querySelector(".on-this-page a[aria-current]")?.textContent === "What readers type");
  assert.equal(await marked(), "What readers type");
}));

test("the row of a task is as high as its text, and a heading has a link to itself", () => visit("/own/internal/author-write-a-page.html", { width: 1920 }, async (page) => {
  const heights = await page.locator("tr[id^=task-] .copy-link").first().evaluate((button) => {
    const row = button.closest("tr");
    const before = row.offsetHeight;
    button.hidden = true;
    return [before, row.offsetHeight];
  });
  assert.equal(heights[0], heights[1], "the button takes no room");
  await page.locator("h2#objectives").hover();
  assert.match(await page.locator("h2#objectives > .heading-link").getAttribute("href"), /^#objectives$/);
  assert.equal(await page.locator("h2#objectives > .heading-link").evaluate((link) => getComputedStyle(link).opacity), "1");
}));

for (const [kind, path] of kinds) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [375, 1280]) {
      test(`axe: ${kind}, ${colorScheme}, ${width} px`, () => visit(path, { width, colorScheme }, async (page) => {
        await settled(page);
        await accessible(page);
      }));
    }
  }
  test(`no horizontal overflow: ${kind}`, () => visit(path, {}, async (page) => {
    for (const width of [320, 375, 768, 1000, 1280, 2560]) {
      for (const direction of ["ltr", "rtl"]) {
        await page.setViewportSize({ width, height: 800 });
        await page.evaluate((direction) => { document.documentElement.dir = direction; }, direction);
        await settled(page);
        assert.ok(await overflow(page) <= 0, `at ${width} px, ${direction}: ${await overflow(page)} px too wide`);
      }
    }
  }));
}

test("every page of this repository's playbook: no complaint, no overflow, no axe violation", () => visit(own[0], { width: 320 }, async (page) => {
  for (const edition of ["internal", "partner"]) {
    const folder = join(sites, "own", edition);
    for (const file of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".html") && file !== "404.html")) {
      await page.goto(`${origin}/own/${edition}/${file}`);
      await settled(page);
      assert.ok(await overflow(page) <= 0, file);
      await accessible(page, file);
    }
  }
}));

test("axe: more contrast, forced colors, a chosen scheme", () => visit("/book/alerts.html", {}, async (page) => {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, contrast: "more" });
    await accessible(page, `more contrast, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light", contrast: "no-preference", forcedColors: "active" });
  await settled(page);
  await accessible(page, "forced colors");
}));

test("axe: the menu open on a narrow screen, and entries opened", async () => {
  await visit("/book/wide.html", { width: 375 }, async (page) => {
    await page.click(".menu-button");
    await page.locator(".toggle").first().click();
    await page.locator(".menu li.is-open > ul a").first().waitFor();
    await accessible(page, "menu");
    assert.ok(await overflow(page) <= 0);
  });
  await visit("/book/index.html", { colorScheme: "dark" }, async (page) => {
    await page.locator(".toggle").first().click();
    await page.locator("li.is-open > ul a").first().waitFor();
    await accessible(page, "index");
  });
});

/** What a reader of the navigation does: opens two levels of a branch that the page does not hold, and follows a link. */
async function opensBranch(page) {
  const asked = [];
  page.on("request", (request) => { if (/nav-\d+\.js$/.test(request.url())) asked.push(request.url()); });
  const entry = page.locator(".tree > ul > li", { hasText: "Phase <one>" });
  const toggle = entry.locator(":scope > .toggle");
  assert.equal(await toggle.getAttribute("aria-expanded"), "false");
  assert.equal(await toggle.getAttribute("aria-label"), "Pages under “Phase <one> & its \"tasks\"”");
  await toggle.click();
  const inner = entry.locator(":scope > ul > li");
  await inner.locator(":scope > a").waitFor();
  assert.equal(await toggle.getAttribute("aria-expanded"), "true");
  assert.equal(await page.locator(`[id="${await toggle.getAttribute("aria-controls")}"] > li`).count(), 1);
  await inner.locator(":scope > .toggle").click();
  await inner.locator(":scope > ul > li").nth(1).waitFor();
  const elsewhere = page.locator(".tree > ul > li", { hasText: "Elsewhere" });
  await elsewhere.locator(":scope > .toggle").click();
  await elsewhere.locator(":scope > ul a").waitFor();
  assert.equal(await elsewhere.locator(":scope > ul a").getAttribute("href"), "https://example.org/there");
  assert.equal(asked.length, 1, `the script is loaded once: ${asked}`);
  await toggle.click();
  assert.equal(await inner.isVisible(), false);
  await toggle.click();
  await inner.locator(":scope > ul > li a", { hasText: "Another step" }).click();
  await page.waitForLoadState("load");
  assert.equal(await page.locator("h1").innerText(), "Another step");
  assert.match(page.url(), /phases\/one\/process\/other\.html$/);
}

for (const path of ["/book/wide.html", "/book/many/page-50.html", "/book/index.html"]) {
  test(`the navigation opens more than the page holds: ${path}`, () => visit(path, {}, opensBranch));
}
test("the navigation opens more than the page holds, from disk", async () => {
  for (const path of ["wide.html", "many/page-3.html", "index.html"]) await visit(pathToFileURL(join(sites, "book", path)).href, {}, opensBranch);
});

test("a list that the page holds in part is completed", () => visit("/book/many/page-50.html", {}, async (page) => {
  const list = page.locator("ul:has(> li > [aria-current=page])");
  const before = await list.locator(":scope > li > a").count();
  assert.ok(before < MANY, `${before}`);
  await list.locator(".more").click();
  await page.waitForFunction((many) => document.querySelectorAll("ul:has(> li > [aria-current=page]) > li > a").length === many, MANY);
  assert.deepEqual(await list.locator(":scope > li > a").allInnerTexts(), Array.from({ length: MANY }, (_, number) => `Page ${number} of many`));
  assert.equal(await page.locator(".more").count(), 0);
}));

test("the page's own entry is in view in the navigation, and the page does not scroll for it", () => visit("/book/many/page-50.html", { height: 500 }, async (page) => {
  const current = await page.locator(".menu [aria-current=page]").boundingBox();
  assert.ok(current.y > 0 && current.y + current.height < 500, JSON.stringify(current));
  assert.equal(await page.evaluate(() => scrollY), 0);
}));

test("the contents of the page follow the scroll, and nothing jumps", () => visit("/book/long.html", {}, async (page) => {
  const marked = async () => {
    await settled(page);
    return page.locator(".on-this-page [aria-current=true]").allInnerTexts();
  };
  assert.deepEqual(await marked(), []);
  for (const title of ["Section 3", "Part 3.1", "Section 6", "Part 1.1"]) {
    await page.evaluate((title) => {
      const heading = Array.from(document.querySelectorAll("h2, h3")).find((heading) => heading.textContent === title);
      scrollTo(0, heading.getBoundingClientRect().top + scrollY - 120);
    }, title);
    assert.deepEqual(await marked(), [title]);
  }
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  assert.deepEqual(await marked(), ["Short three"]);
  await page.click(".on-this-page a:has-text('Short one')");
  assert.deepEqual(await marked(), ["Short one"]);
  await page.click(".on-this-page a:has-text('Section 2')");
  assert.deepEqual(await marked(), ["Section 2"]);
  const top = await page.locator("h2", { hasText: "Section 2" }).boundingBox();
  assert.ok(top.y >= 56 && top.y < 200, `below the header: ${top.y}`);
  assert.ok(await page.evaluate(() => window.shifts) < 0.01, `layout shift ${await page.evaluate(() => window.shifts)}`);
}));

test("nothing jumps while pages load", async () => {
  for (const [, path] of kinds) {
    for (const width of [375, 1280]) {
      await visit(path, { width }, async (page) => {
        await settled(page);
        const shifts = await page.evaluate(() => window.shifts);
        assert.ok(shifts < 0.02, `${path} at ${width}: layout shift ${shifts}`);
      });
    }
  }
});

test("keyboard: the skip link is first and leads to the text", () => visit("/book/long.html", {}, async (page) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const box = await page.locator(".skip").boundingBox();
  assert.ok(box.y >= 0 && box.x >= 0, "it is shown");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "page.text");
}));

test("keyboard: Tab reaches the toggles, Enter and Space work them", () => visit("/book/wide.html", {}, async (page) => {
  const tabTo = async (selector) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
    }
    assert.fail(`Tab does not reach ${selector}`);
  };
  await tabTo(".toggle");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid", "the focus is seen");
  await page.keyboard.press("Enter");
  await page.locator(".menu li.is-open > ul a").first().waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "A process");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Space");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "false");
  await tabTo(".table-box");
  const before = await page.locator(".table-box.is-wide").evaluate((box) => box.scrollLeft);
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(300);
  assert.ok(await page.locator(".table-box.is-wide").evaluate((box) => box.scrollLeft) > before, "arrows scroll the table");
  await tabTo("pre");
}));

test("narrow: the menu covers the page, keeps the focus, and closes", () => visit("/book/long.html", { width: 375, height: 700 }, async (page) => {
  assert.equal(await isShown(page, ".menu"), false);
  const button = page.locator("button.menu-button");
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await button.focus();
  await page.keyboard.press("Enter");
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  assert.equal(await isShown(page, ".menu"), true);
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => !document.activeElement.closest("main, .on-this-page, .site-footer")), "the focus stays out of what is covered");
  }
  await page.keyboard.press("Escape");
  assert.equal(await isShown(page, ".menu"), false);
  assert.equal(await page.evaluate(() => document.activeElement.className), "menu-button");
  await button.click();
  await page.setViewportSize({ width: 1280, height: 800 });
  await settled(page);
  assert.equal(await page.evaluate(() => document.querySelector("main").inert), false, "a wider screen sets the page free");
  await page.setViewportSize({ width: 375, height: 700 });
  await button.click();
  await page.click(".menu a:has-text('Alerts and gaps')");
  await page.waitForURL(/alerts\.html$/);
}));

test("without a script: the text, the menu and the tables are there", async () => {
  await visit("/book/wide.html", { width: 375, javaScriptEnabled: false }, async (page) => {
    assert.equal(await isShown(page, "main h1"), true);
    assert.equal(await isShown(page, ".scheme"), false);
    assert.equal(await isShown(page, ".toggle"), false);
    await page.click("a.menu-button");
    await page.locator(".menu a", { hasText: "Alerts and gaps" }).click();
    await page.waitForURL(/alerts\.html$/);
    await page.click(".on-this-page summary");
    assert.equal(await isShown(page, ".on-this-page a"), true);
  });
  await visit("/book/wide.html", { javaScriptEnabled: false }, async (page) => {
    assert.equal(await isShown(page, ".menu a"), true);
    const [table, text] = await Promise.all([page.locator("table").first().boundingBox(), page.locator("article").boundingBox()]);
    assert.ok(table.width <= text.width, "the wide table is cut to the text");
    await page.click(".menu a:has-text('Many pages')");
    assert.match(page.url(), /many\/page-0\.html$/, "a group leads to its first page");
  });
});

test("a wide table scrolls within itself and keeps its header and first column", async () => {
  for (const width of [375, 1280]) {
    await visit("/book/wide.html", { width, height: 700 }, async (page) => {
      await settled(page);
      assert.equal(await page.locator(".table-box.is-wide").count(), 1, "only the table that is wider");
      const box = page.locator(".table-box.is-wide");
      assert.equal(await box.getAttribute("tabindex"), "0");
      assert.equal(await box.getAttribute("aria-label"), "Table, scrolls sideways: A wide table");
      assert.equal(await page.locator(".table-box:not(.is-wide)").getAttribute("tabindex"), null);
      assert.equal(await page.locator("pre[tabindex='0'][role=group][aria-label]").count(), 1, "only the code that is wider");
      await box.evaluate((box) => { box.scrollLeft = 300; box.scrollTop = 400; });
      await settled(page);
      const places = await box.evaluate((box) => {
        const at = (selector) => box.querySelector(selector).getBoundingClientRect();
        const outer = box.getBoundingClientRect();
        return {
          scrolled: [box.scrollLeft, box.scrollTop],
          first: at("tbody tr:nth-child(20) > :first-child").left - outer.left,
          header: at("thead th:nth-child(6)").top - outer.top,
          corner: [at("thead th").left - outer.left, at("thead th").top - outer.top],
          share: at("thead th").width / outer.width,
          page: scrollX,
        };
      });
      assert.deepEqual(places.scrolled, [300, 400]);
      assert.deepEqual([places.first, places.header, ...places.corner, places.page], [1, 1, 1, 1, 0]);
      assert.ok(places.share < 0.5, "the first column leaves room for the others");
    });
  }
});

test("the header of a table that fits stays below the header of the page", () => visit(own[3], { height: 500 }, async (page) => {
  const place = await page.evaluate(async () => {
    const table = Array.from(document.querySelectorAll(".table-box:not(.is-wide) table")).find((table) => table.offsetHeight > 300);
    if (!table) return null;
    scrollTo(0, table.getBoundingClientRect().top + scrollY + 100);
    await new Promise((done) => setTimeout(done, 100));
    return { head: table.querySelector("th").getBoundingClientRect().top, bar: document.querySelector(".site-header").getBoundingClientRect().bottom };
  });
  assert.ok(place, "there is such a table");
  assert.ok(Math.abs(place.head - place.bar) <= 1, JSON.stringify(place));
}));

test("code is colored by its language, without a script", async () => {
  for (const colorScheme of ["light", "dark"]) {
    await visit("/book/wide.html", { javaScriptEnabled: false, colorScheme }, async (page) => {
      const code = page.locator("code.lang-powershell");
      assert.equal((await code.innerText()).trimEnd(), COPIED);
      const colors = await code.locator("span").evaluateAll((spans) => new Set(spans.map((span) => getComputedStyle(span).color)).size);
      assert.equal(colors, 4, "comment, name, number and string");
    });
  }
});

/** Without the break at its end, so that a terminal does not run it at once. */
const COPIED = '# Large ones\nGet-Item "x" | ? { $_ -gt 5 }';
const allowed = { permissions: ["clipboard-read", "clipboard-write"] };
const copyOf = (page) => page.locator(".code-box", { has: page.locator("code.lang-powershell") }).locator(".copy");
const spoken = async (page) => {
  await page.waitForFunction(() => document.querySelector("[role=status]").textContent !== "");
  return page.locator("[role=status]").innerText();
};
const pasted = (page) => page.evaluate(() => navigator.clipboard.readText());

test("code is copied with the pointer and with the keyboard, and that is said", () => visit("/book/wide.html", allowed, async (page) => {
  const button = copyOf(page);
  assert.equal(await page.locator(".copy").count(), await page.locator("article pre").count());
  assert.equal(await button.getAttribute("aria-label"), "Copy the code");
  const opacity = () => button.evaluate((button) => getComputedStyle(button).opacity);
  assert.equal(await opacity(), "0", "it is not in the way");
  await page.locator("code.lang-powershell").hover();
  assert.equal(await opacity(), "1");
  await button.click();
  assert.equal(await spoken(page), "The code is copied.");
  assert.equal(await pasted(page), COPIED);
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.mouse.move(0, 0);
  await page.locator("code.lang-powershell").evaluate((code) => { code.closest(".code-box").previousElementSibling.querySelector(".copy").focus(); });
  await page.keyboard.press("Tab");
  assert.ok(await button.evaluate((button) => button === document.activeElement), "Tab leads to it");
  assert.equal(await opacity(), "1", "the focus shows it");
  await page.evaluate(() => { document.querySelector("[role=status]").textContent = ""; });
  await page.keyboard.press("Enter");
  assert.equal(await spoken(page), "The code is copied.");
  assert.equal(await pasted(page), COPIED);
  await accessible(page, "copied");
}));

test("code is copied from disk", () => visit(pathToFileURL(join(sites, "book/wide.html")).href, {}, async (page) => {
  await copyOf(page).click();
  assert.match(await spoken(page), /^The code is (copied|selected)/);
}));

test("where the browser does not copy, the old way is tried, and else the code is selected", async () => {
  await visit("/book/wide.html", allowed, async (page) => {
    await page.evaluate(() => {
      window.read = navigator.clipboard.readText.bind(navigator.clipboard);
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    });
    await copyOf(page).click();
    assert.equal(await spoken(page), "The code is copied.");
    assert.equal(await page.evaluate(() => window.read()), COPIED);
    assert.equal(await page.evaluate(() => getSelection().toString()), "");
    assert.ok(await copyOf(page).evaluate((button) => button === document.activeElement), "the focus stays");
  });
  await visit("/book/wide.html", {}, async (page) => {
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
      document.execCommand = () => false;
    });
    await copyOf(page).click();
    assert.match(await spoken(page), /^The code is selected\./);
    assert.equal((await page.evaluate(() => getSelection().toString())).trimEnd(), COPIED);
  });
});

test("tabs show one panel, are chosen together, and follow the keyboard and the address", async () => {
  await visit("/book/learn.html", {}, async (page) => {
    const shown = () => page.locator("[role=tab]:visible").evaluateAll((tabs) => tabs.map((tab) => `${tab.textContent}${tab.getAttribute("aria-selected") === "true" ? "*" : ""}`));
    const panels = () => page.locator("[role=tabpanel]:visible > p:first-child").evaluateAll((all) => all.map((text) => text.textContent.split(".")[0]));
    assert.deepEqual(await shown(), ["Cloud*", "Own machines", "Small, in the cloud*", "Every size"]);
    assert.deepEqual(await panels(), ["In the cloud", "Small"]);
    await page.locator("[role=tab]").first().focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Own machines");
    assert.deepEqual(await shown(), ["Cloud", "Own machines*", "Large*", "Every size"]);
    assert.deepEqual(await panels(), ["On own machines", "Large"]);
    await accessible(page, "tabs");
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await panels(), ["In the cloud", "Small"], "it goes round");
    await page.click("[role=tab]:has-text('Every size')");
    assert.deepEqual(await panels(), ["In the cloud", "Any"]);
    await page.click("[role=tab]:has-text('Own machines')");
    await settled(page);
    assert.deepEqual(await page.locator(".on-this-page [aria-current=true]").allInnerTexts(), ["Tabs"], "a heading that is not shown is not where the reader is");
    await page.evaluate(() => { location.hash = "#deep-in-the-cloud"; });
    await page.locator("#deep-in-the-cloud").waitFor({ state: "visible" });
    assert.deepEqual(await panels(), ["In the cloud", "Any"], "a link into a panel shows it, and what was chosen below stays");
    const [first, second] = await page.locator(".column").evaluateAll((all) => all.map((column) => column.getBoundingClientRect().toJSON()));
    assert.ok(first.top === second.top && second.width > first.width, "columns stand beside one another");
    const line = page.locator("code.lang-powershell .hl-line");
    assert.equal((await line.innerText()).trimEnd(), 'Get-Item "x"');
    assert.equal(await line.locator(".hl-string").innerText(), '"x"');
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("[role=tabpanel]:visible").count(), 5, "paper has all");
  });
  await visit("/book/learn.html", { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator("[role=tabpanel]:visible").count(), 5, "so has a page without a script");
  });
});

test("a page leads to its twin in another language, which has its own direction", () => visit("/book/long.html", {}, async (page) => {
  const link = page.locator(".alternates a");
  assert.deepEqual([await link.innerText(), await link.getAttribute("lang"), await link.getAttribute("hreflang")], ["العربية", "ar", "ar"]);
  assert.equal(await page.locator("link[rel=alternate][hreflang=ar]").getAttribute("href"), "ar/long.html");
  await link.click();
  await page.waitForURL(/ar\/long\.html$/);
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ["ar", "rtl"]);
  const [menu, text] = await Promise.all([page.locator(".menu").boundingBox(), page.locator("article").boundingBox()]);
  assert.ok(menu.x > text.x, "the menu stands at the right");
  assert.equal(await page.locator("pre").first().evaluate((pre) => getComputedStyle(pre).direction), "ltr", "code runs from left to right");
  await page.click(".alternates a:has-text('English')");
  await page.waitForURL(/book\/long\.html$/);
}));

test("light, dark or as the system: chosen, remembered, and there before the first paint", () => visit("/book/long.html", { colorScheme: "light" }, async (page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  const button = page.locator(".scheme");
  assert.equal(await button.getAttribute("aria-label"), "Colors: as the system");
  await button.click();
  await button.click();
  assert.equal(await button.getAttribute("aria-label"), "Colors: dark");
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      observer.disconnect();
      window.early = document.documentElement.dataset.scheme;
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${origin}/book/alerts.html`);
  assert.equal(await page.evaluate(() => window.early), "dark", "it is set before there is a body");
  assert.equal(await paper(), dark);
  await accessible(page, "chosen dark");
  await page.locator(".scheme").click();
  await page.reload();
  assert.equal(await paper(), light);
}));

test("on paper there is the text alone, dark on white, and nothing is cut off", () => visit("/book/wide.html", { width: 800, colorScheme: "dark" }, async (page) => {
  await settled(page);
  await page.emulateMedia({ media: "print" });
  for (const selector of [".site-header", ".menu", ".on-this-page", ".beside", ".site-footer", ".skip"]) {
    assert.equal(await isShown(page, selector), false, selector);
  }
  assert.equal(await isShown(page, "main h1"), true);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  assert.equal(await page.locator(".table-box").first().evaluate((box) => getComputedStyle(box).overflowY), "visible");
  assert.equal(await page.locator(".table-box").first().evaluate((box) => box.scrollHeight > box.clientHeight + 1), false);
}));

test("a page has landmarks with names, one h1, and one main", async () => {
  for (const [, path] of kinds) {
    await visit(path, {}, async (page) => {
      assert.equal(await page.locator("main").count(), 1);
      assert.equal(await page.locator("h1").count(), 1, path);
      const names = await page.locator("nav").evaluateAll((all) => all.map((nav) => nav.getAttribute("aria-label") ?? document.getElementById(nav.getAttribute("aria-labelledby")).textContent));
      assert.equal(new Set(names).size, names.length, `${names}`);
    });
  }
});

test("no inline script, style or handler in any page", () => {
  for (const file of readdirSync(sites, { recursive: true }).filter((file) => file.endsWith(".html"))) {
    // What the manual shows as code is text.
    const html = readFileSync(join(sites, file), "utf8").replace(/<code[^]*?<\/code>/g, "");
    assert.doesNotMatch(html, /<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+="/i, file);
  }
});

markupTests(test, { sites });
catalogueTests(test, { visit, accessible, settled, sites });
searchTests(test, { visit, accessible, settled, sites });
liveTests(test, { browser: () => browser, accessible, settled, binary, work });

// ---- The run. ----

let passed = 0;
let failed = 0;
let server;
try {
  const book = join(work, "book");
  writeBook(book);
  build(repository, "own", [0]);
  // The book has gaps, which are errors: the site is written all the same.
  build(book, "book", [0, 1]);
  server = await serve();
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  for (const [name, run] of tests.filter(([name]) => name.includes(process.env.ONLY ?? ""))) {
    try {
      await run();
      passed += 1;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${String(error.message).replace(/^/gm, "        ")}`);
    }
  }
} catch (error) {
  failed += 1;
  console.log(`FAILED  to start\n${error.stack}`);
} finally {
  await browser?.close();
  server?.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
