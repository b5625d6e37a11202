import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { QLDB } from "@aws-sdk/client-qldb";

const program = new URL("./readme-program.tmp.js", import.meta.url);

after(async () => {
  await rm(program, { force: true });
  await new QLDB({}).deleteLedger({ Name: "vehicles" });
});

test("the program of the page runs, shows both colours, and verifies a revision", async () => {
  const page = await readFile(new URL("./README.md", import.meta.url), "utf8");
  await writeFile(program, page.match(/```js\n(.*?)```/s)[1]);

  const { stdout } = await promisify(execFile)(process.execPath, [program.pathname]);
  assert.equal(stdout, "0 Blue\n1 Red\nverified: true\n");
});
