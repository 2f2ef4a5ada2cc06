// A small book that has what a theme can stumble over: a long TOC of three levels, wide tables, alerts, gaps, code, odd titles.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Pages in the long list of the TOC: more than a page shows beside one another. */
export const MANY = 60;
/** Rows and columns of the wide table. */
export const ROWS = 40;

const lorem = "The team reads the notes of the last meeting, names who does what, and writes down what is still open. ";

const front = (title) => `---\ntitle: ${title}\ndescription: ${title}.\n---\n\n`;

function wide() {
  const columns = Array.from({ length: 12 }, (_, column) => `Column ${column + 1}`);
  const row = (number) => `| ${1000 + number} | **Task ${number}** with a longer name | ${columns.slice(2).map((_, column) => `value ${column}.${number}`).join(" | ")} |`;
  return `${front("Wide things")}# Wide things

## A wide table

| ${columns.join(" | ")} |
|${columns.map(() => " - |").join("")}
${Array.from({ length: ROWS }, (_, number) => row(number)).join("\n")}

## A table that fits

| ID | Task | M/O |
| - | - | :-: |
| 1 | Plan | M |
| 2 | Do | O |

## Code

\`\`\`toml
long = "${"a line that is much longer than the page is wide, ".repeat(6)}"
\`\`\`

\`\`\`
short
\`\`\`

\`\`\`powershell
# Large ones
Get-Item "x" | ? { $_ -gt 5 }
\`\`\`

And \`${"word_".repeat(30)}\` within a line, and a word: ${"Donaudampfschifffahrts".repeat(8)}.

## The end

${lorem.repeat(4)}
`;
}

function learn() {
  return `${front("Tabs and columns")}# Tabs and columns

## Tabs

# [Cloud](#tab/cloud)

In the cloud. \`${"word_".repeat(30)}\`

## Deep in the cloud

Deeper.

# [Own machines](#tab/own)

On own machines.

---

Between.

# [Large](#tab/large/own)

Large.

# [Small, in the cloud](#tab/small/cloud)

Small.

# [Every size](#tab/any)

Any.

---

## Columns

:::row:::
:::column:::
${lorem}
:::column-end:::
:::column span="2":::
${lorem.repeat(2)}
:::column-end:::
:::row-end:::

## Code of a file

[!code-powershell[Sample](sample.ps1?highlight=2)]
`;
}

function alerts() {
  const alert = (kind) => `> [!${kind}]\n> ${lorem} See [the long page](long.md) and \`code\`.\n`;
  return `${front("Alerts and gaps")}# Alerts and gaps

${["NOTE", "TIP", "IMPORTANT", "CAUTION", "WARNING"].map(alert).join("\n")}

## Left out

[!INCLUDE [Not there](includes/not-there.md)]

Here [!INCLUDE [neither](includes/nor-this.md)] is anything.

## Other text

> A quotation of [somebody](https://example.org/).

1. One
   - Inner
     1. Innermost
2. Two

- [x] Done
- [ ] To do

A note[^1]. ~~Not this.~~ <kbd>Ctrl</kbd>

<details><summary>More</summary>

Hidden until it is opened.

</details>

[^1]: The text of the note.
`;
}

function long() {
  const section = (number) => `## Section ${number}\n\n${`${lorem.repeat(5)}\n\n`.repeat(3)}### Part ${number}.1\n\n${`${lorem.repeat(5)}\n\n`.repeat(2)}`;
  return `${front("A long page")}# A long page\n\n${lorem.repeat(6)}\n\n${Array.from({ length: 8 }, (_, number) => section(number + 1)).join("")}## Short one\n\nShort.\n\n## Short two\n\nShort.\n\n## Short three\n\nShort.\n`;
}

/** Writes the book to `root`. */
export function writeBook(root) {
  const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("book.toml", '[book]\ntitle = "A book for browsers with quite a long title"\nlanguage = "en"\nsrc = "content"\n\n[[language]]\nid = "ar"\npath = "content/ar/**"\n');
  write("content/wide.md", wide());
  write("content/alerts.md", alerts());
  write("content/learn.md", learn());
  write("content/sample.ps1", "# Large ones\nGet-Item \"x\"\nGet-Item y\n");
  write("content/long.md", long());
  write("content/ar/long.md", `${front("صفحة طويلة")}# صفحة طويلة\n\n## قسم\n\nيقرأ الفريق ملاحظات الاجتماع الأخير.\n\n\`\`\`json\n{ "a": [1, true] }\n\`\`\`\n`);
  const many = Array.from({ length: MANY }, (_, number) => number);
  for (const number of many) write(`content/many/page-${number}.md`, `${front(`Page ${number} of many`)}# Page ${number} of many\n\n${lorem}\n`);
  for (const [path, title] of [["one", "Phase <one> & its \"tasks\""], ["one/process", "A process"], ["one/process/step", "A step"], ["one/process/other", "Another step"]]) {
    write(`content/phases/${path}.md`, `${front(`'${title}'`)}# ${title.replace("<", "\\<")}\n\n## What to do\n\n${lorem}\n`);
  }
  write("content/toc.yml", `- name: Wide things
  href: wide.md
- name: Alerts and gaps
  href: alerts.md
- name: Tabs and columns
  href: learn.md
- name: A long page
  href: long.md
- name: Arabic
  href: ar/long.md
- name: Phase <one> & its "tasks"
  href: phases/one.md
  items:
  - name: A process
    href: phases/one/process.md
    items:
    - name: A step
      href: phases/one/process/step.md
    - name: Another step
      href: phases/one/process/other.md
- name: Many pages
  items:
${many.map((number) => `  - name: Page ${number} of many\n    href: many/page-${number}.md`).join("\n")}
- name: Elsewhere
  items:
  - name: Example
    href: https://example.org/there
`);
}
