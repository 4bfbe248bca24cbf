package dev.vgg16.examples;

import com.google.protobuf.ByteString;
import dev.vgg16.client.Failure;
import dev.vgg16.client.FeatureServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.StreamUploader;
import dev.vgg16.client.UnusableItemException;
import dev.vgg16.client.UploadResult;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Classifies image files on one stream, with the client library: at most 16 files are in memory,
 * and a stream that breaks is opened again. Arguments: HOST:PORT FILE...
 */
public final class ClassifyPhotos {

  private ClassifyPhotos() {}

  public static void main(String[] args) throws InterruptedException {
    List<Path> files = Arrays.stream(args).skip(1).map(Path::of).toList();
    ClassifyRequest template = ClassifyRequest.newBuilder().setTopK(1).build();
    AtomicBoolean failed = new AtomicBoolean();
    try (ServiceConnection connection =
        ServiceConnection.open(args[0], ClientSecurityOptions.PLAIN)) {
      FeatureServiceClient features = FeatureServiceClient.on(connection);
      new StreamUploader<>(features.classifyStream(template), ClassifyPhotos::read)
          .run(
              files,
              result -> {
                print(result);
                if (result.failure().isPresent()) {
                  failed.set(true);
                }
              });
    }
    System.exit(failed.get() ? 1 : 0);
  }

  /** Reads a file when its turn comes. */
  private static ByteString read(Path file) throws UnusableItemException {
    try {
      return ByteString.copyFrom(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UnusableItemException(new Failure("UNREADABLE", e.toString()));
    }
  }

  /** Results come in the order of the responses, which is not that of the files. */
  private static void print(UploadResult<Path, ClassifyResponse> result) {
    if (result.failure().isPresent()) {
      System.err.printf("%s: %s%n", result.item(), result.failure().get());
      return;
    }
    ClassScore best = result.result().orElseThrow().getHeads(0).getScores(0);
    System.out.printf("%s: %s %.3f%n", result.item(), best.getLabel(), best.getScore());
  }
}
