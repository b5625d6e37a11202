import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import driver from "amazon-qldb-driver-nodejs";
import { connect, ownDriver, plain, run } from "./support.js";

const { isBadRequestException } = driver;
const DOCUMENTS_PER_TRANSACTION = 40;
const SIX_WAY_JOIN = "SELECT * FROM Three a, Three b, Three c, Three d, Three e, Three f";
const SIX_WAY_JOIN_READS = 3 + 9 + 27 + 81 + 243 + 729;

test("the driver lists active tables", async () => {
  const driver = await ownDriver();
  for (const statement of ["CREATE TABLE Kept", "CREATE TABLE Dropped", "DROP TABLE Dropped"]) {
    await run(driver, statement);
  }
  assert.deepEqual(await driver.getTableNames(), ["Kept"]);
});

test("a table with an index is changed and read", async () => {
  const driver = await ownDriver();
  const VIN = "KM8SRDHF6EU074761";
  await run(driver, "CREATE TABLE Vehicle");
  await run(driver, "CREATE INDEX ON Vehicle (VIN)");
  await run(driver, "INSERT INTO Vehicle ?", { VIN, Color: "Blue" });
  await run(driver, "INSERT INTO Vehicle << ?, ? >>", { VIN: "A", Color: "Red" }, { VIN: "B", Color: "Green" });
  await run(driver, "UPDATE Vehicle SET Color = ? WHERE VIN = ?", "White", VIN);
  await run(driver, "DELETE FROM Vehicle WHERE VIN = ?", "B");

  assert.deepEqual(await plain(driver, "SELECT * FROM Vehicle WHERE VIN = ?", VIN), [{ VIN, Color: "White" }]);
  assert.equal((await run(driver, "SELECT * FROM Vehicle")).length, 2);
  const versions = await plain(driver, "SELECT VALUE h.metadata.version FROM history(Vehicle) AS h WHERE h.data.VIN = ?", VIN);
  assert.deepEqual(versions.sort(), [0, 1]);
});

test("parameters are bound in order", async () => {
  const driver = await ownDriver();
  await fill(driver, "Many", 20);
  const statement = "SELECT VALUE m.number FROM Many AS m WHERE m.number >= ? AND m.number < ?";
  assert.deepEqual((await plain(driver, statement, 7, 9)).sort(), [7, 8]);
});

describe("results of several pages", async () => {
  const count = 450;
  const driver = await ownDriver();
  await fill(driver, "Many", count);

  it("are complete", async () => {
    const numbers = await plain(driver, "SELECT VALUE m.number FROM Many AS m");
    assert.deepEqual(new Set(numbers), new Set(Array(count).keys()));
    assert.equal(numbers.length, count);
  });

  it("are streamed, two in turns", async () => {
    const pairs = await driver.executeLambda(async (txn) => {
      const upward = await txn.executeAndStreamResults("SELECT VALUE m.number FROM Many AS m");
      const shifted = await txn.executeAndStreamResults("SELECT VALUE m.number + 1000 FROM Many AS m");
      const others = shifted[Symbol.asyncIterator]();
      const found = [];
      for await (const one of upward) found.push((await others.next()).value.numberValue() - one.numberValue());
      return found;
    });
    assert.deepEqual(pairs, Array(count).fill(1000));
  });

  it("may be left unread", async () => {
    await driver.executeLambda(async (txn) => {
      await txn.executeAndStreamResults("SELECT * FROM Many");
    });
  });
});

test("statement statistics sum up over all pages", async () => {
  const driver = await ownDriver();
  await fill(driver, "Three", 3);

  const buffered = await driver.executeLambda((txn) => txn.execute(SIX_WAY_JOIN));
  assert.equal(buffered.getResultList().length, 729);
  assert.equal(buffered.getConsumedIOs().getReadIOs(), SIX_WAY_JOIN_READS);
  assert.ok(buffered.getTimingInformation().getProcessingTimeMilliseconds() > 0);

  await driver.executeLambda(async (txn) => {
    const streamed = await txn.executeAndStreamResults(SIX_WAY_JOIN);
    for await (const _ of streamed) {
      assert.ok(streamed.getConsumedIOs().getReadIOs() > 0);
      assert.ok(streamed.getTimingInformation().getProcessingTimeMilliseconds() > 0);
    }
    assert.equal(streamed.getConsumedIOs().getReadIOs(), SIX_WAY_JOIN_READS);
  });
});

describe("a statement is refused with a BadRequestException", async () => {
  const driver = await ownDriver();
  await run(driver, "CREATE TABLE Known");

  for (const [name, statement, wanted] of [
    ["unknown table", "SELECT * FROM NonExistentTable", /No such variable named 'NonExistentTable'/],
    ["table that exists", "CREATE TABLE Known", /already exists/],
    ["no statement", "SELEKT * FROM Known", /SELEKT/],
    ["unfinished", "SELECT * FROM", /Parser Error/],
    ["too few parameters", "SELECT * FROM Known WHERE a = ?", /parameter/],
  ]) {
    it(name, async () => {
      await assert.rejects(run(driver, statement), (error) => isBadRequestException(error) && wanted.test(error.message));
    });
  }
});

test("a ledger that does not exist is a BadRequestException after the driver's retries", async () => {
  await assert.rejects(run(connect("no-such-ledger", { retries: 1 }), "SELECT * FROM Known"), isBadRequestException);
});

async function fill(driver, table, count) {
  await run(driver, `CREATE TABLE ${table}`);
  const documents = Array.from({ length: count }, (_, number) => ({ number }));
  while (documents.length) await run(driver, `INSERT INTO ${table} ?`, documents.splice(0, DOCUMENTS_PER_TRANSACTION));
}
