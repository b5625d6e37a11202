import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import { after, test } from "node:test";
import driver from "amazon-qldb-driver-nodejs";
import { newLedger, run } from "./support.js";

const ledger = await newLedger();

for (const [name, options, opens] of [
  ["httpAgent of http", { httpAgent: new http.Agent({ keepAlive: true, maxSockets: 5 }) }, true],
  ["httpsAgent", { httpsAgent: new https.Agent({ keepAlive: true, maxSockets: 5 }) }, true],
  ["https.Agent as httpAgent", { httpAgent: new https.Agent({ maxSockets: 5 }) }, false],
]) {
  test(`a driver with ${name} ${opens ? "works" : "fails with ERR_INVALID_PROTOCOL"} at an endpoint of http`, async () => {
    const connected = new driver.QldbDriver(ledger, {}, options, 5, new driver.RetryConfig(0));
    after(() => connected.close());
    const creating = run(connected, `CREATE TABLE Table_${name.replace(/\W/g, "_")}`);
    if (opens) assert.equal((await creating).length, 1);
    else await assert.rejects(creating, { code: "ERR_INVALID_PROTOCOL" });
  });
}

test("a driver with an agent of https works at an endpoint of https", async () => {
  const endpoint = process.env.COMPAT_HTTPS_ENDPOINT;
  const options = { httpsAgent: new https.Agent({ keepAlive: true, maxSockets: 5 }) };
  const connected = new driver.QldbDriver(ledger, { endpoint }, options, 5, new driver.RetryConfig(0));
  after(() => connected.close());
  assert.ok(Array.isArray(await connected.getTableNames()));
});
