package qldbcompat

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/awslabs/amazon-qldb-driver-go/v3/qldbdriver"
)

// Every Ion type, its null and its annotated form. Values are compared by Ion Hash, which sees types, precision,
// offsets and annotations.
var ionValues = []Ion{
	"null", "true", "false",
	"5", "0", "-42", "9223372036854775807", "-123456789012345678901234567890",
	"3.2e0", "1e0", "+inf", "-1.5e300",
	"0.1", "10.00", "1d30", "-0.",
	"2016T", "2016-12T", "2016-12-20T", "2016-12-20T05:23Z", "2016-12-20T05:23:43Z",
	"2016-12-20T05:23:43.120Z", "2016-12-20T05:23:43.120+02:30", "2016-12-20T05:23:43-00:00",
	"abc", "'a b'", `"text"`, `""`, `"añ日本語🚀\n\""`,
	"{{aGVsbG8=}}", "{{}}", `{{"hello"}}`,
	`[1, two, "three", 4.0, [5]]`, "[]", "(a + (b * 2))", "()",
	"{a: 1, b: {c: [true, null.int]}, 'd e': 2016T}", "{}",

	"null.bool", "null.int", "null.float", "null.decimal", "null.timestamp", "null.symbol", "null.string",
	"null.blob", "null.clob", "null.list", "null.sexp", "null.struct",

	"metres::5", "outer::inner::2016-12-20T", "unknown::null.decimal", `tags::[a::1, b::"two"]`,
	"point::{x: metres::1.50, y: metres::2.50}", `'needs quotes'::"text"`,
}

func TestIonTypes(t *testing.T) {
	driver := ownDriver(t)
	run(t, driver, "CREATE TABLE Things")
	for number, written := range ionValues {
		t.Run(string(written), func(t *testing.T) {
			comesBackAsInserted(t, driver, 2*number, written)
			comesBackAsUpdated(t, driver, 2*number+1, written)
		})
	}
}

func comesBackAsInserted(t *testing.T, driver *qldbdriver.QLDBDriver, number int, written Ion) {
	t.Helper()
	run(t, driver, "INSERT INTO Things ?", Ion(fmt.Sprintf("{number: %d, held: %s}", number, written)))
	same(t, held(t, driver, number), written)

	found := run(t, driver, "SELECT * FROM Things AS t WHERE t.number = ? AND t.held = ?", number, written)
	if strings.Contains(string(written), "null") {
		equal(t, "rows equal to a null, or to what holds one", len(found) <= 1, true)
		return
	}
	equal(t, "rows found by equality", len(found), 1)
}

func comesBackAsUpdated(t *testing.T, driver *qldbdriver.QLDBDriver, number int, written Ion) {
	t.Helper()
	run(t, driver, "INSERT INTO Things ?", Ion(fmt.Sprintf("{number: %d, held: before}", number)))
	run(t, driver, "UPDATE Things AS t SET t.held = ? WHERE t.number = ?", written, number)
	same(t, held(t, driver, number), written)
}

func TestTypedNullIsNull(t *testing.T) {
	driver := ownDriver(t)
	run(t, driver, "CREATE TABLE Things")
	for _, written := range ionValues {
		if strings.HasPrefix(string(written), "null") {
			run(t, driver, "INSERT INTO Things ?", Ion(fmt.Sprintf("{held: %s}", written)))
		}
	}
	equal(t, "nulls", len(run(t, driver, "SELECT * FROM Things AS t WHERE t.held IS NULL")), 13)
}

func held(t *testing.T, driver *qldbdriver.QLDBDriver, number int) []byte {
	t.Helper()
	rows := run(t, driver, "SELECT VALUE t.held FROM Things AS t WHERE t.number = ?", number)
	if len(rows) != 1 {
		t.Fatalf("one row was wanted, %d came", len(rows))
	}
	return rows[0]
}

func same(t *testing.T, came []byte, written Ion) {
	t.Helper()
	cameHash, err := hashOf(came)
	must(t, err)
	wantedHash, err := hashOf([]byte(written))
	must(t, err)
	if !bytes.Equal(cameHash, wantedHash) {
		t.Errorf("%s did not come back as it was written", written)
	}
}
