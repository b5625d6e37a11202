import assert from "node:assert/strict";
import { test } from "node:test";
import {
  InvalidParameterException,
  QLDB,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  ResourcePreconditionNotMetException,
  paginateListLedgers,
} from "@aws-sdk/client-qldb";
import { newLedger, untilActive, untilGone } from "./support.js";

const control = new QLDB({});

test("a ledger is created with protection, updated, unprotected and deleted", async () => {
  const Name = `node-life-${process.pid}`;
  const created = await control.createLedger({ Name, PermissionsMode: "ALLOW_ALL", Tags: { stage: "test" } });
  assert.equal(created.State, "CREATING");
  assert.equal(created.DeletionProtection, true);
  assert.ok(created.Arn.endsWith(`:ledger/${Name}`));
  assert.ok(Math.abs(Date.now() - created.CreationDateTime) < 60_000);
  await untilActive(control, Name);

  await assert.rejects(control.deleteLedger({ Name }), ResourcePreconditionNotMetException);
  const { PermissionsMode } = await control.updateLedgerPermissionsMode({ Name, PermissionsMode: "STANDARD" });
  assert.equal(PermissionsMode, "STANDARD");
  assert.equal((await control.updateLedger({ Name, DeletionProtection: false })).DeletionProtection, false);
  assert.ok((await listed()).includes(Name));

  await control.deleteLedger({ Name });
  await untilGone(control, Name);
  assert.ok(!(await listed()).includes(Name));
});

test("tags are added, removed and listed by the ledger's ARN", async () => {
  const { Arn: ResourceArn } = await control.describeLedger({ Name: await newLedger() });
  await control.tagResource({ ResourceArn, Tags: { owner: "Ada", stage: "" } });
  await control.untagResource({ ResourceArn, TagKeys: ["stage"] });
  assert.deepEqual((await control.listTagsForResource({ ResourceArn })).Tags, { owner: "Ada" });
});

test("errors are of their classes", async () => {
  const Name = await newLedger();
  const PermissionsMode = "ALLOW_ALL";
  await assert.rejects(control.createLedger({ Name, PermissionsMode }), (error) => {
    assert.ok(error instanceof ResourceAlreadyExistsException);
    assert.equal(error.ResourceName, Name);
    return true;
  });
  await assert.rejects(control.describeLedger({ Name: "nobody" }), ResourceNotFoundException);
  await assert.rejects(control.createLedger({ Name: "no--good", PermissionsMode }), InvalidParameterException);
});

async function listed() {
  const names = [];
  for await (const page of paginateListLedgers({ client: control, pageSize: 1 }, {})) {
    names.push(...page.Ledgers.map((ledger) => ledger.Name));
  }
  return names;
}
