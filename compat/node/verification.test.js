import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, it, test } from "node:test";
import { QLDB } from "@aws-sdk/client-qldb";
import { dumpText, load } from "ion-js";
import { connect, newLedger, run } from "./support.js";
import { bytes, root, verifyBlock, verifyRevision } from "./verifier.js";

const control = new QLDB({});

describe("a ledger with a few blocks", () => {
  let Name, digest, known;

  before(async () => {
    Name = await newLedger();
    const driver = connect(Name);
    await run(driver, "CREATE TABLE Vehicle");
    await run(driver, "INSERT INTO Vehicle ?", load('{VIN: "A", price: 90.25, made: 2017-08-21}'));
    await run(driver, "INSERT INTO Vehicle ?", load('{VIN: "B", parts: [a::1, {{aGk=}}]}'));
    await run(driver, "UPDATE Vehicle SET price = ? WHERE VIN = ?", load("91.00"), "A");
    [known] = await run(driver, "SELECT * FROM _ql_committed_Vehicle AS v WHERE v.data.VIN = ?", "A");
    digest = await control.getDigest({ Name });
  });

  it("has a revision that verifies, and no forged one", async () => {
    const answer = await control.getRevision({
      Name,
      BlockAddress: { IonText: dumpText(known.get("blockAddress")) },
      DocumentId: known.get("metadata", "id").stringValue(),
      DigestTipAddress: digest.DigestTipAddress,
    });
    const text = answer.Revision.IonText;
    const proof = load(answer.Proof.IonText);

    assert.ok(verifyRevision(load(text), proof, digest.Digest));
    assert.match(text, /91\.00/);
    assert.ok(!verifyRevision(load(text.replace("91.00", "91.01")), proof, digest.Digest));
    assert.ok(!verifyRevision(load(text), proof, new Uint8Array(32)));
  });

  it("has blocks that verify, chain, and alone make up the digest", async () => {
    const tip = load(digest.DigestTipAddress.IonText);
    const blocks = [];
    for (let sequenceNo = 0; sequenceNo <= tip.get("sequenceNo").numberValue(); sequenceNo++) {
      const { Block, Proof } = await control.getBlock({
        Name,
        BlockAddress: { IonText: `{strandId:"${tip.get("strandId")}",sequenceNo:${sequenceNo}}` },
        DigestTipAddress: digest.DigestTipAddress,
      });
      blocks.push(load(Block.IonText));
      assert.ok(verifyBlock(blocks.at(-1), load(Proof.IonText), digest.Digest), `block ${sequenceNo} does not verify`);
    }

    const hashes = blocks.map((block) => bytes(block.get("blockHash")));
    const links = blocks.map((block) => bytes(block.get("previousBlockHash")));
    assert.deepEqual(links.slice(1), hashes.slice(0, -1));
    assert.deepEqual(root(hashes), Buffer.from(digest.Digest));
  });
});

test("the verifier holds on what the real service answered in 2019", async () => {
  const vector = load(await readFile(new URL("../../tests/vectors/cli-vehicle-registration.ion", import.meta.url), "utf8"));
  const digest = bytes(vector.get("digest"));
  const [revision] = vector.get("block", "revisions").elements();

  assert.ok(verifyBlock(vector.get("block"), vector.get("blockProof"), digest));
  assert.ok(verifyRevision(revision, vector.get("revisionProof"), digest));
  assert.ok(!verifyRevision(revision, vector.get("blockProof"), digest));
});
