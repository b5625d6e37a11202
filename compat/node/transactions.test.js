import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import driver from "amazon-qldb-driver-nodejs";
import { connect, hasty, newLedger, ownDriver, run } from "./support.js";

const { LambdaAbortedError, SessionPoolEmptyError, isOccConflictException, isTransactionExpiredException } = driver;
const READ = "SELECT VALUE c.tally FROM Counter AS c WHERE c.name = 'c'";
const WRITE = "UPDATE Counter AS c SET c.tally = ? WHERE c.name = 'c'";

test("a conflict is retried by the driver, and nothing is lost", async () => {
  const driver = await counter();
  const attempts = await overtaken(driver);
  assert.equal(attempts, 2);
  assert.equal(await tally(driver), 11);
});

test("a conflict reaches the user when there are no retries", async () => {
  const driver = await counter({ retries: 0 });
  await assert.rejects(overtaken(driver), isOccConflictException);
  assert.equal(await tally(driver), 10);
});

test("a transaction that only read conflicts with who wrote that", async () => {
  const driver = await counter({ retries: 0 });
  const reading = driver.executeLambda(async (txn) => {
    await txn.execute("SELECT * FROM Counter");
    await run(driver, WRITE, 10);
  });
  await assert.rejects(reading, isOccConflictException);
});

test("an aborted transaction leaves nothing", async () => {
  const driver = await counter();
  const aborted = driver.executeLambda(async (txn) => {
    await txn.execute(WRITE, 5);
    txn.abort();
  });
  await assert.rejects(aborted, LambdaAbortedError);
  assert.equal(await tally(driver), 0);
});

test("a transaction sees its own writes", async () => {
  const driver = await counter();
  const seen = await driver.executeLambda(async (txn) => {
    assert.match(txn.getTransactionId(), /^[0-9A-Za-z]{22}$/);
    await txn.execute(WRITE, 7);
    return (await txn.execute(READ)).getResultList();
  });
  assert.equal(seen[0].numberValue(), 7);
});

test("the pool gives out no more sessions than allowed", async () => {
  const driver = await counter();
  const deep = (depth) => driver.executeLambda(() => (depth ? deep(depth - 1) : undefined));
  await assert.rejects(deep(10), SessionPoolEmptyError);
  await deep(9);
});

test("a transaction that outlives its time is lost, is not retried, and the driver goes on", async () => {
  const driver = connect(await newLedger(hasty), hasty);
  await run(driver, "CREATE TABLE Things");
  let attempts = 0;
  const late = driver.executeLambda(async (txn) => {
    attempts++;
    await txn.execute("INSERT INTO Things ?", { late: true });
    await pause(4000);
  });
  await assert.rejects(late, isTransactionExpiredException);
  assert.equal(attempts, 1);
  assert.equal((await run(driver, "SELECT * FROM Things")).length, 0);
});

async function counter(options) {
  const driver = await ownDriver(options);
  await run(driver, "CREATE TABLE Counter");
  await run(driver, "CREATE INDEX ON Counter (name)");
  await run(driver, "INSERT INTO Counter ?", { name: "c", tally: 0 });
  return driver;
}

async function tally(driver) {
  const [value] = await run(driver, READ);
  return value.numberValue();
}

// Reads the counter, lets another transaction write it the first time, and writes it. Gives the number of attempts.
async function overtaken(driver) {
  let attempts = 0;
  await driver.executeLambda(async (txn) => {
    const [value] = (await txn.execute(READ)).getResultList();
    if (++attempts === 1) await run(driver, WRITE, 10);
    await txn.execute(WRITE, value.numberValue() + 1);
  });
  return attempts;
}
