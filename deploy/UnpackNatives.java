import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Moves the native libraries for linux-x86_64 out of the jars in LIB into the folder OUT, and drops
 * those for other platforms:
 *
 * <pre>java UnpackNatives.java LIB OUT</pre>
 *
 * Run once while an image is built, so that a container neither writes nor executes anything in its
 * temporary folder, starts faster, and holds each library once (ONNX Runtime's for GPUs are 0.6 GB).
 * The Dockerfiles' JAVA_OPTS say where the libraries are.
 */
final class UnpackNatives {

  /** Where jars keep them: the folder of all platforms' libraries, and ours within it. */
  private record Natives(String folder, String glob) {}

  private static final List<Natives> NATIVES =
      List.of(
          new Natives("/ai/onnxruntime/native", "**/linux-x64/*.so"),
          new Natives("/META-INF/native", "**/*_x86_64.so"),
          new Natives("/org/bytedeco/javacpp/linux-x86_64", "**/linux-x86_64/*.so"),
          new Natives("/org/bytedeco/openblas/linux-x86_64", "**/linux-x86_64/*.so*"),
          new Natives("/org/bytedeco/opencv/linux-x86_64", "**/linux-x86_64/*.so*"));

  /** JavaCPP would rename the one to the other while it unpacks; a link does as well. */
  private static final String OPENBLAS = "libopenblas.so.0";

  private static final String OPENBLAS_LINK = "libopenblas_nolapack.so.0";

  public static void main(String[] args) throws IOException {
    Path out = Files.createDirectories(Path.of(args[1]));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
      for (Path jar : jars) {
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
          for (Natives natives : NATIVES) {
            move(zip.getPath(natives.folder()), natives.glob(), out);
          }
        }
      }
    }
    if (Files.exists(out.resolve(OPENBLAS))) {
      Files.createSymbolicLink(out.resolve(OPENBLAS_LINK), Path.of(OPENBLAS));
    }
    require(out, "libonnxruntime.so");
    require(out, "libio_grpc_netty_shaded_netty_transport_native_epoll_x86_64.so");
  }

  private static void move(Path folder, String glob, Path out) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    var ours = folder.getFileSystem().getPathMatcher("glob:" + glob);
    List<Path> files;
    try (Stream<Path> paths = Files.walk(folder)) {
      files = paths.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      if (ours.matches(file)) {
        Files.copy(file, out.resolve(file.getFileName().toString()));
      }
      Files.delete(file);
    }
  }

  private static void require(Path out, String library) {
    if (!Files.isRegularFile(out.resolve(library))) {
      throw new IllegalStateException(library + " is in no jar: has it got another name?");
    }
  }
}
