package qldbcompat

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/qldb"
)

var program = regexp.MustCompile("(?s)```go\n(.*?)```")

// The program that the page tells people to copy runs, shows both colours, and verifies a revision.
func TestReadme(t *testing.T) {
	page, err := os.ReadFile("README.md")
	must(t, err)
	file := filepath.Join(t.TempDir(), "main.go")
	must(t, os.WriteFile(file, program.FindSubmatch(page)[1], 0o600))
	t.Cleanup(func() {
		name := "vehicles"
		_, err := qldb.NewFromConfig(awsConfig(t)).DeleteLedger(ctx, &qldb.DeleteLedgerInput{Name: &name})
		must(t, err)
	})

	command := exec.Command("go", "run", file)
	command.Stderr = os.Stderr
	printed, err := command.Output()
	must(t, err)
	equal(t, "printed", string(printed), "0 Blue\n1 Red\nverified: true\n")
}
