package qldbcompat;

import com.amazon.ion.IonInt;
import com.amazon.ion.IonSystem;
import com.amazon.ion.IonValue;
import com.amazon.ion.system.IonSystemBuilder;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import software.amazon.awssdk.services.qldb.QldbClient;
import software.amazon.awssdk.services.qldb.QldbClientBuilder;
import software.amazon.awssdk.services.qldb.model.LedgerState;
import software.amazon.awssdk.services.qldb.model.PermissionsMode;
import software.amazon.awssdk.services.qldbsession.QldbSessionClient;
import software.amazon.awssdk.services.qldbsession.QldbSessionClientBuilder;
import software.amazon.qldb.QldbDriver;
import software.amazon.qldb.QldbDriverBuilder;
import software.amazon.qldb.Result;
import software.amazon.qldb.RetryPolicy;
import software.amazon.qldb.TransactionExecutor;

/** What the tests share: ledgers and drivers that end with the test. The environment alone says where the server is. */
final class Ledgers implements AutoCloseable {
    static final IonSystem ION = IonSystemBuilder.standard().build();
    /** The server whose transactions do not live long. */
    static final String HASTY = "COMPAT_HASTY_ENDPOINT";
    /** The patient server, by https. */
    static final String HTTPS = "COMPAT_HTTPS_ENDPOINT";

    private static final String PATIENT = "AWS_ENDPOINT_URL";
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Deque<Runnable> endings = new ArrayDeque<>();

    static {
        for (String name : List.of(PATIENT, HASTY, HTTPS)) {
            Assertions.assertNotNull(System.getenv(name), name + " is not set; `make compat SUITES=java` sets it");
        }
    }

    @Override
    public void close() {
        while (!endings.isEmpty()) {
            endings.pop().run();
        }
    }

    QldbClient control() {
        return control(PATIENT);
    }

    QldbClient control(String where) {
        QldbClientBuilder builder = QldbClient.builder();
        QldbClient client = PATIENT.equals(where)
                ? builder.build()
                : builder.endpointOverride(URI.create(System.getenv(where))).build();
        endings.push(client::close);
        return client;
    }

    /** Creates a ledger. */
    String ledger() {
        return ledger(PATIENT);
    }

    String ledger(String where) {
        QldbClient control = control(where);
        String name = "java-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
        control.createLedger(
                make -> make.name(name).permissionsMode(PermissionsMode.ALLOW_ALL).deletionProtection(false));
        untilActive(control, name);
        endings.push(() -> control.deleteLedger(gone -> gone.name(name)));
        return name;
    }

    /** Makes a driver for a ledger of its own. */
    QldbDriver driver() {
        return driver(ledger(), 4);
    }

    QldbDriver driver(String ledger, int retries) {
        return driver(ledger, retries, PATIENT);
    }

    QldbDriver driver(String ledger, int retries, String where) {
        return open(building(ledger, retries, where));
    }

    /** Makes a driver that fetches pages from a thread of its own. */
    QldbDriver readingAhead(String ledger, int pages) {
        return open(building(ledger, 4, PATIENT).readAhead(pages));
    }

    private QldbDriverBuilder building(String ledger, int retries, String where) {
        QldbSessionClientBuilder session = QldbSessionClient.builder();
        if (!PATIENT.equals(where)) {
            session.endpointOverride(URI.create(System.getenv(where)));
        }
        return QldbDriver.builder()
                .ledger(ledger)
                .sessionClientBuilder(session)
                .transactionRetryPolicy(RetryPolicy.builder().maxRetries(retries).build())
                .maxConcurrentTransactions(10);
    }

    private QldbDriver open(QldbDriverBuilder builder) {
        QldbDriver driver = builder.build();
        endings.push(() -> close(driver));
        return driver;
    }

    static void untilActive(QldbClient control, String name) {
        for (int attempt = 0; attempt < 200; attempt++) {
            if (control.describeLedger(which -> which.name(name)).state() == LedgerState.ACTIVE) {
                return;
            }
            pause(50);
        }
        Assertions.fail("ledger " + name + " did not become active");
    }

    /** Runs one statement in a transaction of its own and gives the rows. Parameters are written in Ion. */
    static List<IonValue> run(QldbDriver driver, String statement, String... parameters) {
        return driver.execute(txn -> {
            return rows(txn, statement, parameters);
        });
    }

    static List<IonValue> rows(TransactionExecutor txn, String statement, String... parameters) {
        List<IonValue> rows = new ArrayList<>();
        result(txn, statement, parameters).forEach(rows::add);
        return rows;
    }

    static Result result(TransactionExecutor txn, String statement, String... parameters) {
        return txn.execute(statement, Arrays.stream(parameters).map(ION::singleValue).toList());
    }

    static int number(List<IonValue> rows) {
        Assertions.assertEquals(1, rows.size(), "rows");
        return number(rows.get(0));
    }

    static int number(IonValue value) {
        return ((IonInt) value).intValue();
    }

    static List<Integer> numbers(List<IonValue> rows) {
        return rows.stream().map(Ledgers::number).sorted().toList();
    }

    static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }

    private static void close(QldbDriver driver) {
        try {
            driver.close();
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }
}
