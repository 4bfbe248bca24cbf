package dev.vgg16.cli.heads.release;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one version of a head.
 *
 * @param backbone whose maps it scores
 */
record VersionFiles(String backbone) {

  /**
   * Checks that they are a head, as far as that needs no ONNX Runtime.
   *
   * @param folder of the version
   * @throws ReleaseFailure when they are not
   */
  static VersionFiles read(Path folder, NamedVersion expected) {
    Path manifest = folder.resolve("head.json");
    if (!Files.isRegularFile(manifest)) {
      throw new ReleaseFailure("there is no head %s: no file %s".formatted(expected, manifest));
    }
    JsonObject json = JsonFiles.object(manifest);
    NamedVersion named = named(manifest, json);
    if (!named.equals(expected)) {
      throw new ReleaseFailure(
          "%s says that it is %s, not %s".formatted(manifest, named, expected));
    }
    verifyModel(folder, manifest, json);
    return new VersionFiles(text(manifest, json, "backbone"));
  }

  private static NamedVersion named(Path manifest, JsonObject json) {
    try {
      return NamedVersion.parse(
          text(manifest, json, "name") + "@" + json.get("version").getAsBigDecimal());
    } catch (RuntimeException e) {
      throw new ReleaseFailure(manifest + " has no name and version of a head", e);
    }
  }

  private static void verifyModel(Path folder, Path manifest, JsonObject json) {
    Path model = folder.resolve(text(manifest, json, "file"));
    try {
      String digest = MoreFiles.asByteSource(model).hash(Hashing.sha256()).toString();
      if (!digest.equals(text(manifest, json, "sha256"))) {
        throw new ReleaseFailure("%s is not the file that %s describes".formatted(model, manifest));
      }
    } catch (IOException e) {
      throw new ReleaseFailure("%s can't be read: %s".formatted(model, e), e);
    }
  }

  private static String text(Path manifest, JsonObject json, String field) {
    return Optional.ofNullable(json.get(field))
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString)
        .orElseThrow(() -> new ReleaseFailure(manifest + " has no " + field));
  }
}
