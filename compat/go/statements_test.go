package qldbcompat

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/qldbsession/types"
	"github.com/awslabs/amazon-qldb-driver-go/v3/qldbdriver"
)

const (
	documentsPerTransaction = 40
	sixWayJoin              = "SELECT * FROM Three a, Three b, Three c, Three d, Three e, Three f"
	sixWayJoinReads         = 3 + 9 + 27 + 81 + 243 + 729
)

type numbered struct {
	Number int `ion:"number"`
}

// fill creates a table with documents numbered from 0, as many per transaction as the quota allows.
func fill(t *testing.T, driver *qldbdriver.QLDBDriver, table string, count int) {
	t.Helper()
	run(t, driver, "CREATE TABLE "+table)
	for start := 0; start < count; start += documentsPerTransaction {
		var documents []numbered
		for number := start; number < min(start+documentsPerTransaction, count); number++ {
			documents = append(documents, numbered{number})
		}
		run(t, driver, "INSERT INTO "+table+" ?", documents)
	}
}

func TestDriverListsActiveTables(t *testing.T) {
	driver := ownDriver(t)
	for _, statement := range []string{"CREATE TABLE Kept", "CREATE TABLE Dropped", "DROP TABLE Dropped"} {
		run(t, driver, statement)
	}
	tables, err := driver.GetTableNames(ctx)
	must(t, err)
	equal(t, "tables", slices.Equal(tables, []string{"Kept"}), true)
}

func TestTableWithAnIndexIsChangedAndRead(t *testing.T) {
	type vehicle struct {
		VIN, Color string
	}
	driver := ownDriver(t)
	run(t, driver, "CREATE TABLE Vehicle")
	run(t, driver, "CREATE INDEX ON Vehicle (VIN)")
	run(t, driver, "INSERT INTO Vehicle ?", vehicle{"KM8SRDHF6EU074761", "Blue"})
	run(t, driver, "INSERT INTO Vehicle << ?, ? >>", vehicle{"A", "Red"}, vehicle{"B", "Green"})
	run(t, driver, "UPDATE Vehicle SET Color = ? WHERE VIN = ?", "White", "KM8SRDHF6EU074761")
	run(t, driver, "DELETE FROM Vehicle WHERE VIN = ?", "B")

	found := one[vehicle](t, run(t, driver, "SELECT * FROM Vehicle WHERE VIN = ?", "KM8SRDHF6EU074761"))
	equal(t, "vehicle", found, vehicle{"KM8SRDHF6EU074761", "White"})
	equal(t, "vehicles", len(run(t, driver, "SELECT * FROM Vehicle")), 2)

	versions := all[int](t, run(t, driver,
		"SELECT VALUE h.metadata.version FROM history(Vehicle) AS h WHERE h.data.VIN = ?", "KM8SRDHF6EU074761"))
	slices.Sort(versions)
	equal(t, "versions", slices.Equal(versions, []int{0, 1}), true)
}

func TestParametersAreBoundInOrder(t *testing.T) {
	driver := ownDriver(t)
	fill(t, driver, "Many", 20)
	numbers := all[int](t, run(t, driver, "SELECT VALUE m.number FROM Many AS m WHERE m.number >= ? AND m.number < ?", 7, 9))
	slices.Sort(numbers)
	equal(t, "numbers", slices.Equal(numbers, []int{7, 8}), true)
}

// A result of several pages is complete, two of them may be read in turns, and one may be left unread.
func TestResultsOfSeveralPages(t *testing.T) {
	const count = 450
	driver := ownDriver(t)
	fill(t, driver, "Many", count)

	numbers := all[int](t, run(t, driver, "SELECT VALUE m.number FROM Many AS m"))
	slices.Sort(numbers)
	equal(t, "documents", len(numbers), count)
	equal(t, "documents, each once", len(slices.Compact(numbers)), count)

	pairs, err := driver.Execute(ctx, func(txn qldbdriver.Transaction) (any, error) {
		upward, err := txn.Execute("SELECT VALUE m.number FROM Many AS m")
		must(t, err)
		shifted, err := txn.Execute("SELECT VALUE m.number + 1000 FROM Many AS m")
		must(t, err)
		unread, err := txn.Execute("SELECT * FROM Many")
		must(t, err)
		unread.Next(txn)
		pairs := 0
		for upward.Next(txn) && shifted.Next(txn) {
			pairs++
		}
		return pairs, errors.Join(upward.Err(), shifted.Err())
	})
	must(t, err)
	equal(t, "pairs", pairs.(int), count)
}

func TestStatementStatistics(t *testing.T) {
	driver := ownDriver(t)
	fill(t, driver, "Three", 3)
	_, err := driver.Execute(ctx, func(txn qldbdriver.Transaction) (any, error) {
		result, err := txn.Execute(sixWayJoin)
		must(t, err)
		rows := 0
		for result.Next(txn) {
			rows++
			if *result.GetConsumedIOs().GetReadIOs() <= 0 || *result.GetTimingInformation().GetProcessingTimeMilliseconds() <= 0 {
				t.Fatal("a row came without reads or time")
			}
		}
		equal(t, "rows", rows, 729)
		equal(t, "reads", *result.GetConsumedIOs().GetReadIOs(), sixWayJoinReads)
		return nil, result.Err()
	})
	must(t, err)
}

func TestRefusedStatements(t *testing.T) {
	driver := ownDriver(t)
	run(t, driver, "CREATE TABLE Known")
	for name, refused := range map[string]struct{ statement, wanted string }{
		"unknown table":      {"SELECT * FROM NonExistentTable", "No such variable named 'NonExistentTable'"},
		"table that exists":  {"CREATE TABLE Known", "already exists"},
		"no statement":       {"SELEKT * FROM Known", "SELEKT"},
		"unfinished":         {"SELECT * FROM", "Parser Error"},
		"too few parameters": {"SELECT * FROM Known WHERE a = ?", "parameter"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := try(driver, refused.statement)
			var bad *types.BadRequestException
			equal(t, "a BadRequestException", errors.As(err, &bad), true)
			mentions(t, err, refused.wanted)
		})
	}
	equal(t, "rows afterwards", len(run(t, driver, "SELECT * FROM Known")), 0)
}

func TestConnectionByHTTPS(t *testing.T) {
	ledger := newLedger(t)
	run(t, connect(t, ledger, 4), "CREATE TABLE Known")
	tables, err := connect(t, ledger, 4, safe()).GetTableNames(ctx)
	must(t, err)
	equal(t, "tables", slices.Equal(tables, []string{"Known"}), true)
}

func TestUnknownLedger(t *testing.T) {
	_, err := try(connect(t, "no-such-ledger", 4), "SELECT * FROM Known")
	var bad *types.BadRequestException
	equal(t, "a BadRequestException", errors.As(err, &bad), true)
	mentions(t, err, "no-such-ledger")
}
