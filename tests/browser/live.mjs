// `playpress serve` in a browser: changes come to the page by themselves, and what is wrong with it is said on it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const paragraphs = (count, word) => Array.from({ length: count }, (_, index) => `Paragraph ${index} of ${word}, which is long enough to take some room.\n`).join("\n");

const PAGES = {
  "index.md": `# Start\n\n[Next](guide/a.md)\n\n${paragraphs(40, "the start")}\n## Middle\n\nThe middle.\n\n${paragraphs(40, "the rest")}`,
  "guide/a.md": "# Guide A\n\n[!INCLUDE [part](../includes/part.md)]\n\nLast words.\n",
  "guide/bad.md": "# Bad\n\nA [link](nowhere.md) that leads nowhere.\n\n## Section\n\nText.\n",
  "includes/part.md": "A part.\n",
  "code.md": "# Code\n\nBefore.\n\n```sh\necho one\n```\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\nAfter.\n",
  "toc.yml": "- name: Start\n  href: index.md\n- name: Guide\n  href: guide/a.md\n",
  "book.toml": "[book]\ntitle = \"Live\"\n",
};

export function liveTests(test, { browser, accessible, settled, binary, work }) {
  let number = 0;

  /** Serves a book of its own, and opens a page of it. */
  async function live(path, use, options = {}) {
    const root = join(work, `live-${number += 1}`);
    const write = (name, text) => {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    };
    for (const [name, text] of Object.entries({ ...PAGES, ...options.pages })) write(name, text);
    const server = spawn(binary, ["serve", "--root", root, "--port", "0", ...(options.arguments ?? [])], { stdio: ["ignore", "ignore", "pipe"] });
    const said = [];
    const context = await browser().newContext({ viewport: { width: 1280, height: 800 }, ...options.context });
    try {
      const origin = await new Promise((resolve, reject) => {
        server.on("exit", () => reject(new Error(said.join("\n"))));
        createInterface({ input: server.stderr }).on("line", (line) => {
          said.push(line);
          const [address] = line.match(/^http:\/\/[^/]+/) ?? [];
          if (address) resolve(address);
        });
      });
      const page = await context.newPage();
      const complaints = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(origin + path, { waitUntil: "load" });
      // A page that is loaded anew has lost this.
      await page.evaluate(() => { window.isOld = true; });
      await use({ page, write, root, origin, said });
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
      server.kill("SIGKILL");
    }
  }
  const text = (page, words) => page.waitForFunction((words) => document.body.innerText.includes(words), words, { timeout: 20000 });
  const isOld = (page) => page.evaluate(() => window.isOld === true);

  test("live: an edit is put in its place, and the page does not move", () => live("/index.html", async ({ page, write }) => {
    await page.evaluate(() => {
      document.querySelector("#middle").scrollIntoView();
      document.querySelector("#middle + p").isKept = true;
      window.stood = document.querySelector("#middle").getBoundingClientRect().top;
    });
    write("index.md", PAGES["index.md"].replace("Paragraph 3 of", "Changed paragraph 3 of").replace("Paragraph 5 of the rest", "New one\n\nParagraph 5 of the rest"));
    await text(page, "Changed paragraph 3");
    await text(page, "New one");
    assert.ok(await isOld(page), "the page was not loaded anew");
    assert.ok(await page.evaluate(() => document.querySelector("#middle + p").isKept), "what did not change is the same element");
    await settled(page);
    const moved = await page.evaluate(() => Math.abs(document.querySelector("#middle").getBoundingClientRect().top - window.stood));
    assert.ok(moved < 3, `it moved by ${moved}`);
    write("index.md", PAGES["index.md"].replace("## Middle", "## Centre"));
    await text(page, "Centre");
    assert.ok(await isOld(page));
    assert.equal(await page.locator("#centre .heading-link").count(), 1, "a new heading has its link");
    assert.equal(await page.locator(".on-this-page a").innerText(), "Centre");
    await accessible(page, "after edits");
  }));

  test("live: many edits leave the page as a fresh one is", () => live("/code.html", async ({ page, write, origin }) => {
    const steps = [
      PAGES["code.md"].replace("echo one", "echo two"),
      PAGES["code.md"].replace("| 1 | 2 |", "| 1 | 2 |\n| 3 | 4 |"),
      PAGES["code.md"].replace("Before.", "Before.\n\n- a\n- b\n\n> [!NOTE]\n> Mind.\n\n```sh\nmore\n```\n"),
      PAGES["code.md"].replace(/```sh[^]*```\n/, ""),
      PAGES["code.md"].replace("# Code", "# Code and more\n\n## One\n\n## Two"),
      PAGES["code.md"],
    ];
    const shape = (page) => page.evaluate(() => {
      const copy = document.querySelector(".layout").cloneNode(true);
      for (const element of [copy, ...copy.querySelectorAll("*")]) element.removeAttribute("id");
      return copy.outerHTML.replace(/ (style|aria-current|open|aria-controls|class)="[^"]*"/g, "").replace(/\s+/g, " ");
    });
    for (const [index, step] of steps.entries()) {
      write("code.md", `${step}\nStep ${index}.\n`);
      await text(page, `Step ${index}.`);
      const other = await page.context().newPage();
      await other.goto(`${origin}/code.html`);
      await settled(other);
      await settled(page);
      assert.equal(await shape(page), await shape(other), `step ${index}`);
      await other.close();
    }
    assert.ok(await isOld(page));
    await page.locator("button.copy").first().click();
  }));

  test("live: includes, navigation, names and the configuration", () => live("/guide/a.html", async ({ page, write, root, origin }) => {
    write("includes/part.md", "Another part.\n");
    await text(page, "Another part.");
    write("toc.yml", `${PAGES["toc.yml"]}- name: Code in the menu\n  href: code.md\n`);
    await text(page, "Code in the menu");
    write("book.toml", "[book]\ntitle = \"Renamed\"\n");
    await page.waitForFunction(() => document.title.includes("Renamed"));
    // As editors write: another file, put in the place of the first.
    writeFileSync(join(root, "guide/.a.md.swp"), "");
    writeFileSync(join(root, "guide/a.md~"), "# Guide A\n\nBy rename.\n");
    renameSync(join(root, "guide/a.md~"), join(root, "guide/a.md"));
    rmSync(join(root, "guide/.a.md.swp"));
    await text(page, "By rename.");
    renameSync(join(root, "guide"), join(root, "handbook"));
    const status = async (path) => (await page.request.get(origin + path)).status();
    const becomes = async (path, wanted) => {
      for (let wait = 0; wait < 100 && await status(path) !== wanted; wait += 1) await new Promise((done) => setTimeout(done, 50));
      assert.equal(await status(path), wanted, path);
    };
    await becomes("/handbook/a.html", 200);
    await becomes("/guide/a.html", 404);
    write("handbook/new.md", "# New\n");
    await becomes("/handbook/new.html", 200);
    rmSync(join(root, "handbook/new.md"));
    await becomes("/handbook/new.html", 404);
    write("deep/er/page.md", "# Deep\n");
    await becomes("/deep/er/page.html", 200);
    write("deep/er/other.md", "# Other\n");
    await becomes("/deep/er/other.html", 200);
  }));

  test("live: styles of the project's theme and images are loaded anew", () => live("/index.html", async ({ page, write }) => {
    write("extra.css", "h1 { letter-spacing: 7px; }\n");
    await page.waitForFunction(() => getComputedStyle(document.querySelector("h1")).letterSpacing === "7px");
  }, { pages: { "book.toml": "[book]\ntitle = \"Live\"\n[output.html]\nadditional-css = [\"extra.css\"]\n", "extra.css": "h1 { letter-spacing: 1px; }\n" } }));

  for (const colorScheme of ["light", "dark"]) {
    test(`live: what is wrong with a page, and with the book, ${colorScheme}`, () => live("/guide/bad.html", async ({ page, write }) => {
      const panel = page.locator(".playpress-panel");
      await panel.waitFor();
      assert.match(await panel.locator("button").first().innerText(), /1 warning/);
      if (!(await panel.locator(".body").isVisible())) await panel.locator("button").first().click();
      assert.match(await panel.innerText(), /guide\/bad\.md:3:\d+/);
      assert.equal(await panel.locator("mark").first().innerText(), "nowhere.md");
      await accessible(page, "with the panel");
      await page.setViewportSize({ width: 375, height: 700 });
      await accessible(page, "with the panel, narrow");
      await page.keyboard.press("Escape");
      // Mended: the panel goes by itself.
      write("guide/bad.md", PAGES["guide/bad.md"].replace("nowhere.md", "a.md"));
      await page.waitForFunction(() => !/warning/.test(document.querySelector(".playpress-panel button")?.innerText ?? ""));
      write("guide/bad.md", PAGES["guide/bad.md"]);
      await page.waitForFunction(() => /warning/.test(document.querySelector(".playpress-panel button")?.innerText ?? ""));
      write("book.toml", "[book\n");
      await text(page, "The configuration cannot be used");
      write("book.toml", PAGES["book.toml"]);
      await page.waitForFunction(() => !document.body.innerText.includes("The configuration cannot be used"));
      await page.goto(new URL("/__playpress/findings", page.url()).href);
      await page.locator(".playpress-cards li").first().waitFor();
      assert.match(await page.locator("main").innerText(), /nowhere\.md/);
      await accessible(page, "the list");
      await page.locator(".playpress-cards .place a").first().click();
      await page.waitForURL(/guide\/bad\.html/);
    }, { context: { colorScheme } }));
  }

  test("live: files that the system does not tell of", () => live("/index.html", async ({ page, write }) => {
    write("index.md", "# Start\n\nSeen by looking.\n");
    await text(page, "Seen by looking.");
  }, { arguments: ["--watcher", "poll"] }));
}
