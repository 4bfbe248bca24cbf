package dev.vgg16.cli;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.ExtractResponse;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.ExtractStreamResponse;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.FeatureServiceGrpc.FeatureServiceImplBase;
import dev.vgg16.v1.GetBackboneRequest;
import dev.vgg16.v1.GetBackboneResponse;
import dev.vgg16.v1.GetHeadRequest;
import dev.vgg16.v1.GetHeadResponse;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadAdminServiceGrpc.HeadAdminServiceImplBase;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadServiceGrpc.HeadServiceImplBase;
import dev.vgg16.v1.HeatMap;
import dev.vgg16.v1.Layer;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.LoadHeadRequest;
import dev.vgg16.v1.LoadHeadResponse;
import dev.vgg16.v1.Novelty;
import dev.vgg16.v1.UnloadHeadRequest;
import dev.vgg16.v1.UnloadHeadResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Both services on one loopback port. An image is any text, which is also its label. The text "bad"
 * is refused, and "strange" is novel; every stream ends with UNAVAILABLE after {@code
 * answersAStream} answers.
 */
final class FakeServices implements AutoCloseable {

  private final Server server;
  private final int port;
  private final HealthStatusManager health = new HealthStatusManager();
  private final List<String> received = new ArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private final int answersAStream;
  private final boolean silent;
  private final int together;
  private final AtomicInteger mostUnanswered = new AtomicInteger();

  FakeServices(int answersAStream, boolean silent) throws IOException {
    this(answersAStream, silent, 1);
  }

  /**
   * @param together answers are withheld until there are so many
   */
  FakeServices(int answersAStream, boolean silent, int together) throws IOException {
    this.answersAStream = answersAStream;
    this.silent = silent;
    this.together = together;
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0))
            .addService(new Features())
            .addService(new Heads())
            .addService(new Admin())
            .addService(health.getHealthService())
            .build()
            .start();
    port = server.getPort();
  }

  static FakeServices start() throws IOException {
    return new FakeServices(Integer.MAX_VALUE, false);
  }

  String target() {
    return "localhost:" + port;
  }

  void setHealth(ServingStatus status) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
  }

  /** The texts of the received images, including resent ones. */
  synchronized List<String> received() {
    return List.copyOf(received);
  }

  /** The largest number of unanswered items on a stream. */
  int mostUnanswered() {
    return mostUnanswered.get();
  }

  int streams() {
    return streams.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private synchronized void note(ByteString image) {
    received.add(image.toStringUtf8());
  }

  private final class Features extends FeatureServiceImplBase {

    @Override
    public void getBackbone(GetBackboneRequest request, StreamObserver<GetBackboneResponse> out) {
      out.onNext(
          GetBackboneResponse.newBuilder()
              .setId("vgg16-160-tf-d9a27cc1fc7f")
              .setName("vgg16-160")
              .addAllOutputShape(List.of(1, 1, 2))
              .setParameters(14_714_688)
              .addLayers(layer("block1_conv1", "Conv2D", 1_792, 160, 160, 64))
              .setMaxImageBytes(1000)
              .build());
      out.onCompleted();
    }

    @Override
    public StreamObserver<ClassifyStreamRequest> classifyStream(
        StreamObserver<ClassifyStreamResponse> out) {
      streams.incrementAndGet();
      return new Items<>(out) {
        @Override
        ClassifyStreamResponse answer(ClassifyStreamRequest item) {
          ByteString image = item.getRequest().getImage().getEncoded();
          boolean isNew = !received().contains(image.toStringUtf8());
          note(image);
          ClassifyStreamResponse.Builder answer =
              ClassifyStreamResponse.newBuilder().setId(item.getId());
          if (isNew && image.toStringUtf8().startsWith("busy")) {
            return answer.setError(noPlace()).build();
          }
          return image.toStringUtf8().equals("bad")
              ? answer.setError(refusal()).build()
              : answer.setResponse(scores(item, image)).build();
        }
      };
    }

    @Override
    public StreamObserver<ExtractStreamRequest> extractStream(
        StreamObserver<ExtractStreamResponse> out) {
      return new Items<>(out) {
        @Override
        ExtractStreamResponse answer(ExtractStreamRequest item) {
          ByteString image = item.getRequest().getImage().getEncoded();
          ExtractStreamResponse.Builder answer =
              ExtractStreamResponse.newBuilder().setId(item.getId());
          return image.toStringUtf8().equals("bad")
              ? answer.setError(refusal()).build()
              : answer.setResponse(map(image)).build();
        }
      };
    }

    private ClassifyResponse scores(ClassifyStreamRequest item, ByteString image) {
      ClassifyResponse.Builder response = ClassifyResponse.newBuilder();
      List<String> heads =
          item.getRequest().getHeadsCount() == 0
              ? List.of("default")
              : item.getRequest().getHeadsList();
      for (String head : heads) {
        HeadScores.Builder scores = HeadScores.newBuilder().setHead(head);
        if (head.equals("unknown")) {
          scores.setError(refusal());
        } else {
          scores
              .setVersion("1")
              .addScores(ClassScore.newBuilder().setLabel(image.toStringUtf8()).setScore(0.5f));
          if (item.getRequest().getNovelty()) {
            scores.setNovelty(novelty(image));
          }
          if (item.getRequest().hasExplain()) {
            scores.setHeatMap(heatMap(item.getRequest().getExplain()));
          }
        }
        response.addHeads(scores);
      }
      return response.build();
    }

    /** Hot at the left. */
    private HeatMap heatMap(Explain explain) {
      return HeatMap.newBuilder()
          .setHeight(1)
          .setWidth(2)
          .addAllValues(List.of(1f, 0f))
          .setLabel(explain.getLabel().isEmpty() ? "best" : explain.getLabel())
          .build();
    }

    private Novelty novelty(ByteString image) {
      float distance = image.toStringUtf8().equals("strange") ? 2.25f : 0.75f;
      return Novelty.newBuilder().setDistance(distance).setThreshold(1.5f).build();
    }

    /** Two floats: the first byte of the image, and 1. */
    private ExtractResponse map(ByteString image) {
      ByteString data =
          ByteString.copyFrom(
              java.nio.ByteBuffer.allocate(8)
                  .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                  .putFloat(image.byteAt(0))
                  .putFloat(1)
                  .flip());
      return ExtractResponse.newBuilder()
          .setMaps(
              FeatureMaps.newBuilder()
                  .setCount(1)
                  .setDataType(DataType.DATA_TYPE_FLOAT32)
                  .setData(data))
          .build();
    }
  }

  private static final class Heads extends HeadServiceImplBase {

    private static final Head HEAD =
        Head.newBuilder()
            .setName("cats-vs-dogs")
            .setVersion("1")
            .setDefaultVersion(true)
            .addAllLabels(List.of("cat", "dog"))
            .setParameters(263_682)
            .setBackbone("vgg16-160-tf-d9a27cc1fc7f")
            .addLayers(layer("dense", "Dense", 262_656, 512))
            .addLayers(layer("dense_1", "Dense", 1_026, 2))
            .build();

    @Override
    public void listHeads(ListHeadsRequest request, StreamObserver<ListHeadsResponse> out) {
      out.onNext(
          ListHeadsResponse.newBuilder().addHeads(HEAD).setDefaultHead("cats-vs-dogs").build());
      out.onCompleted();
    }

    @Override
    public void getHead(GetHeadRequest request, StreamObserver<GetHeadResponse> out) {
      Head.Builder head = HEAD.toBuilder();
      if (request.getHead().equals("of-another")) {
        head.setName("of-another").setBackbone("vgg16-160-caffe-0f0f0f0f0f0f");
      }
      out.onNext(GetHeadResponse.newBuilder().setHead(head).build());
      out.onCompleted();
    }
  }

  /** Has only the head "cats". */
  private static final class Admin extends HeadAdminServiceImplBase {

    @Override
    public void loadHead(LoadHeadRequest request, StreamObserver<LoadHeadResponse> out) {
      if (!request.getName().equals("cats")) {
        out.onError(Status.NOT_FOUND.withDescription("no such folder").asRuntimeException());
        return;
      }
      String version = request.getVersion().isEmpty() ? "7" : request.getVersion();
      out.onNext(
          LoadHeadResponse.newBuilder()
              .setHead(
                  Head.newBuilder()
                      .setName("cats")
                      .setVersion(version)
                      .setDefaultVersion(version.equals("7")))
              .build());
      out.onCompleted();
    }

    @Override
    public void unloadHead(UnloadHeadRequest request, StreamObserver<UnloadHeadResponse> out) {
      out.onNext(UnloadHeadResponse.getDefaultInstance());
      out.onCompleted();
    }
  }

  private static Layer layer(String name, String type, long parameters, Integer... shape) {
    return Layer.newBuilder()
        .setName(name)
        .setType(type)
        .setParameters(parameters)
        .addAllOutputShape(List.of(shape))
        .build();
  }

  private static com.google.rpc.Status noPlace() {
    return com.google.rpc.Status.newBuilder()
        .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
        .setMessage("no place")
        .build();
  }

  private static com.google.rpc.Status refusal() {
    return com.google.rpc.Status.newBuilder()
        .setCode(Status.Code.INVALID_ARGUMENT.value())
        .setMessage("no good")
        .build();
  }

  private abstract class Items<Q, A> implements StreamObserver<Q> {
    private final StreamObserver<A> out;
    private final List<A> held = new ArrayList<>();
    private int answered;

    Items(StreamObserver<A> out) {
      this.out = out;
    }

    abstract A answer(Q item);

    @Override
    public void onNext(Q item) {
      A answer = answer(item);
      if (silent || answered > answersAStream) {
        return;
      }
      if (answered++ == answersAStream) {
        out.onError(Status.UNAVAILABLE.withDescription("stopping").asRuntimeException());
        return;
      }
      held.add(answer);
      mostUnanswered.accumulateAndGet(held.size(), Math::max);
      if (held.size() >= together) {
        held.forEach(out::onNext);
        held.clear();
      }
    }

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }
}
