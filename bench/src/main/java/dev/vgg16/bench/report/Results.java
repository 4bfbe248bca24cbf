package dev.vgg16.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.vgg16.bench.process.Machine;
import dev.vgg16.bench.process.Revision;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where the figures of one part go: a JSON file for machines, a place in a document for people, and
 * the terminal.
 *
 * @param name of the JSON file, and of the place in the document
 * @param folder of the JSON file
 */
public record Results(String name, Path folder, MarkedDocument document, PrintWriter terminal) {

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();
  private static final int DATE_LENGTH = 10;

  /** What the JSON file holds. */
  private record File(
      String name, String date, String revision, Machine machine, Object options, Object figures) {}

  /**
   * Writes the figures.
   *
   * @param options how it was measured
   * @param figures each round's too
   * @param tables the same for a person, in Markdown
   */
  public void write(Object options, Object figures, String tables)
      throws IOException, InterruptedException {
    File file = new File(name, now(), Revision.current(), Machine.detect(), options, figures);
    Files.writeString(newFile(), GSON.toJson(file) + "\n");
    show(tables);
  }

  /** The JSON file, for those who write it themselves; its folder is there. */
  public Path newFile() throws IOException {
    return Files.createDirectories(folder).resolve(name + ".json");
  }

  /** Puts tables into the document, and prints them. */
  public void show(String tables) throws IOException, InterruptedException {
    document.replace(
        name,
        "%s\n\n<sub>%s; %s, revision %s</sub>"
            .formatted(
                tables,
                Machine.detect().describe(),
                now().substring(0, DATE_LENGTH),
                Revision.current()));
    terminal.printf("%n%s%n%nwritten to %s and %s%n", tables, newFile(), document.file());
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
