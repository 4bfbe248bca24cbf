package dev.vgg16.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.vgg16.bench.process.Machine;
import dev.vgg16.bench.process.ProcessorUse;
import dev.vgg16.bench.process.Revision;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Where the figures of one part go: a JSON file, a section of a document, and the terminal. */
public final class Results {

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();
  private static final int DATE_LENGTH = 10;
  private static final double PERCENT = 100;

  private final String name;
  private final Path folder;
  private final MarkedDocument document;
  private final PrintWriter terminal;
  private final ProcessorUse use;

  /** The contents of the JSON file. */
  private record File(
      String name,
      String date,
      String revision,
      Machine machine,
      double processorShareOfOthers,
      Object options,
      Object figures) {}

  private Results(
      String name, Path folder, MarkedDocument document, PrintWriter terminal, ProcessorUse use) {
    this.name = name;
    this.folder = folder;
    this.document = document;
    this.terminal = terminal;
    this.use = use;
  }

  /**
   * To be called before anything is measured.
   *
   * @param name of the JSON file, and of the section in the document
   * @param folder of the JSON file
   * @throws IllegalStateException when the document has no such section
   */
  public static Results open(
      String name, Path folder, MarkedDocument document, PrintWriter terminal) throws IOException {
    document.requirePlace(name);
    return new Results(name, folder, document, terminal, ProcessorUse.start());
  }

  /**
   * Writes the figures. All processes that were measured must have ended.
   *
   * @param options of the measurement
   * @param figures including those of each round
   * @param tables the same in Markdown
   */
  public void write(Object options, Object figures, String tables)
      throws IOException, InterruptedException {
    File file =
        new File(
            name,
            now(),
            Revision.current(),
            Machine.detect(),
            use.shareOfOthers(),
            options,
            figures);
    Files.writeString(newFile(), GSON.toJson(file) + "\n");
    show(tables);
  }

  public Path folder() {
    return folder;
  }

  /** The JSON file, for a part that writes it itself; its folder exists. */
  public Path newFile() throws IOException {
    return Files.createDirectories(folder).resolve(name + ".json");
  }

  /** Writes a plot into the document's images, and returns its Markdown. */
  public String plot(LinePlot plot) throws IOException {
    return plot(name, plot);
  }

  /**
   * The same for one of several plots.
   *
   * @param file its name without .svg
   */
  public String plot(String file, LinePlot plot) throws IOException {
    String image = "images/%s.svg".formatted(file);
    plot.write(document.file().resolveSibling(image));
    return "![%s](%s)".formatted(plot.title(), image);
  }

  /** Writes tables into the document, and prints them. */
  public void show(String tables) throws IOException, InterruptedException {
    String origin =
        "%s; %s, revision %s; others took %.1f%% of the processors"
            .formatted(
                Machine.detect().describe(),
                now().substring(0, DATE_LENGTH),
                Revision.current(),
                use.shareOfOthers() * PERCENT);
    document.replace(name, "%s\n\n<sub>%s</sub>".formatted(tables, origin));
    terminal.printf("%n%s%n%n%s%n", tables, origin);
    terminal.printf("written to %s and %s%n", newFile(), document.file());
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
