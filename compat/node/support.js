/** What the tests share. The environment alone tells the clients where the server is. */

import assert from "node:assert/strict";
import { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { QLDB, ResourceNotFoundException } from "@aws-sdk/client-qldb";
import driver from "amazon-qldb-driver-nodejs";
import { load } from "ion-js";
import { ionHash } from "./verifier.js";

const { QldbDriver, RetryConfig } = driver;

for (const name of ["AWS_ENDPOINT_URL", "COMPAT_HASTY_ENDPOINT"]) {
  assert.ok(process.env[name], `${name} is not set; \`make compat SUITES=node\` starts servers and sets it`);
}

/** Leads a client to the server whose transactions do not live long. */
export const hasty = { endpoint: process.env.COMPAT_HASTY_ENDPOINT };

let numbers = 0;
const endings = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

/** Creates a ledger, and deletes it after the tests of the file. */
export async function newLedger(options = {}) {
  const control = new QLDB(options);
  const Name = `node-${process.pid}-${numbers++}`;
  await control.createLedger({ Name, PermissionsMode: "ALLOW_ALL", DeletionProtection: false });
  await untilActive(control, Name);
  endings.push(() => control.deleteLedger({ Name }));
  return Name;
}

/** Makes a driver that retries as often as told, and closes it after the tests of the file. */
export function connect(ledger, { retries = 4, ...options } = {}) {
  const made = new QldbDriver(ledger, options, {}, 10, new RetryConfig(retries));
  endings.push(() => made.close());
  return made;
}

/** Makes a driver for a ledger of its own. */
export async function ownDriver(options = {}) {
  return connect(await newLedger(), options);
}

/** Runs one statement in a transaction of its own and gives the rows. */
export async function run(driver, statement, ...parameters) {
  const result = await driver.executeLambda((txn) => txn.execute(statement, ...parameters));
  return result.getResultList();
}

/** The rows as plain JavaScript values. */
export async function plain(driver, statement, ...parameters) {
  return (await run(driver, statement, ...parameters)).map((row) => JSON.parse(JSON.stringify(row)));
}

export async function untilActive(control, Name) {
  await until(async () => (await control.describeLedger({ Name })).State === "ACTIVE");
}

export async function untilGone(control, Name) {
  await until(() =>
    control.describeLedger({ Name }).then(
      () => false,
      (error) => error instanceof ResourceNotFoundException,
    ),
  );
}

async function until(holds) {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await holds()) return;
    await pause(50);
  }
  assert.fail("it did not come about in time");
}

/** Asserts that a value is exactly the one written in Ion: type, precision, offset and annotations. */
export function assertSame(value, written) {
  assert.ok(ionHash(value).equals(ionHash(load(written))), `${written} did not come back as it was written`);
}
