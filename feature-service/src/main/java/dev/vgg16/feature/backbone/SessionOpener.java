package dev.vgg16.feature.backbone;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.SessionSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Opens the sessions of a model: all of them, or none. */
final class SessionOpener {

  private final Path file;
  private final Set<OutputForm> forms;

  @GuardedBy("itself")
  private final List<OnnxModel> opened = new ArrayList<>();

  private SessionOpener(Path file, Set<OutputForm> forms) {
    this.file = file;
    this.forms = forms;
  }

  /**
   * Opens sessions; where one can't be opened, the others are closed.
   *
   * @param sessions opens them
   * @throws OnnxModel.ModelLoadException when one can't be opened
   */
  static Sessions open(
      Path file, Set<OutputForm> forms, Function<SessionOpener, Sessions> sessions) {
    SessionOpener opener = new SessionOpener(file, forms);
    try {
      return sessions.apply(opener);
    } catch (RuntimeException | Error e) {
      opener.closeAll();
      throw e;
    }
  }

  private void closeAll() {
    synchronized (opened) {
      opened.forEach(OnnxModel::close);
    }
  }

  OnnxModel open(SessionSettings settings) {
    OnnxModel session = OnnxModel.load(file, settings, forms);
    synchronized (opened) {
      opened.add(session);
    }
    return session;
  }

  /** Opens several at the same time. */
  List<OnnxModel> openAll(List<? extends SessionSettings> settings) {
    return StartStep.runAll(
        "open-session",
        settings.stream().<Supplier<OnnxModel>>map(each -> () -> open(each)).toList());
  }
}
