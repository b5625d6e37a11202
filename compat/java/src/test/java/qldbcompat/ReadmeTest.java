package qldbcompat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.qldb.QldbClient;

class ReadmeTest {
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @AfterEach
    void end() {
        try (QldbClient control = QldbClient.create()) {
            control.deleteLedger(which -> which.name("vehicles"));
        }
    }

    @Test
    @DisplayName("The program of the page runs, shows both colours, and verifies a revision")
    void program(@TempDir Path folder) throws Exception {
        Matcher found = PROGRAM.matcher(Files.readString(Path.of("README.md")));
        assertTrue(found.find());
        Path file = Files.writeString(folder.resolve("Vehicles.java"), found.group(1));

        Process running = new ProcessBuilder("java", "-cp", CLASS_PATH, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("0 Blue\n1 Red\nverified: true\n", printed);
        assertEquals(0, running.waitFor());
    }
}
