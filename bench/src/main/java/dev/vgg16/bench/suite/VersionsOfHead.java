package dev.vgg16.bench.suite;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder with one head, once as version 1 and once as version 2; version 1 serves.
 *
 * @param folder deleted on close
 */
record VersionsOfHead(Path folder) implements AutoCloseable {

  private static final String NAME = "cats-vs-dogs";

  /**
   * @param head the folder of one version of a head
   * @param shadow whether version 2 scores in the shadow; else it is only loaded
   */
  static VersionsOfHead of(Path head, boolean shadow) throws IOException {
    Path folder = Files.createTempDirectory("bench-versions-");
    Path named = folder.resolve(NAME);
    for (int version = 1; version <= 2; version++) {
      copy(head, Files.createDirectories(named.resolve("" + version)), version);
    }
    Files.writeString(
        named.resolve("versions.json"),
        shadow ? "{\"default\": 1, \"shadow\": [2]}" : "{\"default\": 1}");
    return new VersionsOfHead(folder);
  }

  private static void copy(Path head, Path to, int version) throws IOException {
    for (Path file : MoreFiles.listFiles(head)) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
    Path manifest = to.resolve("head.json");
    Gson gson = new Gson();
    JsonObject description = gson.fromJson(Files.readString(manifest), JsonObject.class);
    description.addProperty("name", NAME);
    description.addProperty("version", version);
    Files.writeString(manifest, gson.toJson(description));
  }

  @Override
  public void close() throws IOException {
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
