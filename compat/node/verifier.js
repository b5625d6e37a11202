/**
 * A verifier of revisions, blocks and digests, written from the published algorithm alone. It may be copied.
 *
 * The idea: every hash is joined to its neighbour by `dot`, which orders the two by itself, so that a proof is a plain
 * list of hashes. Folding a leaf with its proof gives the ledger's digest, or the leaf is not in that ledger.
 */

import { createHash } from "node:crypto";
import { cryptoHasherProvider, makeHashReader } from "ion-hash-js";
import { dumpBinary, makeReader } from "ion-js";

/** The Ion Hash (SHA-256) of a value, as ion-js has it in memory. */
export function ionHash(value) {
  const reader = makeHashReader(makeReader(dumpBinary(value)), cryptoHasherProvider("sha256"));
  reader.next();
  reader.next(); // A value is hashed as it is passed.
  return Buffer.from(reader.digest());
}

/** Joins two hashes; an empty one leaves the other as it is. */
export function dot(left, right) {
  if (left.length === 0 || right.length === 0) return left.length === 0 ? right : left;
  const pair = isAfter(left, right) ? [right, left] : [left, right];
  return createHash("sha256").update(Buffer.concat(pair)).digest();
}

/** Folds hashes to one: neighbours in pairs, an odd last one goes up unchanged, level by level. */
export function root(hashes) {
  if (hashes.length <= 1) return hashes[0] ?? Buffer.alloc(0);
  const above = [];
  for (let at = 0; at < hashes.length; at += 2) above.push(dot(hashes[at], hashes[at + 1] ?? Buffer.alloc(0)));
  return root(above);
}

/** Whether a revision is what it says it is, and stands in the ledger that has this digest. */
export function verifyRevision(revision, proof, digest) {
  const computed = revisionHash(revision);
  return computed.equals(bytes(revision.get("hash"))) && reaches(computed, proof, digest);
}

/** Whether a block follows from its own contents, and stands in the ledger that has this digest. */
export function verifyBlock(block, proof, digest) {
  return isConsistent(block) && reaches(bytes(block.get("blockHash")), proof, digest);
}

/** The bytes of a blob. */
export function bytes(blob) {
  return Buffer.from(blob.uInt8ArrayValue());
}

function isConsistent(block) {
  const entries = blobs(block.get("entriesHashList"));
  const computed = dot(root(entries), bytes(block.get("previousBlockHash")));
  return (
    contentHashes(block).every((hash) => entries.some((entry) => entry.equals(hash))) &&
    computed.equals(bytes(block.get("blockHash")))
  );
}

// Those of a block's entries that its contents determine.
function contentHashes(block) {
  const infos = ["transactionInfo", "redactionInfo"].map((name) => block.get(name)).filter(Boolean);
  const revisions = block.get("revisions")?.elements() ?? [];
  return [...infos.map(ionHash), ...(revisions.length ? [root(revisions.map(revisionHash))] : [])];
}

// A revision is hashed from its metadata and its data, or what is left of that: the hash alone after a redaction,
// nothing after a deletion. One that only shows its hash cannot be recomputed.
function revisionHash(revision) {
  const metadata = revision.get("metadata");
  return metadata ? dot(ionHash(metadata), dataHash(revision)) : bytes(revision.get("hash"));
}

function dataHash(revision) {
  if (revision.get("data")) return ionHash(revision.get("data"));
  return revision.get("dataHash") ? bytes(revision.get("dataHash")) : Buffer.alloc(0);
}

function reaches(leaf, proof, digest) {
  return blobs(proof).reduce(dot, leaf).equals(Buffer.from(digest));
}

function blobs(list) {
  return list.elements().map(bytes);
}

// Hashes are compared as signed bytes, from the last byte to the first.
function isAfter(left, right) {
  for (let at = left.length - 1; at >= 0; at--) {
    if (left[at] !== right[at]) return left.readInt8(at) > right.readInt8(at);
  }
  return false;
}
