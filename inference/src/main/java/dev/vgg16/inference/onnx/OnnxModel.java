package dev.vgg16.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.gson.JsonPrimitive;
import dev.vgg16.service.errors.OneLine;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model with one input [N, ...] and one output [N, ...], both float32, loaded into one session.
 * The output is available in further forms, which are computed inside the graph.
 *
 * <p>Thread-safe: runs may overlap, and {@link #close} may be called during a run. The session is
 * reference-counted and closed after its last run, because ONNX Runtime crashes the process when a
 * session is closed during one.
 */
public final class OnnxModel implements AutoCloseable {

  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "Failed to allocate memory|Available memory of|out of memory|CUDA failure 2:|bad_alloc");

  /** OpenVINO's. */
  private static final Pattern SOURCE_POSITION = Pattern.compile("\\s*|Exception from \\S+:\\d+:");

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final OrtSession session;

  /** Of all runs. */
  private final OrtSession.RunOptions runOptions;

  private final Port input;
  private final Port output;
  private final ReferenceCount references = new ReferenceCount(this::closeSession);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean aborted;

  OnnxModel(OrtSession session, Port input, Port output) throws OrtException {
    this.session = session;
    this.runOptions = new OrtSession.RunOptions();
    this.input = input;
    this.output = output;
  }

  /**
   * Loads a model.
   *
   * @throws ModelLoadException when the file is missing or corrupt, does not have these inputs and
   *     outputs, or the device is not available; the message names the file and the reason
   */
  public static OnnxModel load(Path file, SessionSettings settings) {
    return load(file, settings, Set.of());
  }

  /**
   * The same, of a model whose runs end with the process's.
   *
   * @throws ServingException {@code UNAVAILABLE} when the process is stopping
   */
  public static OnnxModel load(Path file, SessionSettings settings, OpenModels models) {
    return models.load(() -> load(file, settings));
  }

  /**
   * Loads a model whose output is [N, height, width, channels].
   *
   * @param forms of its output, besides {@link OutputForm#PLAIN}
   * @throws ModelLoadException as above
   */
  public static OnnxModel load(Path file, SessionSettings settings, Set<OutputForm> forms) {
    return new OnnxLoader(file.toString(), settings).file(file, forms);
  }

  /** The shape of one input row; -1 where the model leaves it open. */
  public List<Long> inputRowShape() {
    return input.rowShape();
  }

  /** The shape of one output row; -1 where the model leaves it open. */
  public List<Long> outputRowShape() {
    return output.rowShape();
  }

  public String inputName() {
    return input.name();
  }

  public String outputName() {
    return output.name();
  }

  /**
   * Runs the model on the first {@code count} rows of {@code in} and writes the first {@code count}
   * rows of {@code out}.
   *
   * @throws ServingException {@code UNAVAILABLE} when the model is closed, or the service stops
   *     meanwhile, {@code OVERLOADED} when the device lacks memory for the batch
   * @throws OrtException when the run fails for another reason
   */
  public void run(RowBuffer in, int count, RowBuffer out) throws OrtException {
    run(in, count, Map.of(OutputForm.PLAIN, out));
  }

  /**
   * The same, with the output in several forms, which were given when the model was loaded.
   *
   * @param out at least one buffer
   */
  public void run(RowBuffer in, int count, Map<OutputForm, RowBuffer> out) throws OrtException {
    retain();
    try {
      Map<String, OnnxTensor> outputs = new HashMap<>();
      for (Map.Entry<OutputForm, RowBuffer> rows : out.entrySet()) {
        outputs.put(output.name() + rows.getKey().suffix(), rows.getValue().first(count));
      }
      session.run(Map.of(input.name(), in.first(count)), Set.of(), outputs, runOptions).close();
    } catch (OrtException e) {
      if (aborted) {
        throw ServingException.unavailable("the service is stopping");
      }
      if (isOutOfMemory(e)) {
        throw ServingException.overloaded(
            "the device has too little memory for a batch of " + count, RETRY_AFTER);
      }
      throw e;
    } finally {
      references.release();
    }
  }

  /** Closes the session as soon as no run uses it. Later runs are refused. */
  @Override
  public void close() {
    references.close();
  }

  /** Closes the session, and ends the runs that use it before the next nodes of their graphs. */
  void abort() {
    aborted = true;
    synchronized (runOptions) {
      if (!isClosed()) {
        terminateRuns();
      }
    }
    close();
  }

  private void terminateRuns() {
    try {
      runOptions.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime can't end a run", e);
    }
  }

  /** Whether its last run has ended, and its session is closed. */
  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Opens then. */
  CountDownLatch closed() {
    return closed;
  }

  private void retain() {
    if (!references.retain()) {
      throw ServingException.unavailable("the model is unloaded");
    }
  }

  private void closeSession() {
    try {
      session.close();
      synchronized (runOptions) {
        runOptions.close();
        closed.countDown();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime can't close a session", e);
    }
  }

  /** By the messages of ONNX Runtime's arena and of CUDA; there is no code for it. */
  static boolean isOutOfMemory(OrtException e) {
    return OUT_OF_MEMORY.matcher(String.valueOf(e.getMessage())).find();
  }

  /**
   * The reason, without the error code and source positions that ONNX Runtime and OpenVINO put
   * before it.
   */
  static String firstLine(OrtException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .map(
            line ->
                line.replaceFirst("^.*\\[ONNXRuntimeError] : \\d+ : [A-Z_]+ : ", "")
                    .replaceFirst("^Error code - [A-Z_]+ - message: ", ""))
        .filter(line -> !SOURCE_POSITION.matcher(line).matches())
        .findFirst()
        .orElse("unknown error");
  }

  /**
   * A model can't be loaded; the message is one line that names the file. When the file could not
   * be read, the cause is an {@link IOException}.
   */
  public static final class ModelLoadException extends RuntimeException {
    ModelLoadException(String message, @Nullable Throwable cause) {
      super(OneLine.of(message), cause);
    }

    static ModelLoadException unreadable(Path file, IOException cause) {
      return new ModelLoadException(file + " can't be read: " + cause, cause);
    }

    /** External data is refused, since no digest covers it. */
    static ModelLoadException external(String model, String location) {
      String shown = OneLine.truncated(location, 100);
      return new ModelLoadException(
          "%s keeps weights in another file, %s: all weights must be in the model file"
              .formatted(model, new JsonPrimitive(shown)),
          null);
    }

    /**
     * @param side "input" or "output"
     * @param names of all inputs or outputs
     */
    static ModelLoadException notOne(String model, String side, Collection<String> names) {
      return new ModelLoadException(
          "%s must have one %s, and has %s".formatted(model, side, names), null);
    }
  }
}
