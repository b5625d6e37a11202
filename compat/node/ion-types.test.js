import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { load } from "ion-js";
import { assertSame, ownDriver, run } from "./support.js";

const VALUES = [
  "true", "false",
  "5", "0", "-42", "9223372036854775807", "-123456789012345678901234567890",
  "3.2e0", "1e0", "+inf", "-1.5e300",
  "0.1", "10.00", "1d30", "-0.",
  "2016T", "2016-12T", "2016-12-20T", "2016-12-20T05:23Z", "2016-12-20T05:23:43Z",
  "2016-12-20T05:23:43.120Z", "2016-12-20T05:23:43.120+02:30", "2016-12-20T05:23:43-00:00",
  "abc", "'a b'", '"text"', '""', '"añ日本語🚀\\n\\""',
  "{{aGVsbG8=}}", "{{}}", '{{"hello"}}',
  '[1, two, "three", 4.0, [5]]', "[]", "(a + (b * 2))", "()",
  "{a: 1, b: {c: [true]}, 'd e': 2016T}", "{}",
];

const NULLS = [
  "null", "null.bool", "null.int", "null.float", "null.decimal", "null.timestamp", "null.symbol", "null.string",
  "null.blob", "null.clob", "null.list", "null.sexp", "null.struct",
];

const ANNOTATED = [
  "metres::5", "outer::inner::2016-12-20T", 'tags::[a::1, b::"two"]', "point::{x: metres::1.50, y: metres::2.50}",
  "'needs quotes'::\"text\"",
];

describe("every Ion type", () => {
  let driver;
  let number = 0;

  before(async () => {
    driver = await ownDriver();
    await run(driver, "CREATE TABLE Things");
  });

  for (const written of [...VALUES, ...NULLS, ...ANNOTATED, "unknown::null.decimal", "{a: [null.int]}"]) {
    it(`${written} comes back as it was inserted and as it was updated`, async () => {
      const inserted = number++;
      await run(driver, "INSERT INTO Things ?", load(`{number: ${inserted}, held: ${written}}`));
      assertSame(await held(inserted), written);

      const updated = number++;
      await run(driver, "INSERT INTO Things ?", { number: updated, held: "before" });
      await run(driver, "UPDATE Things AS t SET t.held = ? WHERE t.number = ?", load(written), updated);
      assertSame(await held(updated), written);
    });
  }

  for (const written of [...VALUES, ...ANNOTATED]) {
    it(`${written} is found by equality`, async () => {
      const mine = number++;
      await run(driver, "INSERT INTO Things ?", load(`{number: ${mine}, held: ${written}}`));
      const found = await run(driver, "SELECT * FROM Things AS t WHERE t.number = ? AND t.held = ?", mine, load(written));
      assert.equal(found.length, 1);
    });
  }

  for (const written of NULLS) {
    it(`${written} is null`, async () => {
      const mine = number++;
      await run(driver, "INSERT INTO Things ?", load(`{number: ${mine}, held: ${written}}`));
      const found = await run(driver, "SELECT * FROM Things AS t WHERE t.number = ? AND t.held IS NULL", mine);
      assert.equal(found.length, 1);
    });
  }

  async function held(mine) {
    const [value] = await run(driver, "SELECT VALUE t.held FROM Things AS t WHERE t.number = ?", mine);
    return value;
  }
});
