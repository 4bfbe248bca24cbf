package dev.vgg16.serving.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.common.primitives.Longs;
import dev.vgg16.serving.fault.ServingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model with one float32 input [N, ...] and one float32 output [N, ...], loaded into one session.
 *
 * <p>Thread-safe: runs may overlap, and {@link #close} may come in the middle of one. The session
 * is counted by its users and ends with the last of them, because ONNX Runtime crashes the process
 * when a session ends under a run.
 */
public final class OnnxModel implements AutoCloseable {

  private final OrtSession session;
  private final Port input;
  private final Port output;
  // One for the owner until close, and one for each run.
  private final AtomicInteger users = new AtomicInteger(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * An input or an output.
   *
   * @param name as in the ONNX file
   * @param rowShape the shape without the batch dimension
   */
  private record Port(String name, List<Long> rowShape) {}

  private OnnxModel(OrtSession session, Port input, Port output) {
    this.session = session;
    this.input = input;
    this.output = output;
  }

  /**
   * Loads a model.
   *
   * @throws ModelLoadException when the file is missing or broken, is not of the form above, or the
   *     device is not to be had; the message names the file and the reason
   */
  public static OnnxModel load(Path file, SessionSettings settings) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new ModelLoadException("there is no readable file " + file, null);
    }
    try (OrtSession.SessionOptions options = settings.toOrt()) {
      OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
      try {
        Port input = onlyPort(file, "input", session.getInputInfo());
        requireOpenBatch(file, session.getInputInfo());
        Port output = onlyPort(file, "output", session.getOutputInfo());
        return new OnnxModel(session, input, output);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new ModelLoadException(
          file + " can't be loaded on " + settings.device() + ": " + firstLine(e), e);
    }
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
   * Runs the model on the first {@code count} rows of {@code in} and writes as many rows to {@code
   * out}.
   *
   * @throws ServingException {@code UNAVAILABLE} when the model is closed
   * @throws OrtException when the run fails
   */
  public void run(RowBuffer in, int count, RowBuffer out) throws OrtException {
    retain();
    try {
      session
          .run(Map.of(input.name(), in.first(count)), Map.of(output.name(), out.first(count)))
          .close();
    } finally {
      release();
    }
  }

  /** Ends the session as soon as no run uses it. Later runs are refused. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }

  private void retain() {
    int before = users.getAndUpdate(n -> n == 0 ? 0 : n + 1);
    if (before > 0 && !closed.get()) {
      return;
    }
    if (before > 0) {
      release();
    }
    throw ServingException.unavailable("the model is unloaded");
  }

  private void release() {
    if (users.decrementAndGet() == 0) {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime can't close a session", e);
      }
    }
  }

  private static Port onlyPort(Path file, String side, Map<String, NodeInfo> infos) {
    if (infos.size() != 1) {
      throw new ModelLoadException(
          "%s must have one %s, and has %s".formatted(file, side, infos.keySet()), null);
    }
    NodeInfo info = infos.values().iterator().next();
    if (!(info.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
      throw new ModelLoadException(
          "%s: the %s `%s` must be a float32 tensor, and is %s"
              .formatted(file, side, info.getName(), info.getInfo()),
          null);
    }
    long[] shape = tensor.getShape();
    if (shape.length < 2) {
      throw new ModelLoadException(
          "%s: the %s `%s` must have a batch dimension and more, and is %s"
              .formatted(file, side, info.getName(), Arrays.toString(shape)),
          null);
    }
    return new Port(info.getName(), List.copyOf(Longs.asList(shape).subList(1, shape.length)));
  }

  /** A fixed one would load, and then fail every run of another size. */
  private static void requireOpenBatch(Path file, Map<String, NodeInfo> inputs) {
    NodeInfo info = inputs.values().iterator().next();
    long[] shape = ((TensorInfo) info.getInfo()).getShape();
    if (shape[0] != -1) {
      throw new ModelLoadException(
          "%s: the input `%s` must leave its batch dimension open, and is %s"
              .formatted(file, info.getName(), Arrays.toString(shape)),
          null);
    }
  }

  /** The reason alone: before it come an error code and a place in ONNX Runtime's source. */
  static String firstLine(OrtException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown error");
    return line.replaceFirst("^.*\\[ONNXRuntimeError] : \\d+ : [A-Z_]+ : ", "");
  }

  /** A model can't be loaded; the message is one line that names the file. */
  public static final class ModelLoadException extends RuntimeException {
    ModelLoadException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
