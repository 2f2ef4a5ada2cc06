// The search: its box, its page, and its client where something is wrong with the site.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export function searchTests(test, { visit, accessible, settled, sites }) {
  const home = "/own/internal/index.html";
  const box = (page) => page.getByRole("combobox", { name: "Search" });
  const options = (page) => page.locator("[role=option]");
  const said = (page) => page.locator(".found").innerText();
  const ask = async (page, query) => {
    await box(page).fill(query);
    await page.waitForFunction(() => document.querySelector(".search-panel .found").textContent !== "");
    await settled(page);
  };

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [375, 1280]) {
      test(`the search box with results, for every reader: ${colorScheme}, ${width} px`, () => visit(home, { width, colorScheme }, async (page) => {
        await ask(page, "task table");
        assert.ok(await options(page).count() > 3);
        await page.keyboard.press("ArrowDown");
        await accessible(page, "with results");
        await ask(page, "nothing is like thxxxzzq");
        await accessible(page, "with another spelling or nothing");
      }));
      test(`the page of the search, for every reader: ${colorScheme}, ${width} px`, () => visit("/own/internal/search.html?q=task", { width, colorScheme }, async (page) => {
        await page.waitForSelector(".hits .hit");
        await accessible(page, "results");
      }));
    }
  }

  test("the search box by keyboard: a key opens it, arrows choose, Enter goes, Escape leaves", () => visit(home, {}, async (page) => {
    await page.keyboard.press("/");
    assert.equal(await box(page).evaluate((input) => input === document.activeElement), true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    assert.equal(await box(page).evaluate((input) => input === document.activeElement), false, "Escape leaves an empty field");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("1103", { delay: 20 });
    await page.waitForFunction(() => document.querySelector("[role=option]"));
    assert.equal(await box(page).getAttribute("aria-expanded"), "true");
    assert.equal(await box(page).getAttribute("aria-activedescendant"), null);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const active = await box(page).getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`[id="${active}"]`).getAttribute("aria-selected"), "true");
    assert.match(await page.locator(`[id="${active}"]`).innerText(), /^1103 /, "the row of the task comes right after its page");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert.equal(await box(page).getAttribute("aria-activedescendant"), null, "up from the first is the field");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".search-panel").isVisible(), false);
    assert.equal(await box(page).inputValue(), "1103", "what was typed stays");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => !document.querySelector(".search-panel").hidden);
    await settled(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#task-1103$/);
    await settled(page);
    const row = page.locator("#task-1103");
    assert.ok(await row.evaluate((row) => row.matches(":target") && getComputedStyle(row.cells[0]).backgroundColor !== getComputedStyle(row.nextElementSibling?.cells[0] ?? document.body).backgroundColor), "the row is marked");
  }));

  test("the search box: what is said, narrowed, remembered and left for the page of the search", () => visit(home, {}, async (page) => {
    await ask(page, "page");
    const all = Number.parseInt(await said(page), 10);
    assert.ok(all > 6, await said(page));
    await page.locator(".facets").getByLabel("Role").selectOption({ index: 1 });
    await page.waitForFunction((all) => Number.parseInt(document.querySelector(".search-panel .found").textContent, 10) < all, all);
    const some = Number.parseInt(await said(page), 10);
    const choice = await page.locator(".facets").getByLabel("Role").evaluate((select) => select.selectedOptions[0].text);
    assert.match(choice, new RegExp(`\\(${some}\\)$`), "a choice says how many it leaves");
    await page.locator(".facets").getByLabel("Role").selectOption("");
    await page.waitForFunction((all) => Number.parseInt(document.querySelector(".search-panel .found").textContent, 10) === all, all);
    await page.locator(".all-hits").click();
    await page.waitForURL(/search\.html\?q=page$/);
    await page.waitForSelector(".hits .hit");
    assert.equal(Number.parseInt(await said(page), 10), all);
    await page.goBack();
    await box(page).fill("");
    await box(page).focus();
    await page.waitForSelector(".hit-recent");
    assert.deepEqual(await page.locator(".hit-recent").allInnerTexts(), ["page"]);
    await page.getByRole("button", { name: "Forget this" }).click();
    assert.equal(await page.locator(".hit-recent").count(), 0);
    assert.equal(await page.evaluate(() => localStorage.getItem("playpress-searches")), null);
  }));

  test("the page of the search: the address holds all, and more is shown on demand", () => visit("/own/internal/search.html?q=page&kind=task", {}, async (page) => {
    await page.waitForSelector(".hits .hit");
    assert.equal(await page.locator(".facets").getByLabel("Kind").inputValue(), "task");
    const some = Number.parseInt(await said(page), 10);
    await page.locator(".facets").getByLabel("Kind").selectOption("");
    await page.waitForFunction((some) => Number.parseInt(document.querySelector(".found").textContent, 10) > some, some);
    assert.match(page.url(), /search\.html\?q=page$/);
    assert.equal(await page.locator(".hits > .hit").count(), 20);
    await page.getByRole("button", { name: "Show more" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".hits > .hit").length > 20);
    assert.ok(await page.locator(".hits > .hit").nth(20).evaluate((hit) => hit.contains(document.activeElement)), "who asked for more goes on there");
    await page.getByRole("searchbox", { name: "Search" }).fill("vocabluary");
    await page.waitForFunction(() => document.querySelector(".found").textContent.includes("vocabulary"));
    assert.match(await said(page), /^No page has “vocabluary”\. These have “vocabulary”\. \d+ pages?$/);
    await page.getByRole("searchbox", { name: "Search" }).fill("<img src=x onerror=alert(1)> zzqqxx");
    await settled(page);
    assert.equal(await page.locator(".hits img").count(), 0);
    await page.getByRole("searchbox", { name: "Search" }).fill("1103");
    await page.waitForFunction(() => document.querySelector(".hits mark")?.textContent === "1103");
    await page.locator(".hit-row a").first().click();
    await page.waitForURL(/#task-1103$/);
  }));

  test("the search from disk", () => visit(pathToFileURL(join(sites, "own/internal/reference/theme.html")).href, {}, async (page) => {
    await ask(page, "1103");
    await options(page).nth(1).click();
    await page.waitForURL(/file:.*#task-1103$/);
  }));

  test("without a script, the field leads to a page that says what there is instead", () => visit(home, { javaScriptEnabled: false }, async (page) => {
    await page.getByRole("searchbox").fill("task");
    await page.getByRole("searchbox").press("Enter");
    await page.waitForURL(/search\.html\?q=task$/);
    assert.match(await page.locator("main").innerText(), /needs JavaScript/);
    await page.locator("main").getByRole("link", { name: "All pages as one" }).click();
    await page.waitForURL(/print\/index\.html$/);
  }));

  /** A copy of the partner's site, changed. */
  const copy = (name, change) => {
    const folder = join(sites, name);
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(sites, "own/partner"), folder, { recursive: true });
    change(join(folder, "search"));
    return `/${name}/index.html`;
  };
  const shards = (folder, sort) => readdirSync(join(folder, "en")).filter((name) => name.startsWith(sort)).map((name) => join(folder, "en", name));
  /** A visit at which the browser may complain that something is missing: that is what the test is about. */
  const broken = async (path, use) => {
    let complaints = null;
    try {
      await visit(path, {}, use);
    } catch (error) {
      if (!/the browser complains/.test(error.message)) throw error;
      complaints = error.actual;
    }
    assert.ok(complaints?.length, "something was missing");
    assert.ok(complaints.every((complaint) => /Failed to load resource|failed request/.test(complaint)), String(complaints));
  };

  test("a site without its index says so, and so does one that is out of reach", async () => {
    await broken(copy("no-index", (folder) => rmSync(folder, { recursive: true })), async (page) => {
      await ask(page, "task");
      assert.match(await said(page), /could not be loaded/);
    });
    await broken("/own/partner/index.html", async (page) => {
      await ask(page, "task");
      await page.context().setOffline(true);
      await box(page).fill("vocabulary of the index");
      await page.waitForFunction(() => document.querySelector(".search-panel .found").textContent.includes("could not be loaded"));
      await page.context().setOffline(false);
      await box(page).fill("vocabulary");
      await page.waitForFunction(() => /^\d+ page/.test(document.querySelector(".search-panel .found").textContent), "it goes on when there is a connection again");
    });
  });

  test("a damaged index says so, and shows nothing wrong", () => {
    const path = copy("damaged", (folder) => {
      for (const shard of shards(folder, "t")) writeFileSync(shard, readFileSync(shard, "utf8").replace(/task/g, "tusk"));
    });
    return visit(path, {}, async (page) => {
      await ask(page, "task");
      assert.match(await said(page), /damaged/);
      assert.equal(await options(page).count(), 0);
    });
  });

  test("a site that was published anew while a page is open goes on finding", () => {
    const path = copy("republished", () => {});
    return broken(path, async (page) => {
      await ask(page, "audiences");
      // All files of the index get other names, as if every page had changed.
      const folder = join(sites, "republished/search/en");
      const root = join(folder, "root.js");
      let text = readFileSync(root, "utf8");
      for (const shard of [...shards(join(folder, ".."), "t"), ...shards(join(folder, ".."), "x")]) {
        const old = shard.slice(folder.length + 1, -3);
        const fresh = old[0] + old.slice(1).split("").reverse().join("");
        text = text.replace(old.slice(1), fresh.slice(1));
        writeFileSync(join(folder, `${fresh}.js`), readFileSync(shard, "utf8").replaceAll(`en/${old}`, `en/${fresh}`));
        rmSync(shard);
      }
      // The sum is over what stands between the quotes, as JavaScript reads it.
      const payload = Function("let held; const playpressSearch = { add: (_name, _sum, payload) => { held = payload; } };" + text + "; return held;")();
      let sum = 0x811c9dc5;
      for (let at = 0; at < payload.length; at += 1) sum = Math.imul(sum ^ payload.charCodeAt(at), 0x01000193);
      writeFileSync(root, text.replace(/',\d+,'/, `',${sum >>> 0},'`));
      await box(page).fill("vocabulary of a refresh summary");
      await page.waitForFunction(() => /^\d+ pages/.test(document.querySelector(".search-panel .found").textContent));
      assert.ok(await options(page).count() > 0);
    });
  });

  test("the client in Node, with whatever may be asked", () => {
    const script = join(sites, "ask.mjs");
    mkdirSync(sites, { recursive: true });
    writeFileSync(script, `
      const { search } = await import(${JSON.stringify(pathToFileURL(join(sites, "own/internal/search/playpress-search.js")).href)});
      const [hit] = await search("task 1103", { lang: "en", limit: 3 });
      if (hit.url !== "author-write-a-page.html#task-1103" || !hit.excerpt.includes("<mark>1103</mark>") || !hit.rows.length || !hit.facets) throw new Error(JSON.stringify(hit));
      const narrowed = await search("page", { facets: { kind: ["task"] } });
      if (!narrowed.length || narrowed.some(({ rows }) => !rows.length)) throw new Error("narrowed");
      const queries = ["\\ud800", "\\udc00\\ud800 task", "\\0", "x".repeat(100000), "task ".repeat(30000), "(a+)+$", "\\u202e", "\\"", null, undefined, 42, {}, []];
      for (let index = 0; index < 400; index += 1) queries.push(Array.from({ length: index % 40 }, (_, at) => String.fromCharCode((index * 7919 + at * 104729) % 65536)).join(""));
      const start = performance.now();
      for (const query of queries) if (!Array.isArray(await search(query, { lang: "en" }))) throw new Error(String(query));
      console.log("fine", Math.round(performance.now() - start));
    `);
    const run = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: 120_000 });
    assert.match(run.stdout, /^fine \d+/, run.stderr);
  });
}
