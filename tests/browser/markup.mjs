// The Nu HTML checker over this repository's own sites, and over one with all that a page can hold.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

export function markupTests(test, { sites }) {
  test("the Nu HTML checker finds no error", () => {
    const checker = createRequire(import.meta.url)("vnu-jar");
    for (const site of ["own/internal", "own/partner"]) {
      const run = spawnSync("java", ["-jar", checker, "--errors-only", "--skip-non-html", "--format", "gnu", `${sites}/${site}`], { encoding: "utf8", maxBuffer: 1 << 26 });
      assert.equal(run.error, undefined, "java is there");
      assert.equal(run.status, 0, run.stderr.split("\n").slice(0, 10).join("\n"));
    }
  });
}
