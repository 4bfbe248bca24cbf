package dev.vgg16.e2e;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A folder with the head of cats and dogs, and with heads whose graphs are test resources. */
final class MadeHeads {

  private static final String GOOD = "cats-vs-dogs";
  private static final Path GRAPHS = Program.ROOT.resolve("e2e/src/test/resources/heads");

  private final Path folder;

  /**
   * @param folder empty
   */
  MadeHeads(Path folder) throws IOException {
    this.folder = folder;
    Path good = Files.createDirectories(folder.resolve(GOOD).resolve("1"));
    for (String file : List.of("head.json", "head.onnx", "explain.onnx")) {
      Files.copy(
          Program.ROOT.resolve("models/heads").resolve(GOOD).resolve("1").resolve(file),
          good.resolve(file));
    }
  }

  /** Adds a head with labels of realistic length. */
  void add(String name, String graph, int classes) throws IOException {
    Path head = Files.createDirectories(folder.resolve(name).resolve("1"));
    Path model = Files.copy(GRAPHS.resolve(graph), head.resolve("head.onnx"));
    Map<String, Object> good = manifest(folder.resolve(GOOD).resolve("1"));
    Map<String, Object> manifest =
        Map.of(
            "name",
            name,
            "version",
            1,
            "backbone",
            good.get("backbone"),
            "labels",
            IntStream.range(0, classes).mapToObj("a class of some kind %05d"::formatted).toList(),
            "input",
            good.get("input"),
            "file",
            "head.onnx",
            "sha256",
            MoreFiles.asByteSource(model).hash(Hashing.sha256()).toString(),
            "parameters",
            0);
    Files.writeString(head.resolve("head.json"), new Gson().toJson(manifest));
  }

  /** The id of the backbone that all of them score maps of. */
  static String backbone() throws IOException {
    return String.valueOf(
        manifest(Program.ROOT.resolve("models/heads").resolve(GOOD).resolve("1")).get("backbone"));
  }

  private static Map<String, Object> manifest(Path version) throws IOException {
    return Map.copyOf(
        new Gson()
            .<Map<String, Object>>fromJson(
                Files.readString(version.resolve("head.json")), Map.class));
  }
}
