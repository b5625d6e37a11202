package qldbcompat;

import com.amazon.ion.IonBlob;
import com.amazon.ion.IonList;
import com.amazon.ion.IonReader;
import com.amazon.ion.IonStruct;
import com.amazon.ion.IonSystem;
import com.amazon.ion.IonValue;
import com.amazon.ion.system.IonSystemBuilder;
import com.amazon.ionhash.IonHashReader;
import com.amazon.ionhash.IonHashReaderBuilder;
import com.amazon.ionhash.MessageDigestIonHasherProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A verifier of revisions, blocks and digests, written from the published algorithm alone. It may be copied.
 *
 * <p>The idea: every hash is joined to its neighbour by {@link #dot}, which orders the two by itself, so that a proof is
 * a plain list of hashes. Folding a leaf with its proof gives the ledger's digest, or the leaf is not in that ledger.
 */
public final class Verifier {
    private static final byte[] EMPTY = {};
    private static final IonSystem ION = IonSystemBuilder.standard().build();
    private static final MessageDigestIonHasherProvider SHA_256 = new MessageDigestIonHasherProvider("SHA-256");

    private Verifier() {}

    /** Whether a revision is what it says it is, and stands in the ledger that has this digest. */
    public static boolean verifyRevision(IonStruct revision, IonList proof, byte[] digest) {
        byte[] computed = revisionHash(revision);
        return Arrays.equals(computed, bytes(revision.get("hash"))) && reaches(computed, proof, digest);
    }

    /** Whether a block follows from its own contents, and stands in the ledger that has this digest. */
    public static boolean verifyBlock(IonStruct block, IonList proof, byte[] digest) {
        return isConsistent(block) && reaches(bytes(block.get("blockHash")), proof, digest);
    }

    /** The Ion Hash (SHA-256) of a value. */
    public static byte[] ionHash(IonValue value) {
        try (IonReader plain = ION.newReader(value);
                IonHashReader reader = IonHashReaderBuilder.standard()
                        .withReader(plain)
                        .withHasherProvider(SHA_256)
                        .build()) {
            while (reader.next() != null) {
                // A value is hashed as it is passed.
            }
            return reader.digest();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** Joins two hashes; an empty one leaves the other as it is. */
    public static byte[] dot(byte[] left, byte[] right) {
        if (left.length == 0 || right.length == 0) {
            return left.length == 0 ? right : left;
        }
        MessageDigest joined = sha256();
        joined.update(isAfter(left, right) ? right : left);
        joined.update(isAfter(left, right) ? left : right);
        return joined.digest();
    }

    /** Folds hashes to one: neighbours in pairs, an odd last one goes up unchanged, level by level. */
    public static byte[] root(List<byte[]> hashes) {
        List<byte[]> level = hashes;
        while (level.size() > 1) {
            List<byte[]> above = new ArrayList<>();
            for (int at = 0; at < level.size(); at += 2) {
                above.add(dot(level.get(at), at + 1 < level.size() ? level.get(at + 1) : EMPTY));
            }
            level = above;
        }
        return level.isEmpty() ? EMPTY : level.get(0);
    }

    /** The bytes of a blob. */
    public static byte[] bytes(IonValue blob) {
        return ((IonBlob) blob).getBytes();
    }

    private static boolean isConsistent(IonStruct block) {
        List<byte[]> entries = blobs((IonList) block.get("entriesHashList"));
        byte[] computed = dot(root(entries), bytes(block.get("previousBlockHash")));
        return contentHashes(block).stream()
                        .allMatch(hash -> entries.stream().anyMatch(entry -> Arrays.equals(entry, hash)))
                && Arrays.equals(computed, bytes(block.get("blockHash")));
    }

    // Those of a block's entries that its contents determine.
    private static List<byte[]> contentHashes(IonStruct block) {
        List<byte[]> hashes = new ArrayList<>();
        for (String name : List.of("transactionInfo", "redactionInfo")) {
            if (block.containsKey(name)) {
                hashes.add(ionHash(block.get(name)));
            }
        }
        IonList revisions = (IonList) block.get("revisions");
        if (revisions != null && !revisions.isEmpty()) {
            hashes.add(root(revisions.stream().map(each -> revisionHash((IonStruct) each)).toList()));
        }
        return hashes;
    }

    // A revision is hashed from its metadata and its data, or what is left of that: the hash alone after a redaction,
    // nothing after a deletion. One that only shows its hash cannot be recomputed.
    private static byte[] revisionHash(IonStruct revision) {
        return revision.containsKey("metadata")
                ? dot(ionHash(revision.get("metadata")), dataHash(revision))
                : bytes(revision.get("hash"));
    }

    private static byte[] dataHash(IonStruct revision) {
        if (revision.containsKey("data")) {
            return ionHash(revision.get("data"));
        }
        return revision.containsKey("dataHash") ? bytes(revision.get("dataHash")) : EMPTY;
    }

    private static boolean reaches(byte[] leaf, IonList proof, byte[] digest) {
        return Arrays.equals(blobs(proof).stream().reduce(leaf, Verifier::dot), digest);
    }

    private static List<byte[]> blobs(IonList list) {
        return list.stream().map(Verifier::bytes).toList();
    }

    // Hashes are compared as signed bytes, which Java's are, from the last byte to the first.
    private static boolean isAfter(byte[] left, byte[] right) {
        for (int at = left.length - 1; at >= 0; at--) {
            if (left[at] != right[at]) {
                return left[at] > right[at];
            }
        }
        return false;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible); // every Java has it
        }
    }
}
