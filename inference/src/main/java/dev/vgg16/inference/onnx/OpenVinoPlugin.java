package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * OpenVINO's provider as a plugin library of ONNX Runtime ({@code onnxruntime-ep-openvino}).
 *
 * <p>ONNX Runtime has one environment in a process. Once the library of a folder is registered with
 * it and has a device, those of other folders are not looked at. Thread-safe.
 */
public final class OpenVinoPlugin {

  private static final String LIBRARY = "libonnxruntime_providers_openvino_plugin.so";
  private static final String NAME = "OpenVINOExecutionProvider";

  /** The name that it is registered by. */
  private static final String REGISTRATION = "openvino";

  private OpenVinoPlugin() {}

  /** Whether the plugin's library is in this folder. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(LIBRARY));
  }

  /**
   * Why a session can't run on OpenVINO, in one line; empty when no problem is found. Only loading
   * a model proves that it can.
   */
  public static Optional<String> problem(ExecutionProvider.OpenVino provider) {
    try {
      device(provider);
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(OnnxModel.firstLine(e));
    }
  }

  /**
   * The processor, as OpenVINO's device.
   *
   * @throws OrtException when the library is not there, can't be loaded, or has no use for this
   *     processor
   */
  static synchronized OrtEpDevice device(ExecutionProvider.OpenVino provider) throws OrtException {
    if (!isIn(provider.libraries())) {
      throw new OrtException(
          "there is no %s in %s: `bin/fetch-openvino` fetches it, for Linux on x86-64"
              .formatted(LIBRARY, provider.libraries()));
    }
    OrtEnvironment ort = OrtEnvironment.getEnvironment();
    Optional<OrtEpDevice> registered = find(ort);
    if (registered.isPresent()) {
      return registered.get();
    }
    Path library = provider.libraries().resolve(LIBRARY).toAbsolutePath();
    ort.registerExecutionProviderLibrary(REGISTRATION, library.toString());
    Optional<OrtEpDevice> device = find(ort);
    if (device.isEmpty()) {
      ort.unregisterExecutionProviderLibrary(REGISTRATION);
      throw new OrtException(
          "it has no device here; it is for Intel's processors, and this one is of %s"
              .formatted(vendor(ort)));
    }
    return device.get();
  }

  private static Optional<OrtEpDevice> find(OrtEnvironment ort) throws OrtException {
    return ort.getEpDevices().stream()
        .filter(device -> device.getEpName().equals(NAME))
        .filter(device -> "CPU".equals(device.getEpMetadata().get("ov_device")))
        .findFirst();
  }

  /** Of the processor, as it says itself: "GenuineIntel", "AuthenticAMD". */
  private static String vendor(OrtEnvironment ort) throws OrtException {
    return ort.getEpDevices().stream()
        .map(device -> device.getDevice().getVendor())
        .findFirst()
        .orElse("unknown");
  }
}
