package dev.vgg16.bench.suite;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder with one head under two names, since a head that a call names twice runs once.
 *
 * @param folder deleted on close
 */
record TwinHeads(Path folder) implements AutoCloseable {

  private static final List<String> NAMES = List.of("cats-vs-dogs", "cats-vs-dogs-twin");

  /**
   * @param head the folder of one version of a head
   */
  static TwinHeads of(Path head) throws IOException {
    Path folder = Files.createTempDirectory("bench-heads-");
    for (String name : NAMES) {
      copy(head, Files.createDirectories(folder.resolve(name).resolve("1")), name);
    }
    return new TwinHeads(folder);
  }

  private static void copy(Path head, Path to, String name) throws IOException {
    for (Path file : MoreFiles.listFiles(head)) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
    Path manifest = to.resolve("head.json");
    Gson gson = new Gson();
    JsonObject description = gson.fromJson(Files.readString(manifest), JsonObject.class);
    description.addProperty("name", name);
    Files.writeString(manifest, gson.toJson(description));
  }

  List<String> names() {
    return NAMES;
  }

  @Override
  public void close() throws IOException {
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
