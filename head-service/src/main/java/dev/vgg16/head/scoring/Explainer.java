package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.manifest.ModelFile;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.inference.onnx.SessionSettings;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A head's explanation model: maps [n, height, width, channels] in, heat maps [n, classes, height,
 * width] out, each in [0, 1]. Thread-safe.
 *
 * <p>It is run once when its head is loaded, so that a model that does not fit is refused then. It
 * is then closed until the first request for a heat map: most heads are never explained, and an
 * open model takes as much memory as its head.
 */
final class Explainer implements AutoCloseable {

  private final ModelFile file;
  private final List<Long> shape;
  private final Function<Path, OnnxModel> loader;

  // Written under this; read without it, as most requests find it loaded.
  private volatile @Nullable OnnxModel model;

  @GuardedBy("this")
  private @Nullable Failure failure;

  /**
   * The file was replaced since it was verified.
   *
   * @param state the file's attributes then; once they differ, the file is read again
   */
  private record Failure(ServingException cause, List<Object> state) {}

  private Explainer(ModelFile file, List<Long> shape, Function<Path, OnnxModel> loader) {
    this.file = file;
    this.shape = shape;
    this.loader = loader;
  }

  /**
   * Runs the model on one map.
   *
   * @param file whose digest is verified
   * @param map height, width and channels
   * @param models ends its runs with the process
   * @throws ManifestException when its output does not fit the head
   * @throws ModelLoadException when ONNX Runtime can't load it
   */
  static Explainer verified(ModelFile file, int classes, List<Long> map, OpenModels models) {
    return verified(
        file, classes, map, path -> OnnxModel.load(path, SessionSettings.singleThread(), models));
  }

  static Explainer verified(
      ModelFile file, int classes, List<Long> map, Function<Path, OnnxModel> loader) {
    Explainer explainer =
        new Explainer(file, List.of((long) classes, map.get(0), map.get(1)), loader);
    try (OnnxModel model = explainer.open();
        RowBuffer maps = new RowBuffer(1, Head.shapeOf(map))) {
      explainer.run(model, maps, 1).close();
      return explainer;
    } catch (OrtException e) {
      throw new ManifestException(
          "%s can't explain a map of %s: %s".formatted(file.path(), map, e.getMessage()));
    }
  }

  /** Whether the model is loaded; otherwise {@link #heatMaps} reads it from disk. */
  boolean isOpen() {
    return model != null;
  }

  /**
   * The heat maps of the first {@code count} maps; the caller closes them.
   *
   * @throws ServingException {@code MISMATCH} when the file was replaced, {@code UNAVAILABLE} when
   *     it can't be loaded at the moment
   */
  RowBuffer heatMaps(RowBuffer maps, int count) throws OrtException {
    OnnxModel loaded = model;
    return run(loaded == null ? openedOnce() : loaded, maps, count);
  }

  private RowBuffer run(OnnxModel loaded, RowBuffer maps, int count) throws OrtException {
    RowBuffer heat = new RowBuffer(count, Head.shapeOf(shape));
    try {
      loaded.run(maps, count, heat);
      return heat;
    } catch (OrtException | RuntimeException e) {
      heat.close();
      throw e;
    }
  }

  /** Only requests for this head's heat maps wait for the lock. */
  private synchronized OnnxModel openedOnce() {
    OnnxModel loaded = model;
    if (loaded == null) {
      loaded = reopen();
      model = loaded;
    }
    return loaded;
  }

  @GuardedBy("this")
  private OnnxModel reopen() {
    List<Object> state = state();
    Failure before = failure;
    if (before != null && before.state().equals(state)) {
      throw before.cause();
    }
    try {
      // Again, since it may have changed.
      file.verify();
    } catch (ManifestException e) {
      if (e.getCause() instanceof IOException) {
        throw ServingException.unavailable(e.getMessage());
      }
      ServingException mismatch = ServingException.mismatch(e.getMessage());
      failure = new Failure(mismatch, state);
      throw mismatch;
    }
    try {
      return open();
    } catch (ManifestException | ModelLoadException e) {
      // The file is verified, so what fails now, such as an allocation, may succeed later.
      throw ServingException.unavailable(String.valueOf(e.getMessage()));
    }
  }

  private List<Object> state() {
    try {
      BasicFileAttributes is = Files.readAttributes(file.path(), BasicFileAttributes.class);
      return List.of(is.size(), is.lastModifiedTime(), String.valueOf(is.fileKey()));
    } catch (IOException e) {
      throw ServingException.unavailable(file.path() + " can't be read at the moment: " + e);
    }
  }

  private OnnxModel open() {
    OnnxModel opened = loader.apply(file.path());
    if (!opened.outputRowShape().equals(shape)) {
      opened.close();
      throw new ManifestException(
          "%s: its output must be [N, classes, height, width], %s, and its rows are %s"
              .formatted(file.path(), shape, opened.outputRowShape()));
    }
    return opened;
  }

  /** Called after the last use of the head. */
  @Override
  public synchronized void close() {
    OnnxModel loaded = model;
    if (loaded != null) {
      loaded.close();
    }
  }
}
