// Package qldbcompat runs the official Go driver against the emulator. This file may be copied: it verifies revisions,
// blocks and digests, and was written from the published algorithm alone.
//
// The idea: every hash is joined to its neighbour by Dot, which orders the two by itself, so that a proof is a plain
// list of hashes. Folding a leaf with its proof gives the ledger's digest, or the leaf is not in that ledger.
package qldbcompat

import (
	"bytes"
	"crypto/sha256"
)

// Dot joins two hashes; an empty one leaves the other as it is.
func Dot(left, right []byte) []byte {
	if len(left) == 0 {
		return right
	}
	if len(right) == 0 {
		return left
	}
	if isAfter(left, right) {
		left, right = right, left
	}
	joined := sha256.Sum256(bytes.Join([][]byte{left, right}, nil))
	return joined[:]
}

// Hashes are compared as signed bytes, from the last byte to the first.
func isAfter(left, right []byte) bool {
	for at := len(left) - 1; at >= 0; at-- {
		if left[at] != right[at] {
			return int8(left[at]) > int8(right[at])
		}
	}
	return false
}

// Root folds hashes to one: neighbours in pairs, an odd last one goes up unchanged, level by level.
func Root(hashes [][]byte) []byte {
	if len(hashes) == 0 {
		return nil
	}
	for level := hashes; ; {
		if len(level) == 1 {
			return level[0]
		}
		var above [][]byte
		for at := 0; at+1 < len(level); at += 2 {
			above = append(above, Dot(level[at], level[at+1]))
		}
		if len(level)%2 == 1 {
			above = append(above, level[len(level)-1])
		}
		level = above
	}
}

// Revision tells whether a revision is what it says it is, and stands in the ledger that has this digest. Revision and
// proof are Ion, as GetRevision answers.
func Revision(revision, proof, digest []byte) (bool, error) {
	fields, err := fieldsOf(revision)
	if err != nil {
		return false, err
	}
	claimed, err := bytesOf(fields["hash"])
	if err != nil {
		return false, err
	}
	computed, err := revisionHash(fields)
	if err != nil || !bytes.Equal(computed, claimed) {
		return false, err
	}
	return reaches(computed, proof, digest)
}

// Block tells whether a block follows from its own contents, and stands in the ledger that has this digest. Block and
// proof are Ion, as GetBlock answers.
func Block(block, proof, digest []byte) (bool, error) {
	fields, err := fieldsOf(block)
	if err != nil {
		return false, err
	}
	claimed, err := bytesOf(fields["blockHash"])
	if err != nil {
		return false, err
	}
	computed, err := blockHash(fields)
	if err != nil || !bytes.Equal(computed, claimed) {
		return false, err
	}
	return reaches(computed, proof, digest)
}

func reaches(leaf, proof, digest []byte) (bool, error) {
	steps, err := hashesIn(proof)
	if err != nil {
		return false, err
	}
	for _, step := range steps {
		leaf = Dot(leaf, step)
	}
	return bytes.Equal(leaf, digest), nil
}

// A revision is hashed from its metadata and its data, or what is left of that: the hash alone after a redaction,
// nothing after a deletion. One that only shows its hash cannot be recomputed.
func revisionHash(fields map[string][]byte) ([]byte, error) {
	metadata, ok := fields["metadata"]
	if !ok {
		return bytesOf(fields["hash"])
	}
	metadataHash, err := hashOf(metadata)
	if err != nil {
		return nil, err
	}
	dataHash, err := hashOfData(fields)
	return Dot(metadataHash, dataHash), err
}

func hashOfData(fields map[string][]byte) ([]byte, error) {
	if data, ok := fields["data"]; ok {
		return hashOf(data)
	}
	if redacted, ok := fields["dataHash"]; ok {
		return bytesOf(redacted)
	}
	return nil, nil
}

func blockHash(fields map[string][]byte) ([]byte, error) {
	entries, err := hashesIn(fields["entriesHashList"])
	if err != nil {
		return nil, err
	}
	contents, err := contentHashes(fields)
	if err != nil {
		return nil, err
	}
	for _, content := range contents {
		if !contains(entries, content) {
			return nil, nil
		}
	}
	previous, err := bytesOf(fields["previousBlockHash"])
	return Dot(Root(entries), previous), err
}

// Those of a block's entries that its contents determine.
func contentHashes(fields map[string][]byte) ([][]byte, error) {
	var hashes [][]byte
	for _, name := range []string{"transactionInfo", "redactionInfo"} {
		if info, ok := fields[name]; ok {
			hash, err := hashOf(info)
			if err != nil {
				return nil, err
			}
			hashes = append(hashes, hash)
		}
	}
	root, err := revisionsRoot(fields["revisions"])
	if root != nil {
		hashes = append(hashes, root)
	}
	return hashes, err
}

func revisionsRoot(revisions []byte) ([]byte, error) {
	if revisions == nil {
		return nil, nil
	}
	items, err := itemsOf(revisions)
	if err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, item := range items {
		fields, err := fieldsOf(item)
		if err != nil {
			return nil, err
		}
		hash, err := revisionHash(fields)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return Root(hashes), nil
}

func hashesIn(list []byte) ([][]byte, error) {
	items, err := itemsOf(list)
	if err != nil {
		return nil, err
	}
	hashes := make([][]byte, len(items))
	for at, item := range items {
		if hashes[at], err = bytesOf(item); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

func contains(hashes [][]byte, wanted []byte) bool {
	for _, hash := range hashes {
		if bytes.Equal(hash, wanted) {
			return true
		}
	}
	return false
}
