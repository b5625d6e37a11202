package qldbcompat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static qldbcompat.Ledgers.ION;
import static qldbcompat.Ledgers.run;
import static qldbcompat.Verifier.ionHash;

import com.amazon.ion.IonValue;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.qldb.QldbDriver;

/** Values are compared by Ion Hash, which sees types, precision, offsets and annotations. */
@DisplayName("Every Ion type")
class IonTypesTest {
    private static final List<String> VALUES = List.of(
            "true", "false",
            "5", "0", "-42", "9223372036854775807", "-123456789012345678901234567890",
            "3.2e0", "1e0", "+inf", "-1.5e300",
            "0.1", "10.00", "1d30", "-0.",
            "2016T", "2016-12T", "2016-12-20T", "2016-12-20T05:23Z", "2016-12-20T05:23:43Z",
            "2016-12-20T05:23:43.120Z", "2016-12-20T05:23:43.120+02:30", "2016-12-20T05:23:43-00:00",
            "abc", "'a b'", "\"text\"", "\"\"", "\"añ日本語🚀\\n\\\"\"",
            "{{aGVsbG8=}}", "{{}}", "{{\"hello\"}}",
            "[1, two, \"three\", 4.0, [5]]", "[]", "(a + (b * 2))", "()",
            "{a: 1, b: {c: [true]}, 'd e': 2016T}", "{}");

    private static final List<String> NULLS = List.of(
            "null", "null.bool", "null.int", "null.float", "null.decimal", "null.timestamp", "null.symbol",
            "null.string", "null.blob", "null.clob", "null.list", "null.sexp", "null.struct");

    private static final List<String> ANNOTATED = List.of(
            "metres::5", "outer::inner::2016-12-20T", "tags::[a::1, b::\"two\"]",
            "point::{x: metres::1.50, y: metres::2.50}", "'needs quotes'::\"text\"");

    private static final Ledgers LEDGERS = new Ledgers();
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static QldbDriver driver;

    @BeforeAll
    static void begin() {
        driver = LEDGERS.driver();
        run(driver, "CREATE TABLE Things");
    }

    @AfterAll
    static void end() {
        LEDGERS.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    @DisplayName("comes back as it was inserted")
    void inserted(String written) {
        assertArrayEquals(ionHash(ION.singleValue(written)), ionHash(held(insert(written))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    @DisplayName("comes back as it was updated")
    void updated(String written) {
        String number = insert("before");
        run(driver, "UPDATE Things AS t SET t.held = ? WHERE t.number = ?", written, number);
        assertArrayEquals(ionHash(ION.singleValue(written)), ionHash(held(number)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparable")
    @DisplayName("is found by equality")
    void found(String written) {
        String statement = "SELECT * FROM Things AS t WHERE t.number = ? AND t.held = ?";
        assertEquals(1, run(driver, statement, insert(written), written).size());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nulls")
    @DisplayName("has a null that is null")
    void isNull(String written) {
        String statement = "SELECT * FROM Things AS t WHERE t.number = ? AND t.held IS NULL";
        assertEquals(1, run(driver, statement, insert(written)).size());
    }

    static Stream<String> all() {
        List<String> withNulls = List.of("unknown::null.decimal", "{a: [null.int]}");
        return Stream.of(VALUES, NULLS, ANNOTATED, withNulls).flatMap(List::stream);
    }

    static Stream<String> comparable() {
        return Stream.of(VALUES, ANNOTATED).flatMap(List::stream);
    }

    static Stream<String> nulls() {
        return NULLS.stream();
    }

    private static String insert(String written) {
        String number = String.valueOf(NUMBERS.incrementAndGet());
        run(driver, "INSERT INTO Things ?", "{number: " + number + ", held: " + written + "}");
        return number;
    }

    private static IonValue held(String number) {
        return run(driver, "SELECT VALUE t.held FROM Things AS t WHERE t.number = ?", number).get(0);
    }
}
