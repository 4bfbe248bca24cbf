package dev.vgg16.inference.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model file must be in its manifest's folder and have the digest that the manifest names. */
class ModelFileTest {

  private static final byte[] MODEL = {1, 2, 3};
  private static final String SHA256 = Hashing.sha256().hashBytes(MODEL).toString();

  @TempDir Path folder;

  private ModelFile modelFile(String name) throws IOException {
    Path file = folder.resolve("head.json");
    String quoted = new JsonPrimitive(name).toString();
    Files.writeString(file, "{\"file\": %s, \"sha256\": \"%s\"}".formatted(quoted, SHA256));
    return JsonManifest.read(file).modelFile();
  }

  @Test
  void isFoundBesideTheManifest() throws Exception {
    Files.write(folder.resolve("head.onnx"), MODEL);
    ModelFile file = modelFile("head.onnx");
    assertThat(file.path()).isEqualTo(folder.resolve("head.onnx"));
    assertThat(file.exists()).isTrue();
    file.verify();
  }

  @Test
  void aParentFolderIsRefused() throws Exception {
    assertThat(modelFile("..onnx").path()).isEqualTo(folder.resolve("..onnx"));
    assertThat(modelFile("head v1.2 (é).onnx").exists()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "..",
        ".",
        "/etc/passwd",
        "/",
        "sub/head.onnx",
        "sub/../head.onnx",
        "./a",
        "../../../../../etc/passwd",
        "a/../../b",
        "head.onnx/",
        "head\0.onnx",
        "\0",
        "a\nb/c"
      })
  void aNameOutsideTheFolderIsRefused(String name) {
    assertThatThrownBy(() -> modelFile(name))
        .isInstanceOf(ManifestException.class)
        .message()
        .startsWith(folder.resolve("head.json") + ": file must be the name of a file beside")
        .doesNotContain("\n", "\0");
  }

  @Test
  void anAbsolutePathIsRefusedEvenToTheSameFolder() {
    assertThatThrownBy(() -> modelFile(folder.resolve("head.onnx").toString()))
        .isInstanceOf(ManifestException.class);
  }

  @Test
  void aLongNameIsTruncatedInTheMessage() {
    assertThatThrownBy(() -> modelFile("../" + "x".repeat(1_000_000)))
        .isInstanceOf(ManifestException.class)
        .message()
        .hasSizeLessThan(1_000);
  }

  @Test
  void aRelativeManifestPathIsAccepted() throws Exception {
    Path relative = Path.of("").toAbsolutePath().relativize(folder.toRealPath());
    Files.writeString(
        folder.resolve("head.json"),
        "{\"file\": \"head.onnx\", \"sha256\": \"%s\"}".formatted(SHA256));
    ModelFile file = JsonManifest.read(relative.resolve("head.json")).modelFile();
    assertThat(file.path()).isEqualTo(folder.toRealPath().resolve("head.onnx"));
  }

  @Test
  void aLinkThatLeadsOutOfTheFolderIsRefused(@TempDir Path elsewhere) throws Exception {
    Path target = Files.write(elsewhere.resolve("head.onnx"), MODEL);
    Path link = Files.createSymbolicLink(folder.resolve("head.onnx"), target);
    assertThatThrownBy(() -> modelFile("head.onnx").verify())
        .isInstanceOf(ManifestException.class)
        .hasMessage(link + " is a link that leads out of its folder");
  }

  /** As in volumes of Kubernetes; also when the folder itself is a link. */
  @Test
  void aLinkWithinTheFolderIsFollowed(@TempDir Path elsewhere) throws Exception {
    Files.createDirectory(folder.resolve("..data"));
    Files.write(folder.resolve("..data/head.onnx"), MODEL);
    Files.createSymbolicLink(folder.resolve("head.onnx"), Path.of("..data/head.onnx"));
    modelFile("head.onnx").verify();
    Path linked = Files.createSymbolicLink(elsewhere.resolve("1"), folder);
    JsonManifest.read(linked.resolve("head.json")).modelFile().verify();
  }

  @Test
  void aFileWithAnotherDigestIsRefused() throws Exception {
    Path path = folder.resolve("head.onnx");
    Files.write(path, new byte[] {1, 2, 4});
    ModelFile file = new ModelFile(path, SHA256);
    assertThatThrownBy(file::verify)
        .isInstanceOf(ManifestException.class)
        .message()
        .contains(path.toString(), SHA256, Hashing.sha256().hashBytes(new byte[] {1, 2, 4}) + "");
  }

  @Test
  void aMissingFileIsNamed() {
    Path path = folder.resolve("head.onnx");
    assertThat(new ModelFile(path, SHA256).exists()).isFalse();
    assertThatThrownBy(() -> new ModelFile(path, SHA256).verify())
        .isInstanceOf(ManifestException.class)
        .hasMessage(path + " can't be read: there is no such file");
  }

  @Test
  void aFolderIsRefused() {
    assertThat(new ModelFile(folder, SHA256).exists()).isFalse();
    assertThatThrownBy(() -> new ModelFile(folder, SHA256).verify())
        .isInstanceOf(ManifestException.class)
        .hasMessage(folder + " can't be read: it is no regular file");
  }

  /** Opening it for reading would block. */
  @Test
  void aPipeIsRefused() throws Exception {
    Path pipe = folder.resolve("head.onnx");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> new ModelFile(pipe, SHA256).verify())
        .isInstanceOf(ManifestException.class)
        .hasMessage(pipe + " can't be read: it is no regular file");
    assertThatThrownBy(() -> JsonManifest.read(pipe))
        .isInstanceOf(ManifestException.class)
        .hasMessage(pipe + " can't be read: it is no regular file");
  }

  /** Hashing a petabyte would take days, though the file takes no disk space. */
  @Test
  void aSparseFileIsNotHashed() throws Exception {
    Path sparse = folder.resolve("head.onnx");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(8L << 40);
    }
    assertThatThrownBy(() -> new ModelFile(sparse, SHA256).verify())
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("it has 8,796,093,022,208 bytes, and a model has at most");
  }

  @Test
  void aLoopOfLinksIsAReadError() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("head.onnx"), Path.of("head.onnx"));
    assertThatThrownBy(() -> new ModelFile(link, SHA256).verify())
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("Too many levels of symbolic links")
        .hasCauseInstanceOf(IOException.class);
  }
}
