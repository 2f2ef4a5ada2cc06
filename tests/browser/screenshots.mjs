// Draws the pictures of README.md from this repository's own playbook, or pictures of any site to look at.
//
//   node screenshots.mjs                     writes docs/*.png of this repository
//   node screenshots.mjs SITE OUT PAGE…      writes each page of a built site to OUT, in light and dark, at 375, 1280 and 1920 px
//
//   PLAYPRESS, CHROMIUM  as in run.mjs

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const here = import.meta.dirname;
const repository = resolve(here, "../..");
const binary = resolve(here, process.env.PLAYPRESS ?? join(repository, "target/debug/playpress"));
const [site, out, ...pages] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--font-render-hinting=none"],
});

/** `scroll`: pixels, or the element that the picture starts with. */
async function draw(file, picture, { width, height, colorScheme, scroll = 0 }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  await page.evaluate((scroll) => {
    if (typeof scroll === "number") scrollTo(0, scroll);
    else document.querySelector(scroll).scrollIntoView();
  }, scroll);
  await page.waitForTimeout(200);
  await page.screenshot({ path: picture });
  await context.close();
  console.log(picture);
}

if (site) {
  mkdirSync(out, { recursive: true });
  for (const path of pages) {
    // `page.html@900` is scrolled to 900 px.
    const [file, scroll = "0"] = path.split("@");
    for (const colorScheme of ["light", "dark"]) {
      for (const [width, height] of [[375, 800], [1280, 900], [1920, 1080]]) {
        const name = `${path.replace(/\.html/, "").replaceAll(/[/@]/g, "-")}-${colorScheme}-${width}.png`;
        await draw(join(site, file), join(out, name), { width, height, colorScheme, scroll: Number(scroll) });
      }
    }
  }
} else {
  const work = mkdtempSync(join(tmpdir(), "playpress-screenshots-"));
  const run = spawnSync(binary, ["build", "--root", repository, "-d", work, "-q"], { stdio: "inherit" });
  if (run.status !== 0) throw new Error(`playpress build: status ${run.status}`);
  mkdirSync(join(repository, "docs"), { recursive: true });
  await draw(join(work, "internal/author-write-a-page.html"), join(repository, "docs/page-light.png"), { width: 1280, height: 900, colorScheme: "light", scroll: "#step-1-create-the-file" });
  await draw(join(work, "partner/author-write-a-page.html"), join(repository, "docs/page-dark-narrow.png"), { width: 400, height: 800, colorScheme: "dark" });
  await draw(join(work, "internal/tasks/index.html"), join(repository, "docs/tasks-light.png"), { width: 1280, height: 720, colorScheme: "light" });
  rmSync(work, { recursive: true, force: true });
}
await browser.close();
