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
 * Opens a session and checks that {@link OnnxModel} can run it.
 *
 * @param name of the model in errors
 * @param settings of the session
 */
record OnnxLoader(String name, SessionSettings settings) {

  /** Opens a session. */
  private interface Source {
    OrtSession open(OrtEnvironment ort, OrtSession.SessionOptions options) throws OrtException;
  }

  /**
   * Loads a model file.
   *
   * @param forms of its output
   */
  OnnxModel file(Path file, Set<OutputForm> forms) {
    requireFile(file);
    ScannedFile scanned = ScannedFile.read(file);
    Set<OutputForm> further = Sets.difference(forms, Set.of(OutputForm.PLAIN));
    return further.isEmpty()
        ? load((ort, options) -> ort.createSession(name, options), ElementType.FLOAT32, 0)
        : load(
            (ort, options) -> ort.createSession(GraphExtension.extend(scanned, further), options),
            ElementType.FLOAT32,
            further.size());
  }

  /** Not by Files.isRegularFile, which returns false for an I/O error too. */
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

  /** Loads a model in memory whose input is float16. */
  OnnxModel ofFloat16(byte[] model) {
    return load((ort, options) -> ort.createSession(model, options), ElementType.FLOAT16, 0);
  }

  /**
   * @param further number of outputs after the model's own
   */
  private OnnxModel load(Source source, ElementType inputType, int further) {
    try (OrtSession.SessionOptions options = settings.toOrt()) {
      OrtSession session = source.open(OrtEnvironment.getEnvironment(), options);
      try {
        Port input = first("input", session.getInputInfo(), 0, inputType);
        requireOpenBatch(input);
        Port output = first("output", session.getOutputInfo(), further, ElementType.FLOAT32);
        return new OnnxModel(session, input, output);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new ModelLoadException(
          name + " can't be loaded on " + settings.provider() + ": " + reason(e), e);
    }
  }

  private String reason(OrtException e) {
    if (!OnnxModel.isOutOfMemory(e)) {
      return OnnxModel.firstLine(e);
    }
    return settings.provider() instanceof ExecutionProvider.Cuda cuda && cuda.memoryLimit() > 0
        ? "it needs more GPU memory than %,d bytes, its share of --cuda-memory-limit"
            .formatted(cuda.memoryLimit())
        : "there is too little memory";
  }

  private Port first(String side, Map<String, NodeInfo> infos, int further, ElementType type) {
    if (infos.size() != 1 + further) {
      throw ModelLoadException.notOne(name, side, infos.keySet());
    }
    return Port.of(name, side, infos.values().iterator().next(), type);
  }

  /** With a fixed batch dimension the model would load, and every run of another size fail. */
  private void requireOpenBatch(Port input) {
    if (!input.hasOpenBatch()) {
      throw new ModelLoadException(
          "%s: the input `%s` must leave its batch dimension open, and is %s"
              .formatted(name, input.name(), input.shape()),
          null);
    }
  }
}
