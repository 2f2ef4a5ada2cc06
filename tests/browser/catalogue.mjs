// The catalogue of tasks, the pages of tasks and names, and the marks on pages, in a browser.

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export function catalogueTests(test, { visit, accessible, settled, sites }) {
  const catalogue = "/own/internal/tasks/index.html";
  const ids = (page) => page.locator(".tasks tbody [data-field=id] a").allInnerTexts();
  const ready = (page) => page.waitForFunction(() => !document.querySelector(".filter fieldset").disabled);
  const found = (page) => page.locator(".found").innerText();

  test("the catalogue: text, choices and order, and all of it in the address", () => visit(catalogue, {}, async (page) => {
    await ready(page);
    const all = await ids(page);
    assert.ok(all.length > 20 && all.every((id) => /^\d+$/.test(id)), String(all));
    assert.equal(await found(page), `${all.length} of ${all.length} tasks`);
    await page.getByLabel("Text or ID").fill("TOC.yml");
    const byText = await ids(page);
    assert.ok(byText.length > 0 && byText.length < all.length, String(byText));
    assert.match(page.url(), /\?q=TOC\.yml$/);
    assert.equal(await found(page), `${byText.length} of ${all.length} tasks`);
    await page.getByLabel("Text or ID").fill("");
    await page.getByLabel("Kind").selectOption("Mandatory");
    await page.getByLabel("Role").selectOption({ index: 1 });
    const chosen = await ids(page);
    assert.ok(chosen.length > 0 && chosen.length < all.length);
    assert.deepEqual(await page.locator(".tasks tbody [data-field=kind]").allInnerTexts().then((kinds) => [...new Set(kinds.map((kind) => kind.trim().split(/\s+/).pop()))]), ["Mandatory"]);
    await page.waitForTimeout(300);
    const choice = await page.locator("select[name=role]").evaluate((select) => select.selectedOptions[0].text);
    assert.match(choice, new RegExp(`\\(${chosen.length}\\)$`), "a choice says how many it leaves");
    await page.getByRole("button", { name: "Task", exact: true }).click();
    assert.equal(await page.locator("th[data-sort=name]").getAttribute("aria-sort"), "ascending");
    const names = await page.locator(".tasks tbody [data-field=name]").allInnerTexts();
    assert.deepEqual(names, names.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })));
    await accessible(page, "filtered");
    const sorted = await ids(page);
    await page.reload();
    await ready(page);
    assert.deepEqual(await ids(page), sorted, "the address holds all of it");
    await page.getByRole("button", { name: "Clear" }).click();
    await settled(page);
    assert.deepEqual(await ids(page), all);
    assert.doesNotMatch(page.url(), /\?/);
    await page.getByLabel("Text or ID").fill("no such task <b>");
    assert.equal(await found(page), "No task is like that.");
  }));

  test("the catalogue from disk", () => visit(pathToFileURL(join(sites, "own/internal/tasks/index.html")).href, {}, async (page) => {
    await ready(page);
    const before = (await ids(page)).length;
    await page.getByLabel("Text or ID").fill("1102");
    assert.deepEqual(await ids(page), ["1102"]);
    assert.ok(before > 1);
    await page.locator(".tasks tbody a").first().click();
    await page.waitForURL(/tasks\/1102\.html$/);
  }));

  test("the catalogue without a script is a plain table with all tasks", () => visit(catalogue, { javaScriptEnabled: false }, async (page) => {
    assert.ok((await ids(page)).length > 20);
    assert.equal(await page.locator(".filter").isVisible(), false);
    await page.goto(`${new URL(page.url()).origin}/own/internal/roles/docs-author.html`);
    assert.ok((await ids(page)).length > 5);
  }));

  test("the address of a task is copied, and leads to its row", () => visit("/own/internal/author-write-a-page.html", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    const row = page.locator("#task-1103");
    await row.hover();
    await row.getByRole("button", { name: "Copy the address of task 1103" }).click();
    await page.waitForFunction(() => document.querySelector("[role=status]").textContent === "The address is copied.");
    const address = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(address, /author-write-a-page\.html#task-1103$/);
    await page.goto(address);
    await settled(page);
    assert.ok(await row.evaluate((row) => row.matches(":target") && row.getBoundingClientRect().top > 60), "below the header");
    await row.locator("a.task-id").click();
    await page.waitForURL(/tasks\/1103\.html$/);
    assert.equal(await page.locator("h1").innerText(), "Add the page to toc.yml");
    await accessible(page, "a task");
  }));

  test("the map of the processes: links that the keyboard reaches", () => visit("/own/internal/phases/index.html", {}, async (page) => {
    const nodes = page.locator("svg.map a");
    assert.ok(await nodes.count() > 5);
    await nodes.last().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.endsWith("/phases/index.html"));
  }));

  test("a page that is not there has its style at any address", () => visit("/404.html", {}, async (page) => {
    assert.equal(await page.locator("h1").innerText(), "There is no such page");
    await accessible(page, "404");
  }));
}
