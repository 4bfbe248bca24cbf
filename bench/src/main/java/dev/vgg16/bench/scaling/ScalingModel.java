package dev.vgg16.bench.scaling;

/**
 * The resources that feed one GPU, from costs measured on a CPU and an assumed speed of the GPU.
 * The costs of an image without the backbone are those of the measured processor.
 *
 * @param imageKilobytes of an image file, as measured
 * @param frontMillis processor time of the feature service per image, without the backbone, as
 *     measured: gRPC, decoding, batching, relay
 * @param headMicros processor time of the head service per map, as measured, gRPC included
 * @param utilisation the share of a GPU's peak that the backbone reaches, as assumed
 */
public record ScalingModel(
    double imageKilobytes, double frontMillis, double headMicros, double utilisation) {

  /** Of the backbone, for one image: 7.85 billion multiplications and additions. */
  private static final double OPERATIONS = 2 * 7.85e9;

  private static final double BITS = 8;
  private static final double GIGA = 1e9;

  /** The encoding of a map. */
  public enum MapForm {
    FLOAT32(51_200),
    FLOAT16(25_600),
    /** After the pooling that every head begins with, float32. */
    POOLED(2_048);

    private final int bytes;

    MapForm(int bytes) {
      this.bytes = bytes;
    }
  }

  /** Images per second of a GPU with this peak, in 10^12 operations a second. */
  public double imagesPerSecond(double teraOperations) {
    return teraOperations * 1e12 * utilisation / OPERATIONS;
  }

  /** Cores of the feature service, besides the GPU, for a rate of images per second. */
  public double featureCores(double imagesPerSecond) {
    return imagesPerSecond * frontMillis / 1e3;
  }

  /** Cores of head services for a rate of images per second. */
  public double headCores(double imagesPerSecond) {
    return imagesPerSecond * headMicros / 1e6;
  }

  /** Gbit/s of image files. */
  public double imageGigabits(double imagesPerSecond) {
    return imagesPerSecond * imageKilobytes * 1e3 * BITS / GIGA;
  }

  /** Gbit/s of maps. */
  public double mapGigabits(double imagesPerSecond, MapForm form) {
    return imagesPerSecond * form.bytes * BITS / GIGA;
  }

  /** Image files per second that a network of so many usable Gbit/s carries. */
  public double imagesPerSecondOver(double gigabits) {
    return gigabits * GIGA / BITS / (imageKilobytes * 1e3);
  }

  /** Maps per second that a network of so many usable Gbit/s carries. */
  public double mapsPerSecondOver(double gigabits, MapForm form) {
    return gigabits * GIGA / BITS / form.bytes;
  }
}
