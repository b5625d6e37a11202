package qldbcompat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.qldb.QldbClient;
import software.amazon.awssdk.services.qldb.model.CreateLedgerResponse;
import software.amazon.awssdk.services.qldb.model.InvalidParameterException;
import software.amazon.awssdk.services.qldb.model.LedgerState;
import software.amazon.awssdk.services.qldb.model.PermissionsMode;
import software.amazon.awssdk.services.qldb.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.qldb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.qldb.model.ResourcePreconditionNotMetException;

class ControlPlaneTest {
    private final Ledgers ledgers = new Ledgers();
    private final QldbClient control = ledgers.control();

    @AfterEach
    void end() {
        ledgers.close();
    }

    @Test
    @DisplayName("A ledger is created with protection, updated, unprotected and deleted")
    void life() {
        String name = "java-life-" + ProcessHandle.current().pid();
        CreateLedgerResponse created = control.createLedger(make ->
                make.name(name).permissionsMode(PermissionsMode.ALLOW_ALL).tags(Map.of("stage", "test")));
        assertEquals(LedgerState.CREATING, created.state());
        assertTrue(created.deletionProtection());
        assertTrue(created.arn().endsWith(":ledger/" + name));
        assertTrue(Duration.between(created.creationDateTime(), Instant.now()).abs().toSeconds() < 60);
        Ledgers.untilActive(control, name);

        assertThrows(ResourcePreconditionNotMetException.class, () -> control.deleteLedger(gone -> gone.name(name)));
        assertEquals(
                PermissionsMode.STANDARD,
                control.updateLedgerPermissionsMode(to -> to.name(name).permissionsMode(PermissionsMode.STANDARD))
                        .permissionsMode());
        assertFalse(control.updateLedger(to -> to.name(name).deletionProtection(false)).deletionProtection());
        assertTrue(isListed(name));

        control.deleteLedger(gone -> gone.name(name));
        untilGone(name);
        assertFalse(isListed(name));
    }

    @Test
    @DisplayName("Tags are added, removed and listed by the ledger's ARN")
    void tags() {
        String name = ledgers.ledger();
        String arn = control.describeLedger(which -> which.name(name)).arn();
        control.tagResource(what -> what.resourceArn(arn).tags(Map.of("owner", "Ada", "stage", "")));
        control.untagResource(what -> what.resourceArn(arn).tagKeys(List.of("stage")));
        assertEquals(Map.of("owner", "Ada"), control.listTagsForResource(what -> what.resourceArn(arn)).tags());
    }

    @Test
    @DisplayName("Errors are of their classes, with their members")
    void errors() {
        String name = ledgers.ledger();
        ResourceAlreadyExistsException known = assertThrows(
                ResourceAlreadyExistsException.class,
                () -> control.createLedger(make -> make.name(name).permissionsMode(PermissionsMode.ALLOW_ALL)));
        assertEquals(name, known.resourceName());
        assertThrows(ResourceNotFoundException.class, () -> control.describeLedger(which -> which.name("nobody")));
        assertThrows(
                InvalidParameterException.class,
                () -> control.createLedger(make -> make.name("no--good").permissionsMode(PermissionsMode.ALLOW_ALL)));
    }

    private boolean isListed(String name) {
        return control.listLedgersPaginator(pages -> pages.maxResults(1)).stream()
                .flatMap(page -> page.ledgers().stream())
                .anyMatch(ledger -> ledger.name().equals(name));
    }

    private void untilGone(String name) {
        assertThrows(ResourceNotFoundException.class, () -> {
            for (int attempt = 0; attempt < 200; attempt++) {
                control.describeLedger(which -> which.name(name));
                Ledgers.pause(50);
            }
        });
    }
}
