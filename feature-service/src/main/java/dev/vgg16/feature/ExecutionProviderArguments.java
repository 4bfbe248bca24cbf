package dev.vgg16.feature;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import dev.vgg16.inference.onnx.ExecutionProvider;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** A mixin: what runs the backbone. */
@OptionHeading("Backbone")
final class ExecutionProviderArguments {

  /** The values of --device. */
  enum Device {
    AUTO,
    CUDA,
    CPU
  }

  @Option(
      names = "--execution-provider",
      paramLabel = "auto|cpu|openvino|cuda",
      description =
          "What runs the backbone, an execution provider of ONNX Runtime. cuda: a GPU. openvino: "
              + "OpenVINO, on Intel's processors. cpu: ONNX Runtime's built-in kernels. auto: a GPU if one "
              + "can be used, else OpenVINO if it can be used and the processor has AMX, else cpu; the "
              + "log says which and why. One that is asked for and can't be used keeps the service "
              + "from starting. Default: auto.")
  private Optional<ProviderChoice> choice = Optional.empty();

  @Option(names = "--device", hidden = true, description = "Old: --execution-provider.")
  private Optional<Device> device = Optional.empty();

  @Option(
      names = "--openvino",
      paramLabel = "DIR",
      defaultValue = "feature-service/target/openvino",
      description =
          "Folder with the libraries of OpenVINO's provider, which bin/fetch-openvino fetches. "
              + "Default: ${DEFAULT-VALUE}.")
  private Path openVino;

  @Option(
      names = "--cuda-device",
      paramLabel = "ID",
      defaultValue = "0",
      description = "Which GPU. Default: ${DEFAULT-VALUE}.")
  private int cudaDevice;

  @Option(
      names = "--cuda-memory-limit",
      paramLabel = "BYTES",
      defaultValue = "0",
      description =
          "Most GPU memory for weights, maps and workspace, in bytes; 0: no limit. Default: ${DEFAULT-VALUE}.")
  private long cudaMemoryLimit;

  ProviderChoice choice() {
    Optional<ProviderChoice> old = device.map(value -> ProviderChoice.valueOf(value.name()));
    if (old.isPresent()) {
      LoggerFactory.getLogger(ExecutionProviderArguments.class)
          .warn("the option --device is deprecated and will be removed: use --execution-provider");
    }
    return choice.or(() -> old).orElse(ProviderChoice.AUTO);
  }

  ExecutionProvider.Cuda cuda() {
    return new ExecutionProvider.Cuda(cudaDevice, cudaMemoryLimit);
  }

  ExecutionProvider.OpenVino openVino() {
    return new ExecutionProvider.OpenVino(openVino);
  }
}
