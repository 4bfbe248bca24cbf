package dev.vgg16.head.registry;

import dev.vgg16.head.scoring.TinyHeads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder of heads that tests may change.
 *
 * @param path the folder
 */
record CopiedHeads(Path path) {

  /** The tiny heads: three@1, three@2, three@10 and two@1. */
  static CopiedHeads into(Path path) throws IOException {
    CopiedHeads copy = new CopiedHeads(path);
    try (Stream<Path> versions = Files.walk(TinyHeads.FOLDER, 2)) {
      for (Path version : versions.filter(v -> Files.exists(v.resolve("head.json"))).toList()) {
        copy.copy(version, TinyHeads.FOLDER.relativize(version).toString());
      }
    }
    return copy;
  }

  Path version(String place) {
    return path.resolve(place);
  }

  /** Adds a version of a head, with the same weights. */
  void add(String from, String to) throws IOException {
    copy(path.resolve(from), to);
    edit(
        to,
        "\"version\": " + Path.of(from).getFileName(),
        "\"version\": " + Path.of(to).getFileName());
  }

  /** Adds a head with the weights of another one's version, under a name of its own. */
  void addAs(String from, String name) throws IOException {
    copy(path.resolve(from), name + "/1");
    edit(
        name + "/1",
        "\"name\": \"" + Path.of(from).getName(0) + "\"",
        "\"name\": \"" + name + "\"");
  }

  private void copy(Path from, String to) throws IOException {
    Path target = Files.createDirectories(path.resolve(to));
    for (String file : new String[] {"head.json", "head.onnx"}) {
      Files.copy(from.resolve(file), target.resolve(file));
    }
  }

  void edit(String version, String was, String becomes) throws IOException {
    Path manifest = path.resolve(version).resolve("head.json");
    String text = Files.readString(manifest);
    if (!text.contains(was)) {
      throw new IllegalArgumentException("no " + was + " in " + text);
    }
    Files.writeString(manifest, text.replace(was, becomes));
  }

  void remove(String version) throws IOException {
    for (String file : new String[] {"head.json", "head.onnx"}) {
      Files.delete(path.resolve(version).resolve(file));
    }
    Files.delete(path.resolve(version));
  }
}
