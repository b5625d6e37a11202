package qldbcompat

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/qldbsession/types"
	"github.com/awslabs/amazon-qldb-driver-go/v3/qldbdriver"
)

const readCounter = "SELECT VALUE c.tally FROM Counter AS c WHERE c.name = 'c'"
const writeCounter = "UPDATE Counter AS c SET c.tally = ? WHERE c.name = 'c'"

// counter makes a ledger with one document to compete for, and a driver that retries as often as told.
func counter(t *testing.T, retries int) *qldbdriver.QLDBDriver {
	t.Helper()
	driver := connect(t, newLedger(t), retries)
	run(t, driver, "CREATE TABLE Counter")
	run(t, driver, "CREATE INDEX ON Counter (name)")
	run(t, driver, "INSERT INTO Counter ?", Ion("{name: 'c', tally: 0}"))
	run(t, driver, "UPDATE Counter SET name = ?", "c")
	return driver
}

func tally(t *testing.T, driver *qldbdriver.QLDBDriver) int {
	t.Helper()
	return one[int](t, run(t, driver, readCounter))
}

// overtaken reads the counter, lets another transaction write it the first time, and writes it.
func overtaken(t *testing.T, driver *qldbdriver.QLDBDriver, attempts *int) func(qldbdriver.Transaction) (any, error) {
	return func(txn qldbdriver.Transaction) (any, error) {
		rows, err := rowsOf(txn, readCounter)
		if err != nil {
			return nil, err
		}
		if *attempts++; *attempts == 1 {
			run(t, driver, writeCounter, 10)
		}
		return txn.Execute(writeCounter, one[int](t, rows)+1)
	}
}

func TestConflictIsRetried(t *testing.T) {
	driver := counter(t, 4)
	attempts := 0
	_, err := driver.Execute(ctx, overtaken(t, driver, &attempts))
	must(t, err)
	equal(t, "attempts", attempts, 2)
	equal(t, "tally", tally(t, driver), 11)
}

func TestConflictReachesTheUserWithoutRetries(t *testing.T) {
	driver := counter(t, 0)
	attempts := 0
	_, err := driver.Execute(ctx, overtaken(t, driver, &attempts))
	var conflict *types.OccConflictException
	equal(t, "an OccConflictException", errors.As(err, &conflict), true)
	equal(t, "tally", tally(t, driver), 10)
}

func TestConflictOfATransactionThatOnlyRead(t *testing.T) {
	driver := counter(t, 0)
	_, err := driver.Execute(ctx, func(txn qldbdriver.Transaction) (any, error) {
		_, err := txn.Execute("SELECT * FROM Counter")
		must(t, err)
		run(t, driver, writeCounter, 10)
		return nil, nil
	})
	var conflict *types.OccConflictException
	equal(t, "an OccConflictException", errors.As(err, &conflict), true)
}

func TestAbortedTransactionLeavesNothing(t *testing.T) {
	driver := counter(t, 4)
	_, err := driver.Execute(ctx, func(txn qldbdriver.Transaction) (any, error) {
		_, err := txn.Execute(writeCounter, 5)
		must(t, err)
		return nil, txn.Abort()
	})
	mentions(t, err, "transaction aborted")
	equal(t, "tally", tally(t, driver), 0)
}

func TestTransactionSeesItsOwnWrites(t *testing.T) {
	driver := counter(t, 4)
	seen, err := driver.Execute(ctx, func(txn qldbdriver.Transaction) (any, error) {
		_, err := txn.Execute(writeCounter, 7)
		must(t, err)
		equal(t, "length of the transaction's id", len(txn.ID()), 22)
		return rowsOf(txn, readCounter)
	})
	must(t, err)
	equal(t, "tally", one[int](t, seen.([][]byte)), 7)
}

// A transaction that outlives its time is lost, with the error that the driver knows not to retry; the driver goes on.
func TestExpiredTransaction(t *testing.T) {
	driver := connect(t, newLedger(t, hasty()), 4, hasty())
	run(t, driver, "CREATE TABLE Things")
	attempts := 0
	_, err := driver.Execute(ctx, func(txn qldbdriver.Transaction) (any, error) {
		attempts++
		_, err := txn.Execute("INSERT INTO Things ?", Ion("{late: true}"))
		must(t, err)
		time.Sleep(4 * time.Second)
		return nil, nil
	})
	var invalid *types.InvalidSessionException
	equal(t, "an InvalidSessionException", errors.As(err, &invalid), true)
	mentions(t, err, "has expired")
	equal(t, "attempts", attempts, 1)
	equal(t, "documents", len(run(t, driver, "SELECT * FROM Things")), 0)
}
