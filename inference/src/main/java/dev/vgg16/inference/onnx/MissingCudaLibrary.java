package dev.vgg16.inference.onnx;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to install where the dynamic linker found no library that the CUDA provider needs. */
final class MissingCudaLibrary {

  /** As glibc's {@code dlerror} has it. */
  private static final Pattern NOT_FOUND =
      Pattern.compile("((lib[a-zA-Z_]+)\\.so[.\\d]*): cannot open shared object file");

  /** Their numbers are those of CUDA; libcufft and libcurand have numbers of their own. */
  private static final Pattern CUDA =
      Pattern.compile("lib(?:cublas|cublasLt|cudart)\\.so\\.(\\d+)");

  private MissingCudaLibrary() {}

  /**
   * Names the library and what it is part of.
   *
   * @param message ONNX Runtime's, of the provider that could not be loaded
   * @return empty when it names no missing library
   */
  static Optional<String> advice(String message) {
    Matcher missing = NOT_FOUND.matcher(message);
    return missing.find()
        ? Optional.of("there is no %s: %s".formatted(missing.group(1), install(missing.group(1))))
        : Optional.empty();
  }

  private static String install(String library) {
    Matcher cuda = CUDA.matcher(library);
    if (cuda.matches()) {
      return "this build is for CUDA %s; install its libraries and cuDNN 9"
          .formatted(cuda.group(1));
    }
    if (library.startsWith("libcuda.so")) {
      return "it is part of NVIDIA's driver; install it, or give the container a GPU";
    }
    if (library.startsWith("libcudnn")) {
      return "it is part of cuDNN; install cuDNN 9";
    }
    return "install CUDA's libraries and cuDNN 9, or name their folders in LD_LIBRARY_PATH";
  }
}
