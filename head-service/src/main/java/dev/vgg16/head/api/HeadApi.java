package dev.vgg16.head.api;

import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.head.wire.ReceivedRequest;
import dev.vgg16.head.wire.ScoreStreamMethod;
import dev.vgg16.service.contract.LimitedService;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.ItemStream;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.GetHeadRequest;
import dev.vgg16.v1.GetHeadResponse;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;

/**
 * The head service's RPCs. Scoring takes microseconds and is done on the calling thread, unless a
 * model has to be read from disk first.
 */
public final class HeadApi implements BindableService {

  private final HeadRegistry registry;
  private final RequestScorer scorer;
  private final ScoreRequests requests;
  private final OpenStreams openStreams;
  private final ProgressReports progress;
  private final ModelLoading loading;
  private final int streamWindow;
  private final MapTracing tracing;
  private final DriftReports drift;

  /**
   * @param maxBatch the most maps in a request
   * @param progress sends progress on the streams
   * @param loading runs the requests that need a model from disk
   * @param streamWindow requests that a stream may have unanswered
   * @param tracing begins the spans of maps
   * @param drift of the heads, for their descriptions
   * @param answers gets what versions answer
   */
  public HeadApi(
      HeadRegistry registry,
      BatchScorer scorer,
      int maxBatch,
      OpenStreams openStreams,
      ProgressReports progress,
      ModelLoading loading,
      int streamWindow,
      MapTracing tracing,
      DriftReports drift,
      AnswerListener answers) {
    this.registry = registry;
    this.scorer = new RequestScorer(registry, scorer, answers);
    this.requests = new ScoreRequests(maxBatch);
    this.openStreams = openStreams;
    this.progress = progress;
    this.loading = loading;
    this.streamWindow = streamWindow;
    this.tracing = tracing;
    this.drift = drift;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return LimitedService.of(HeadServiceGrpc.getServiceDescriptor())
        .unary(HeadServiceGrpc.getScoreMethod(), this::score)
        .add(ScoreStreamMethod.DESCRIPTOR, ServerCalls.asyncBidiStreamingCall(this::scoreStream))
        .unary(HeadServiceGrpc.getListHeadsMethod(), this::listHeads)
        .unary(HeadServiceGrpc.getGetHeadMethod(), this::getHead)
        .build();
  }

  void score(ScoreRequest request, StreamObserver<ScoreResponse> out) {
    schedule(
        request,
        request.getSerializedSize(),
        () -> scoreNow(request, out),
        failure -> out.onError(Statuses.toException(failure)));
  }

  /**
   * Scores on this thread, or on another when a model has to be loaded first.
   *
   * @param bytes held until then
   */
  private void schedule(
      ScoreRequest request, long bytes, Runnable score, Consumer<Throwable> onFailure) {
    if (!scorer.hasToLoad(request.getSelectionsList())) {
      score.run();
      return;
    }
    try {
      loading.execute(bytes, Context.current().wrap(() -> catchingAll(score, onFailure)));
    } catch (ServingException e) {
      onFailure.accept(e);
    }
  }

  /** On gRPC's threads, gRPC and {@link ItemStream} catch errors. */
  private static void catchingAll(Runnable score, Consumer<Throwable> onFailure) {
    try {
      score.run();
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
    }
  }

  private void scoreNow(ScoreRequest request, StreamObserver<ScoreResponse> out) {
    RequestScorer.Answer answer;
    progress.began();
    try {
      answer = score(request, MapBytes.of(request.getMaps().getData()));
    } catch (RuntimeException e) {
      out.onError(Statuses.toException(e));
      return;
    } finally {
      progress.ended();
    }
    try {
      out.onNext(answer.response());
      out.onCompleted();
    } finally {
      answer.sent();
    }
  }

  private StreamObserver<ReceivedRequest> scoreStream(StreamObserver<ScoreStreamResponse> out) {
    ItemStream<ReceivedRequest, ScoreStreamResponse> stream =
        ItemStream.serve(out, streamWindow, openStreams, new Items());
    progress.add(stream);
    return stream;
  }

  /** The items of a stream; their memory is released as soon as they are scored. */
  private final class Items implements ItemStream.Handler<ReceivedRequest, ScoreStreamResponse> {

    @Override
    public void handle(ReceivedRequest item, ItemStream.Responder<ScoreStreamResponse> responder) {
      schedule(
          item.message().getRequest(),
          item.data().size(),
          () -> handleNow(item, responder),
          failure -> {
            item.close();
            responder.send(failed(item, failure));
          });
    }

    private ScoreStreamResponse failed(ReceivedRequest item, Throwable cause) {
      return ScoreStreamResponse.newBuilder()
          .setId(item.message().getId())
          .setError(Statuses.toProto(cause))
          .build();
    }

    private void handleNow(
        ReceivedRequest item, ItemStream.Responder<ScoreStreamResponse> responder) {
      // Until it is sent, since serializing a large response takes time too.
      progress.began();
      try {
        StreamAnswer answer;
        try (item) {
          answer = answer(item);
        }
        progress.step();
        try {
          responder.send(answer.response());
        } finally {
          answer.sent().run();
        }
      } finally {
        progress.ended();
      }
    }

    @Override
    public void drop(ReceivedRequest item) {
      item.close();
    }
  }

  private void listHeads(ListHeadsRequest request, StreamObserver<ListHeadsResponse> out) {
    ListHeadsResponse.Builder response =
        ListHeadsResponse.newBuilder().setDefaultHead(registry.defaultHead());
    registry.all().forEach(head -> response.addHeads(HeadMessages.of(head, registry, drift)));
    out.onNext(response.build());
    out.onCompleted();
  }

  private void getHead(GetHeadRequest request, StreamObserver<GetHeadResponse> out) {
    Head head;
    try {
      head = registry.find(request.getHead());
    } catch (RuntimeException e) {
      out.onError(Statuses.toException(e));
      return;
    }
    out.onNext(
        GetHeadResponse.newBuilder().setHead(HeadMessages.of(head, registry, drift)).build());
    out.onCompleted();
  }

  /**
   * The answer of an item.
   *
   * @param sent to be run once it is sent
   */
  private record StreamAnswer(ScoreStreamResponse response, Runnable sent) {}

  private StreamAnswer answer(ReceivedRequest item) {
    ScoreStreamResponse.Builder response =
        ScoreStreamResponse.newBuilder().setId(item.message().getId());
    try {
      if (item.refusal().isPresent()) {
        throw item.refusal().get();
      }
      if (!item.message().hasRequest()) {
        throw ServingException.invalidInput("request", "is missing");
      }
      RequestScorer.Answer answer = score(item.message().getRequest(), item.data());
      return new StreamAnswer(response.setResponse(answer.response()).build(), answer::sent);
    } catch (RuntimeException e) {
      return new StreamAnswer(response.setError(Statuses.toProto(e)).build(), () -> {});
    }
  }

  private RequestScorer.Answer score(ScoreRequest request, MapBytes data) {
    if (Context.current().isCancelled()) {
      throw ServingException.cancelled("nobody waits for the scores any more");
    }
    // Before the spans: a request that is refused must not make thousands of them.
    MapBatch maps = requests.maps(request, data);
    List<MapSelection> selections = requests.selections(request);
    MapKeys keys = requests.keys(request, maps);
    MapSpans spans = tracing.begin(request);
    if (spans == MapSpans.NONE) {
      return scorer.score(maps, selections, keys);
    }
    try {
      RequestScorer.Answer answer = spans.score(() -> scorer.score(maps, selections, keys));
      spans.end(answer.response());
      return answer;
    } catch (RuntimeException e) {
      // Once: it logs what it does not expect.
      StatusRuntimeException failure = Statuses.toException(e);
      spans.fail(failure.getStatus());
      throw failure;
    }
  }
}
