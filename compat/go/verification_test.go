package qldbcompat

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/amzn/ion-go/ion"
	"github.com/aws/aws-sdk-go-v2/service/qldb"
	"github.com/aws/aws-sdk-go-v2/service/qldb/types"
)

type address struct {
	StrandID   string `ion:"strandId"`
	SequenceNo int    `ion:"sequenceNo"`
}

func (a address) holder() *types.ValueHolder {
	text := fmt.Sprintf("{strandId:%q,sequenceNo:%d}", a.StrandID, a.SequenceNo)
	return &types.ValueHolder{IonText: &text}
}

type committed struct {
	BlockAddress address `ion:"blockAddress"`
	Metadata     struct {
		ID string `ion:"id"`
	} `ion:"metadata"`
}

// vehicles is a ledger with a few blocks in it, and the current revision of one vehicle.
func vehicles(t *testing.T) (control *qldb.Client, ledger string, known committed) {
	t.Helper()
	ledger = newLedger(t)
	driver := connect(t, ledger, 4)
	run(t, driver, "CREATE TABLE Vehicle")
	for _, document := range []Ion{"{VIN: \"A\", price: 90.25, made: 2017-08-21}", "{VIN: \"B\", parts: [a::1, {{aGk=}}]}"} {
		run(t, driver, "INSERT INTO Vehicle ?", document)
	}
	run(t, driver, "UPDATE Vehicle SET price = ? WHERE VIN = ?", Ion("91.00"), "A")
	known = one[committed](t, run(t, driver, "SELECT * FROM _ql_committed_Vehicle AS v WHERE v.data.VIN = ?", "A"))
	return qldb.NewFromConfig(awsConfig(t)), ledger, known
}

func TestRevisionVerifies(t *testing.T) {
	control, ledger, known := vehicles(t)
	digest, err := control.GetDigest(ctx, &qldb.GetDigestInput{Name: &ledger})
	must(t, err)
	answer, err := control.GetRevision(ctx, &qldb.GetRevisionInput{
		Name: &ledger, BlockAddress: known.BlockAddress.holder(), DocumentId: &known.Metadata.ID,
		DigestTipAddress: digest.DigestTipAddress,
	})
	must(t, err)
	revision, proof := *answer.Revision.IonText, []byte(*answer.Proof.IonText)

	equal(t, "revision verifies", verdict(t, Revision, []byte(revision), proof, digest.Digest), true)
	forged := strings.Replace(revision, "91.00", "91.01", 1)
	equal(t, "revision was forged", forged != revision, true)
	equal(t, "forged revision verifies", verdict(t, Revision, []byte(forged), proof, digest.Digest), false)
	equal(t, "other digest", verdict(t, Revision, []byte(revision), proof, make([]byte, 32)), false)
}

// Every block follows from its contents and is proven, the blocks chain, and they alone make up the digest.
func TestWholeJournalVerifies(t *testing.T) {
	control, ledger, _ := vehicles(t)
	digest, err := control.GetDigest(ctx, &qldb.GetDigestInput{Name: &ledger})
	must(t, err)
	tip := value[address](t, []byte(*digest.DigestTipAddress.IonText))

	var hashes [][]byte
	for number := 0; number <= tip.SequenceNo; number++ {
		answer, err := control.GetBlock(ctx, &qldb.GetBlockInput{
			Name: &ledger, BlockAddress: address{tip.StrandID, number}.holder(), DigestTipAddress: digest.DigestTipAddress,
		})
		must(t, err)
		block, proof := []byte(*answer.Block.IonText), []byte(*answer.Proof.IonText)
		equal(t, fmt.Sprintf("block %d verifies", number), verdict(t, Block, block, proof, digest.Digest), true)

		own, previous := blobs(t, block, "blockHash"), blobs(t, block, "previousBlockHash")
		if number > 0 {
			equal(t, "chained", bytes.Equal(previous, hashes[number-1]), true)
		}
		hashes = append(hashes, own)
	}
	equal(t, "digest of all blocks", bytes.Equal(Root(hashes), digest.Digest), true)
}

// The verifier itself, on what the real service answered in 2019.
func TestVerifierOnTheRealService(t *testing.T) {
	text, err := os.ReadFile("../../tests/vectors/cli-vehicle-registration.ion")
	must(t, err)
	vector, err := fieldsOf(text)
	must(t, err)
	block, err := fieldsOf(vector["block"])
	must(t, err)
	revisions, err := itemsOf(block["revisions"])
	must(t, err)
	digest, err := bytesOf(vector["digest"])
	must(t, err)

	equal(t, "block", verdict(t, Block, vector["block"], vector["blockProof"], digest), true)
	equal(t, "revision", verdict(t, Revision, revisions[0], vector["revisionProof"], digest), true)
	equal(t, "proof of another", verdict(t, Revision, revisions[0], vector["blockProof"], digest), false)
}

func verdict(t *testing.T, verify func(value, proof, digest []byte) (bool, error), value, proof, digest []byte) bool {
	t.Helper()
	holds, err := verify(value, proof, digest)
	must(t, err)
	return holds
}

func blobs(t *testing.T, data []byte, field string) []byte {
	t.Helper()
	fields, err := fieldsOf(data)
	must(t, err)
	blob, err := bytesOf(fields[field])
	must(t, err)
	return blob
}

var _ ion.Marshaler = Ion("")
