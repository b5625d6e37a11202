package qldbcompat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static qldbcompat.Ledgers.ION;
import static qldbcompat.Ledgers.numbers;
import static qldbcompat.Ledgers.result;
import static qldbcompat.Ledgers.run;

import com.amazon.ion.IonValue;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.qldbsession.model.BadRequestException;
import software.amazon.qldb.QldbDriver;
import software.amazon.qldb.Result;

class StatementsTest {
    private static final int DOCUMENTS_PER_TRANSACTION = 40;
    private static final String SIX_WAY_JOIN = "SELECT * FROM Three a, Three b, Three c, Three d, Three e, Three f";
    private static final long SIX_WAY_JOIN_READS = 3 + 9 + 27 + 81 + 243 + 729;

    private final Ledgers ledgers = new Ledgers();

    @AfterEach
    void end() {
        ledgers.close();
    }

    @Test
    @DisplayName("The driver lists active tables")
    void tables() {
        QldbDriver driver = ledgers.driver();
        List.of("CREATE TABLE Kept", "CREATE TABLE Dropped", "DROP TABLE Dropped").forEach(each -> run(driver, each));
        List<String> tables =
                StreamSupport.stream(driver.getTableNames().spliterator(), false).toList();
        assertEquals(List.of("Kept"), tables);
    }

    @Test
    @DisplayName("A table with an index is changed and read")
    void table() {
        QldbDriver driver = ledgers.driver();
        run(driver, "CREATE TABLE Vehicle");
        run(driver, "CREATE INDEX ON Vehicle (VIN)");
        run(driver, "INSERT INTO Vehicle ?", "{VIN: \"X\", Color: \"Blue\"}");
        run(driver, "INSERT INTO Vehicle << ?, ? >>", "{VIN: \"A\"}", "{VIN: \"B\"}");
        run(driver, "UPDATE Vehicle SET Color = ? WHERE VIN = ?", "\"White\"", "\"X\"");
        run(driver, "DELETE FROM Vehicle WHERE VIN = ?", "\"B\"");

        List<IonValue> wanted = List.of(ION.singleValue("{VIN: \"X\", Color: \"White\"}"));
        assertEquals(wanted, run(driver, "SELECT * FROM Vehicle WHERE VIN = ?", "\"X\""));
        assertEquals(2, run(driver, "SELECT * FROM Vehicle").size());
        String versions = "SELECT VALUE h.metadata.version FROM history(Vehicle) AS h WHERE h.data.VIN = ?";
        assertEquals(List.of(0, 1), numbers(run(driver, versions, "\"X\"")));
    }

    @Test
    @DisplayName("Parameters are bound in order")
    void parameters() {
        QldbDriver driver = filled("Many", 20);
        String statement = "SELECT VALUE m.number FROM Many AS m WHERE m.number >= ? AND m.number < ?";
        assertEquals(List.of(7, 8), numbers(run(driver, statement, "7", "9")));
    }

    @Test
    @DisplayName("A result of several pages is complete, reading ahead or not")
    void pages() {
        String ledger = ledgers.ledger();
        QldbDriver driver = ledgers.driver(ledger, 4);
        fill(driver, "Many", 450);
        for (QldbDriver each : List.of(driver, ledgers.readingAhead(ledger, 2))) {
            List<IonValue> rows = run(each, "SELECT VALUE m.number FROM Many AS m");
            assertEquals(IntStream.range(0, 450).boxed().toList(), numbers(rows));
        }
    }

    @Test
    @DisplayName("Two results of several pages are read in turns, a third is left unread")
    void cursors() {
        QldbDriver driver = filled("Many", 450);
        driver.execute(txn -> {
            Iterator<IonValue> upward = result(txn, "SELECT VALUE m.number FROM Many AS m").iterator();
            Iterator<IonValue> shifted = result(txn, "SELECT VALUE m.number + 1000 FROM Many AS m").iterator();
            result(txn, "SELECT * FROM Many");
            for (int pair = 0; pair < 450; pair++) {
                assertEquals(Ledgers.number(upward.next()) + 1000, Ledgers.number(shifted.next()));
            }
        });
    }

    @Test
    @DisplayName("Statement statistics sum up over all pages, and are there from the first row on")
    void statistics() {
        QldbDriver driver = filled("Three", 3);
        driver.execute(txn -> {
            Result result = result(txn, SIX_WAY_JOIN);
            int rows = 0;
            for (IonValue row : result) {
                rows++;
                assertTrue(result.getConsumedIOs().getReadIOs() > 0, row::toString);
                assertTrue(result.getTimingInformation().getProcessingTimeMilliseconds() > 0, row::toString);
            }
            assertEquals(729, rows);
            assertEquals(SIX_WAY_JOIN_READS, result.getConsumedIOs().getReadIOs());
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT * FROM NonExistentTable | No such variable named 'NonExistentTable'",
                "CREATE TABLE Known | already exists",
                "SELEKT * FROM Known | SELEKT",
                "SELECT * FROM | Parser Error",
                "SELECT * FROM Known WHERE a = ? | parameter"
            },
            quoteCharacter = '"')
    @DisplayName("A statement is refused with a BadRequestException")
    void refused(String statement, String wanted) {
        QldbDriver driver = ledgers.driver();
        run(driver, "CREATE TABLE Known");
        BadRequestException error = assertThrows(BadRequestException.class, () -> run(driver, statement));
        assertTrue(error.getMessage().contains(wanted), error::getMessage);
    }

    @Test
    @DisplayName("A ledger that does not exist is a BadRequestException after the driver's retries")
    void unknownLedger() {
        QldbDriver driver = ledgers.driver("no-such-ledger", 1);
        assertThrows(BadRequestException.class, () -> run(driver, "SELECT * FROM Known"));
    }

    private QldbDriver filled(String table, int count) {
        QldbDriver driver = ledgers.driver();
        fill(driver, table, count);
        return driver;
    }

    private static void fill(QldbDriver driver, String table, int count) {
        run(driver, "CREATE TABLE " + table);
        for (int start = 0; start < count; start += DOCUMENTS_PER_TRANSACTION) {
            String documents = IntStream.range(start, Math.min(start + DOCUMENTS_PER_TRANSACTION, count))
                    .mapToObj(number -> "{number: " + number + "}")
                    .collect(Collectors.joining(",", "[", "]"));
            run(driver, "INSERT INTO " + table + " ?", documents);
        }
    }
}
