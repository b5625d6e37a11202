package qldbcompat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static qldbcompat.Ledgers.ION;
import static qldbcompat.Ledgers.run;
import static qldbcompat.Verifier.bytes;
import static qldbcompat.Verifier.verifyBlock;
import static qldbcompat.Verifier.verifyRevision;

import com.amazon.ion.IonList;
import com.amazon.ion.IonString;
import com.amazon.ion.IonStruct;
import com.amazon.ion.IonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.qldb.QldbClient;
import software.amazon.awssdk.services.qldb.model.GetBlockResponse;
import software.amazon.awssdk.services.qldb.model.GetDigestResponse;
import software.amazon.awssdk.services.qldb.model.GetRevisionResponse;
import software.amazon.awssdk.services.qldb.model.ValueHolder;
import software.amazon.qldb.QldbDriver;

class VerificationTest {
    private final Ledgers ledgers = new Ledgers();
    private final QldbClient control = ledgers.control();
    private String ledger;
    private IonStruct known;
    private GetDigestResponse tip;

    @BeforeEach
    void begin() {
        ledger = ledgers.ledger();
        QldbDriver driver = ledgers.driver(ledger, 4);
        run(driver, "CREATE TABLE Vehicle");
        run(driver, "INSERT INTO Vehicle ?", "{VIN: \"A\", price: 90.25, made: 2017-08-21}");
        run(driver, "INSERT INTO Vehicle ?", "{VIN: \"B\", parts: [a::1, {{aGk=}}]}");
        run(driver, "UPDATE Vehicle SET price = ? WHERE VIN = ?", "91.00", "\"A\"");
        String statement = "SELECT * FROM _ql_committed_Vehicle AS v WHERE v.data.VIN = ?";
        known = (IonStruct) run(driver, statement, "\"A\"").get(0);
        tip = control.getDigest(which -> which.name(ledger));
    }

    @AfterEach
    void end() {
        ledgers.close();
    }

    @Test
    @DisplayName("A revision verifies, a forged one does not")
    void revision() {
        GetRevisionResponse answer = control.getRevision(which -> which.name(ledger)
                .blockAddress(holder(known.get("blockAddress")))
                .documentId(((IonString) ((IonStruct) known.get("metadata")).get("id")).stringValue())
                .digestTipAddress(tip.digestTipAddress()));
        String text = answer.revision().ionText();
        IonList proof = (IonList) read(answer.proof());
        byte[] digest = tip.digest().asByteArray();

        assertTrue(verifyRevision((IonStruct) ION.singleValue(text), proof, digest));
        String forged = text.replace("91.00", "91.01");
        assertNotEquals(text, forged);
        assertFalse(verifyRevision((IonStruct) ION.singleValue(forged), proof, digest));
        assertFalse(verifyRevision((IonStruct) ION.singleValue(text), proof, new byte[32]));
    }

    @Test
    @DisplayName("All blocks verify and chain, and they alone make up the digest")
    void journal() {
        IonStruct address = (IonStruct) read(tip.digestTipAddress());
        byte[] digest = tip.digest().asByteArray();
        List<byte[]> hashes = new ArrayList<>();
        int last = Ledgers.number(address.get("sequenceNo"));
        for (int sequenceNo = 0; sequenceNo <= last; sequenceNo++) {
            address.put("sequenceNo").newInt(sequenceNo);
            GetBlockResponse answer = control.getBlock(which ->
                    which.name(ledger).blockAddress(holder(address)).digestTipAddress(tip.digestTipAddress()));
            IonStruct block = (IonStruct) read(answer.block());

            assertTrue(verifyBlock(block, (IonList) read(answer.proof()), digest), block::toString);
            if (sequenceNo > 0) {
                assertArrayEquals(hashes.get(sequenceNo - 1), bytes(block.get("previousBlockHash")));
            }
            hashes.add(bytes(block.get("blockHash")));
        }
        assertArrayEquals(digest, Verifier.root(hashes));
    }

    @Test
    @DisplayName("The verifier holds on what the real service answered in 2019")
    void realService() throws IOException {
        String text = Files.readString(Path.of("../../tests/vectors/cli-vehicle-registration.ion"));
        IonStruct vector = (IonStruct) ION.singleValue(text);
        IonStruct block = (IonStruct) vector.get("block");
        IonStruct revision = (IonStruct) ((IonList) block.get("revisions")).get(0);
        IonList blockProof = (IonList) vector.get("blockProof");
        byte[] digest = bytes(vector.get("digest"));

        assertTrue(verifyBlock(block, blockProof, digest));
        assertTrue(verifyRevision(revision, (IonList) vector.get("revisionProof"), digest));
        assertFalse(verifyRevision(revision, blockProof, digest));
    }

    private static ValueHolder holder(IonValue value) {
        return ValueHolder.builder().ionText(value.toString()).build();
    }

    private static IonValue read(ValueHolder holder) {
        return ION.singleValue(holder.ionText());
    }
}
