package dev.vgg16.examples;

import com.google.protobuf.ByteString;
import dev.vgg16.client.FeatureServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Classifies image files by unary calls that don't block, with the client library. All calls are
 * open at once, and a full service refuses some: for many files take the stream of {@link
 * ClassifyPhotos}. Arguments: HOST:PORT FILE...
 */
public final class ClassifyPhotosAsync {

  private ClassifyPhotosAsync() {}

  public static void main(String[] args) throws IOException {
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    try (ServiceConnection connection =
        ServiceConnection.open(args[0], ClientSecurityOptions.PLAIN)) {
      FeatureServiceClient features = FeatureServiceClient.on(connection);
      for (String file : List.of(args).subList(1, args.length)) {
        answers.add(
            features
                .classifyAsync(request(Path.of(file)))
                .handle((response, failure) -> print(file, response, failure)));
      }
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
    }
    System.exit(answers.stream().allMatch(CompletableFuture::join) ? 0 : 1);
  }

  private static ClassifyRequest request(Path file) throws IOException {
    Image image =
        Image.newBuilder().setEncoded(ByteString.copyFrom(Files.readAllBytes(file))).build();
    return ClassifyRequest.newBuilder().setImage(image).setTopK(1).build();
  }

  /**
   * Called on a thread of gRPC, which must not block.
   *
   * @param failure a {@link ServiceFailure}; null when there is a response
   */
  private static boolean print(String file, ClassifyResponse response, Throwable failure) {
    if (failure != null) {
      System.err.printf("%s: %s%n", file, failure.getMessage());
      return false;
    }
    ClassScore best = response.getHeads(0).getScores(0);
    System.out.printf("%s: %s %.3f%n", file, best.getLabel(), best.getScore());
    return true;
  }
}
