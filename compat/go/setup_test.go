package qldbcompat

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/amzn/ion-go/ion"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/qldb"
	"github.com/aws/aws-sdk-go-v2/service/qldb/types"
	"github.com/aws/aws-sdk-go-v2/service/qldbsession"
	"github.com/awslabs/amazon-qldb-driver-go/v3/qldbdriver"
)

var ctx = context.Background()

// What the tests share: the environment alone tells the clients where the server is.
func TestMain(m *testing.M) {
	for _, name := range []string{"AWS_ENDPOINT_URL", "COMPAT_HASTY_ENDPOINT"} {
		if os.Getenv(name) == "" {
			fmt.Fprintln(os.Stderr, name+" is not set; `make compat SUITES=go` starts servers and sets it")
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func awsConfig(t testing.TB, options ...func(*config.LoadOptions) error) aws.Config {
	t.Helper()
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	must(t, err)
	return loaded
}

// hasty leads to a server whose transactions do not live long.
func hasty() func(*config.LoadOptions) error {
	return config.WithBaseEndpoint(os.Getenv("COMPAT_HASTY_ENDPOINT"))
}

// safe leads to the patient server by https. AWS_CA_BUNDLE names its certificate.
func safe() func(*config.LoadOptions) error {
	return config.WithBaseEndpoint(os.Getenv("COMPAT_HTTPS_ENDPOINT"))
}

// newLedger creates a ledger of the test's own, and deletes it afterwards.
func newLedger(t testing.TB, options ...func(*config.LoadOptions) error) string {
	t.Helper()
	control := qldb.NewFromConfig(awsConfig(t, options...))
	name := fmt.Sprintf("go-%d", time.Now().UnixNano()%1e12)
	_, err := control.CreateLedger(ctx, &qldb.CreateLedgerInput{
		Name: &name, PermissionsMode: types.PermissionsModeAllowAll, DeletionProtection: aws.Bool(false),
	})
	must(t, err)
	waitUntilActive(t, control, name)
	t.Cleanup(func() {
		_, err := control.DeleteLedger(ctx, &qldb.DeleteLedgerInput{Name: &name})
		must(t, err)
	})
	return name
}

func waitUntilActive(t testing.TB, control *qldb.Client, name string) {
	t.Helper()
	for attempt := 0; attempt < 200; attempt++ {
		answer, err := control.DescribeLedger(ctx, &qldb.DescribeLedgerInput{Name: &name})
		must(t, err)
		if answer.State == types.LedgerStateActive {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("ledger %s did not become active", name)
}

// connect makes a driver that retries as often as told, and closes it afterwards.
func connect(t testing.TB, ledger string, retries int, options ...func(*config.LoadOptions) error) *qldbdriver.QLDBDriver {
	t.Helper()
	session := qldbsession.NewFromConfig(awsConfig(t, options...), Unhurried)
	driver, err := qldbdriver.New(ledger, session, func(options *qldbdriver.DriverOptions) {
		options.RetryPolicy.MaxRetryLimit = retries
		options.LoggerVerbosity = qldbdriver.LogOff
	})
	must(t, err)
	t.Cleanup(func() { driver.Shutdown(ctx) })
	return driver
}

// ownDriver is a driver for a ledger of the test's own.
func ownDriver(t testing.TB) *qldbdriver.QLDBDriver {
	t.Helper()
	return connect(t, newLedger(t), 4)
}

// run executes one statement in a transaction of its own and gives the rows, in binary Ion.
func run(t testing.TB, driver *qldbdriver.QLDBDriver, statement string, parameters ...any) [][]byte {
	t.Helper()
	rows, err := try(driver, statement, parameters...)
	must(t, err)
	return rows
}

func try(driver *qldbdriver.QLDBDriver, statement string, parameters ...any) ([][]byte, error) {
	rows, err := driver.Execute(ctx, func(txn qldbdriver.Transaction) (any, error) {
		return rowsOf(txn, statement, parameters...)
	})
	if err != nil {
		return nil, err
	}
	return rows.([][]byte), nil
}

func rowsOf(txn qldbdriver.Transaction, statement string, parameters ...any) ([][]byte, error) {
	result, err := txn.Execute(statement, parameters...)
	if err != nil {
		return nil, err
	}
	rows := [][]byte{}
	for result.Next(txn) {
		rows = append(rows, result.GetCurrentData())
	}
	return rows, result.Err()
}

// one reads the only row into a Go value.
func one[T any](t testing.TB, rows [][]byte) T {
	t.Helper()
	if len(rows) != 1 {
		t.Fatalf("one row was wanted, %d came", len(rows))
	}
	return value[T](t, rows[0])
}

// all reads each row into a Go value.
func all[T any](t testing.TB, rows [][]byte) []T {
	t.Helper()
	values := make([]T, len(rows))
	for at, row := range rows {
		values[at] = value[T](t, row)
	}
	return values
}

func value[T any](t testing.TB, data []byte) T {
	t.Helper()
	var read T
	must(t, ion.Unmarshal(data, &read))
	return read
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t testing.TB, what string, came, wanted T) {
	t.Helper()
	if came != wanted {
		t.Errorf("%s: %v came, %v was wanted", what, came, wanted)
	}
}

func mentions(t testing.TB, err error, wanted string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), wanted) {
		t.Errorf("an error with %q was wanted, this came: %v", wanted, err)
	}
}
