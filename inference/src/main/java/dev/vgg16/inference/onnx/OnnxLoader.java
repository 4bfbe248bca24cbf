package dev.vgg16.inference.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.Sets;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;

/**
 * Opens a session and checks that it is of the form that {@link OnnxModel} runs.
 *
 * @param name what errors call the model
 * @param settings how the session runs
 */
record OnnxLoader(String name, SessionSettings settings) {

  /** Opens a session. */
  private interface Source {
    OrtSession open(OrtEnvironment ort, OrtSession.SessionOptions options) throws OrtException;
  }

  /**
   * A model file.
   *
   * @param forms what its output can be had in
   */
  OnnxModel file(Path file, Set<OutputForm> forms) {
    requireFile(file);
    ScannedFile scanned = ScannedFile.read(file);
    Set<OutputForm> taps = Sets.difference(forms, Set.of(OutputForm.PLAIN));
    return taps.isEmpty()
        ? load((ort, options) -> ort.createSession(name, options), ElementType.FLOAT32, 0)
        : load(
            (ort, options) -> ort.createSession(GraphExtension.extend(scanned, taps), options),
            ElementType.FLOAT32,
            taps.size());
  }

  /** Not Files.isRegularFile, which says no where a volume is away or fails too. */
  private static void requireFile(Path file) {
    try {
      if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
        throw new ModelLoadException(file + " can't be read: it is no regular file", null);
      }
    } catch (NoSuchFileException e) {
      throw new ModelLoadException(file + " can't be read: there is no such file", null);
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  /** A model in memory that takes float16. */
  OnnxModel ofFloat16(byte[] model) {
    return load((ort, options) -> ort.createSession(model, options), ElementType.FLOAT16, 0);
  }

  /**
   * @param taps how many outputs come after the model's own
   */
  private OnnxModel load(Source source, ElementType inputType, int taps) {
    try (OrtSession.SessionOptions options = settings.toOrt()) {
      OrtSession session = source.open(OrtEnvironment.getEnvironment(), options);
      try {
        Port input = first("input", session.getInputInfo(), 0, inputType);
        requireOpenBatch(input);
        Port output = first("output", session.getOutputInfo(), taps, ElementType.FLOAT32);
        return new OnnxModel(session, input, output);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new ModelLoadException(
          name + " can't be loaded on " + settings.device() + ": " + OnnxModel.firstLine(e), e);
    }
  }

  private Port first(String side, Map<String, NodeInfo> infos, int taps, ElementType type) {
    if (infos.size() != 1 + taps) {
      throw ModelLoadException.notOne(name, side, infos.keySet());
    }
    return Port.of(name, side, infos.values().iterator().next(), type);
  }

  /** A fixed one would load, and then fail every run of another size. */
  private void requireOpenBatch(Port input) {
    if (!input.hasOpenBatch()) {
      throw new ModelLoadException(
          "%s: the input `%s` must leave its batch dimension open, and is %s"
              .formatted(name, input.name(), input.shape()),
          null);
    }
  }
}
