package dev.vgg16.examples;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.Image;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Classifies one image file by a unary call, with grpc-java alone. Arguments: HOST:PORT FILE. */
public final class ClassifyPhoto {

  private ClassifyPhoto() {}

  public static void main(String[] args) throws IOException {
    String target = args[0];
    Path file = Path.of(args[1]);
    Image image = Image.newBuilder().setEncoded(read(file)).build();
    ClassifyRequest request = ClassifyRequest.newBuilder().setImage(image).setTopK(1).build();

    ManagedChannel channel =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    try {
      ClassifyResponse response =
          FeatureServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .classify(request);
      ClassScore best = response.getHeads(0).getScores(0);
      System.out.printf("%s: %s %.3f%n", file, best.getLabel(), best.getScore());
    } catch (StatusRuntimeException e) {
      System.err.println(e.getStatus());
      System.exit(1);
    } finally {
      channel.shutdownNow();
    }
  }

  private static ByteString read(Path file) throws IOException {
    return ByteString.copyFrom(Files.readAllBytes(file));
  }
}
