package dev.vgg16.examples;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.Image;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Classifies image files on one stream, which reads a file only when the service can take it.
 * Arguments: HOST:PORT FILE...
 */
public final class ClassifyPhotos {

  private ClassifyPhotos() {}

  public static void main(String[] args) {
    Iterator<String> files = Arrays.stream(args).skip(1).iterator();
    ManagedChannel channel =
        Grpc.newChannelBuilder(args[0], InsecureChannelCredentials.create()).build();
    try {
      Exchange exchange = new Exchange(files);
      var unused =
          FeatureServiceGrpc.newStub(channel)
              .withDeadlineAfter(10, TimeUnit.MINUTES)
              .classifyStream(exchange);
      Status end = exchange.end.join();
      if (!end.isOk()) {
        System.err.println(end);
        System.exit(1);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /** Sends the files and prints the answers; both on gRPC's threads. */
  private static final class Exchange
      implements ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse> {

    final CompletableFuture<Status> end = new CompletableFuture<>();
    private final Iterator<String> files;
    private boolean completed;

    Exchange(Iterator<String> files) {
      this.files = files;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ClassifyStreamRequest> requests) {
      requests.setOnReadyHandler(() -> send(requests));
    }

    private void send(ClientCallStreamObserver<ClassifyStreamRequest> requests) {
      while (requests.isReady() && files.hasNext()) {
        requests.onNext(request(files.next()));
      }
      if (!files.hasNext() && !completed) {
        completed = true;
        requests.onCompleted();
      }
    }

    /** Answers come in any order; the id says whose one is. */
    @Override
    public void onNext(ClassifyStreamResponse answer) {
      if (answer.hasError()) {
        System.err.printf("%s: %s%n", answer.getId(), answer.getError().getMessage());
      } else {
        ClassScore best = answer.getResponse().getHeads(0).getScores(0);
        System.out.printf("%s: %s %.3f%n", answer.getId(), best.getLabel(), best.getScore());
      }
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  private static ClassifyStreamRequest request(String file) {
    Image image = Image.newBuilder().setEncoded(read(file)).build();
    return ClassifyStreamRequest.newBuilder()
        .setId(file)
        .setRequest(ClassifyRequest.newBuilder().setImage(image).setTopK(1))
        .build();
  }

  private static ByteString read(String file) {
    try {
      return ByteString.copyFrom(Files.readAllBytes(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
