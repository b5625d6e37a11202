package qldbcompat

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/qldb"
	"github.com/aws/aws-sdk-go-v2/service/qldb/types"
)

// A ledger is created with protection and tags, described, listed, updated, unprotected and deleted.
func TestLifeOfALedger(t *testing.T) {
	control := qldb.NewFromConfig(awsConfig(t))
	name := fmt.Sprintf("go-life-%d", time.Now().UnixNano()%1e9)

	created, err := control.CreateLedger(ctx, &qldb.CreateLedgerInput{
		Name: &name, PermissionsMode: types.PermissionsModeAllowAll, Tags: map[string]*string{"stage": aws.String("test")},
	})
	must(t, err)
	equal(t, "state", created.State, types.LedgerStateCreating)
	equal(t, "protection", *created.DeletionProtection, true)
	if !strings.HasSuffix(*created.Arn, ":ledger/"+name) {
		t.Errorf("the ARN %s does not name the ledger", *created.Arn)
	}
	waitUntilActive(t, control, name)

	_, err = control.DeleteLedger(ctx, &qldb.DeleteLedgerInput{Name: &name})
	var unmet *types.ResourcePreconditionNotMetException
	equal(t, "protected ledger refuses deletion", errors.As(err, &unmet), true)

	mode, err := control.UpdateLedgerPermissionsMode(ctx, &qldb.UpdateLedgerPermissionsModeInput{
		Name: &name, PermissionsMode: types.PermissionsModeStandard,
	})
	must(t, err)
	equal(t, "mode", mode.PermissionsMode, types.PermissionsModeStandard)

	updated, err := control.UpdateLedger(ctx, &qldb.UpdateLedgerInput{Name: &name, DeletionProtection: aws.Bool(false)})
	must(t, err)
	equal(t, "protection", *updated.DeletionProtection, false)
	equal(t, "listed", isListed(t, control, name), true)

	_, err = control.DeleteLedger(ctx, &qldb.DeleteLedgerInput{Name: &name})
	must(t, err)
	waitUntilGone(t, control, name)
	equal(t, "listed", isListed(t, control, name), false)
}

func TestCreationTimeHasMilliseconds(t *testing.T) {
	name := newLedger(t)
	described, err := qldb.NewFromConfig(awsConfig(t)).DescribeLedger(ctx, &qldb.DescribeLedgerInput{Name: &name})
	must(t, err)
	if age := time.Since(*described.CreationDateTime); age < -time.Second || age > time.Minute {
		t.Errorf("the ledger is said to be %v old", age)
	}
}

func TestTags(t *testing.T) {
	control := qldb.NewFromConfig(awsConfig(t))
	name := newLedger(t)
	described, err := control.DescribeLedger(ctx, &qldb.DescribeLedgerInput{Name: &name})
	must(t, err)

	_, err = control.TagResource(ctx, &qldb.TagResourceInput{
		ResourceArn: described.Arn, Tags: map[string]*string{"owner": aws.String("Ada"), "stage": aws.String("")},
	})
	must(t, err)
	_, err = control.UntagResource(ctx, &qldb.UntagResourceInput{ResourceArn: described.Arn, TagKeys: []string{"stage"}})
	must(t, err)

	listed, err := control.ListTagsForResource(ctx, &qldb.ListTagsForResourceInput{ResourceArn: described.Arn})
	must(t, err)
	equal(t, "number of tags", len(listed.Tags), 1)
	equal(t, "owner", *listed.Tags["owner"], "Ada")
}

func TestErrorsHaveTheirTypes(t *testing.T) {
	control := qldb.NewFromConfig(awsConfig(t))
	name := newLedger(t)

	var known *types.ResourceAlreadyExistsException
	_, err := control.CreateLedger(ctx, &qldb.CreateLedgerInput{Name: &name, PermissionsMode: types.PermissionsModeAllowAll})
	equal(t, "second ledger of a name is refused", errors.As(err, &known), true)
	equal(t, "resource", *known.ResourceName, name)

	var unknown *types.ResourceNotFoundException
	_, err = control.DescribeLedger(ctx, &qldb.DescribeLedgerInput{Name: aws.String("nobody")})
	equal(t, "unknown ledger", errors.As(err, &unknown), true)

	var invalid *types.InvalidParameterException
	_, err = control.CreateLedger(ctx, &qldb.CreateLedgerInput{
		Name: aws.String("no--good"), PermissionsMode: types.PermissionsModeAllowAll,
	})
	equal(t, "name with two hyphens", errors.As(err, &invalid), true)
}

func isListed(t *testing.T, control *qldb.Client, name string) bool {
	t.Helper()
	pages := qldb.NewListLedgersPaginator(control, &qldb.ListLedgersInput{MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must(t, err)
		for _, ledger := range page.Ledgers {
			if *ledger.Name == name {
				return true
			}
		}
	}
	return false
}

func waitUntilGone(t *testing.T, control *qldb.Client, name string) {
	t.Helper()
	for attempt := 0; attempt < 200; attempt++ {
		_, err := control.DescribeLedger(ctx, &qldb.DescribeLedgerInput{Name: &name})
		var gone *types.ResourceNotFoundException
		if errors.As(err, &gone) {
			return
		}
		must(t, err)
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("ledger %s did not go away", name)
}
