package qldbcompat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static qldbcompat.Ledgers.number;
import static qldbcompat.Ledgers.rows;
import static qldbcompat.Ledgers.run;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.qldbsession.model.InvalidSessionException;
import software.amazon.awssdk.services.qldbsession.model.OccConflictException;
import software.amazon.qldb.QldbDriver;
import software.amazon.qldb.exceptions.TransactionAbortedException;

class TransactionsTest {
    private static final String READ = "SELECT VALUE c.tally FROM Counter AS c WHERE c.name = 'c'";
    private static final String WRITE = "UPDATE Counter AS c SET c.tally = ? WHERE c.name = 'c'";

    private final Ledgers ledgers = new Ledgers();

    @AfterEach
    void end() {
        ledgers.close();
    }

    @Test
    @DisplayName("A conflict is retried by the driver, and nothing is lost")
    void retried() {
        QldbDriver driver = counter(4);
        assertEquals(2, overtaken(driver));
        assertEquals(11, number(run(driver, READ)));
    }

    @Test
    @DisplayName("A conflict reaches the user when there are no retries")
    void notRetried() {
        QldbDriver driver = counter(0);
        assertThrows(OccConflictException.class, () -> overtaken(driver));
        assertEquals(10, number(run(driver, READ)));
    }

    @Test
    @DisplayName("A transaction that only read conflicts with who wrote that")
    void onlyRead() {
        QldbDriver driver = counter(0);
        assertThrows(OccConflictException.class, () -> driver.execute(txn -> {
            txn.execute("SELECT * FROM Counter");
            run(driver, WRITE, "10");
        }));
    }

    @Test
    @DisplayName("An aborted transaction leaves nothing")
    void aborted() {
        QldbDriver driver = counter(4);
        assertThrows(TransactionAbortedException.class, () -> driver.execute(txn -> {
            rows(txn, WRITE, "5");
            txn.abort();
        }));
        assertEquals(0, number(run(driver, READ)));
    }

    @Test
    @DisplayName("A transaction sees its own writes")
    void ownWrites() {
        QldbDriver driver = counter(4);
        int seen = driver.execute(txn -> {
            assertTrue(txn.getTransactionId().matches("[0-9A-Za-z]{22}"), txn::getTransactionId);
            rows(txn, WRITE, "7");
            return number(rows(txn, READ));
        });
        assertEquals(7, seen);
    }

    @Test
    @DisplayName("A transaction that outlives its time is lost, is not retried, and the driver goes on")
    void expired() {
        QldbDriver driver = ledgers.driver(ledgers.ledger(Ledgers.HASTY), 4, Ledgers.HASTY);
        run(driver, "CREATE TABLE Things");
        AtomicInteger attempts = new AtomicInteger();
        InvalidSessionException error = assertThrows(InvalidSessionException.class, () -> driver.execute(txn -> {
            attempts.incrementAndGet();
            rows(txn, "INSERT INTO Things ?", "{late: true}");
            Ledgers.pause(4000);
        }));
        assertTrue(error.getMessage().contains("has expired"), error::getMessage);
        assertEquals(1, attempts.get());
        assertEquals(0, run(driver, "SELECT * FROM Things").size());
    }

    private QldbDriver counter(int retries) {
        QldbDriver driver = ledgers.driver(ledgers.ledger(), retries);
        run(driver, "CREATE TABLE Counter");
        run(driver, "CREATE INDEX ON Counter (name)");
        run(driver, "INSERT INTO Counter ?", "{name: \"c\", tally: 0}");
        return driver;
    }

    // Reads the counter, lets another transaction write it the first time, and writes it. Gives the number of attempts.
    private static int overtaken(QldbDriver driver) {
        AtomicInteger attempts = new AtomicInteger();
        driver.execute(txn -> {
            int value = number(rows(txn, READ));
            if (attempts.incrementAndGet() == 1) {
                run(driver, WRITE, "10");
            }
            rows(txn, WRITE, String.valueOf(value + 1));
        });
        return attempts.get();
    }
}
