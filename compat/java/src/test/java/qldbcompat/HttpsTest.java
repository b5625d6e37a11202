package qldbcompat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static qldbcompat.Ledgers.run;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsTest {
    private static final String PASSWORD = "changeit";

    @Test
    @DisplayName("A driver works at an endpoint of https whose certificate is in the JVM's trust store")
    void https(@TempDir Path folder) throws Exception {
        System.setProperty("javax.net.ssl.trustStore", trusting(System.getenv("AWS_CA_BUNDLE"), folder));
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        try (Ledgers ledgers = new Ledgers()) {
            String ledger = ledgers.ledger();
            assertEquals(1, run(ledgers.driver(ledger, 4, Ledgers.HTTPS), "CREATE TABLE Known").size());
        }
    }

    // As keytool -importcert does.
    private static String trusting(String certificate, Path folder) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(certificate))) {
            store.setCertificateEntry(
                    "qldb-emulator", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        Path file = folder.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file.toString();
    }
}
