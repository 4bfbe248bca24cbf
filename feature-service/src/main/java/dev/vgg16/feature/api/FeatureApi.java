package dev.vgg16.feature.api;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.pipeline.Caller;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.pipeline.ImageMetrics;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.RoutingKey;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.service.contract.DecodedRequest;
import dev.vgg16.service.contract.LimitedService;
import dev.vgg16.service.grpc.ItemStream;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.ExtractRequest;
import dev.vgg16.v1.ExtractResponse;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.ExtractStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.GetBackboneRequest;
import dev.vgg16.v1.GetBackboneResponse;
import dev.vgg16.v1.HeadScoresList;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Tracer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The feature service's RPCs. Each method returns at once; answers come from other threads. */
public final class FeatureApi implements BindableService {

  private final ImageReader reader;
  private final Consumer<ImageJob> submit;
  private final Consumer<FlowKey> removeCancelled;
  private final GetBackboneResponse backbone;
  private final OpenStreams openStreams;
  private final int streamWindow;
  private final MethodTelemetry classified;
  private final MethodTelemetry classifiedItems;
  private final MethodTelemetry extracted;
  private final MethodTelemetry extractedItems;

  /**
   * @param submit accepts a job, or throws the reason for a refusal
   * @param removeCancelled drops the jobs of a cancelled call; gets its {@link Caller#flow}
   * @param backbone the answer of GetBackbone
   * @param streamWindow items that a stream may have unanswered
   * @param tracer of spans, where they are sent
   */
  public FeatureApi(
      ImageReader reader,
      Consumer<ImageJob> submit,
      Consumer<FlowKey> removeCancelled,
      GetBackboneResponse backbone,
      OpenStreams openStreams,
      int streamWindow,
      ImageMetrics metrics,
      Optional<Tracer> tracer) {
    this.reader = reader;
    this.submit = submit;
    this.removeCancelled = removeCancelled;
    this.backbone = backbone;
    this.openStreams = openStreams;
    this.streamWindow = streamWindow;
    this.classified = MethodTelemetry.of(FeatureServiceGrpc.getClassifyMethod(), metrics, tracer);
    this.classifiedItems =
        MethodTelemetry.of(FeatureServiceGrpc.getClassifyStreamMethod(), metrics, tracer);
    this.extracted = MethodTelemetry.of(FeatureServiceGrpc.getExtractMethod(), metrics, tracer);
    this.extractedItems =
        MethodTelemetry.of(FeatureServiceGrpc.getExtractStreamMethod(), metrics, tracer);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return LimitedService.of(FeatureServiceGrpc.getServiceDescriptor())
        .unary(FeatureServiceGrpc.getClassifyMethod(), this::classify)
        .stream(FeatureServiceGrpc.getClassifyStreamMethod(), this::classifyStream)
        .unary(FeatureServiceGrpc.getExtractMethod(), this::extract)
        .stream(FeatureServiceGrpc.getExtractStreamMethod(), this::extractStream)
        .unary(FeatureServiceGrpc.getGetBackboneMethod(), this::getBackbone)
        .build();
  }

  private void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> out) {
    ServerCallStreamObserver<ClassifyResponse> call = ResultSinks.cancellable(out, removeCancelled);
    ImageTrace trace = classified.traces().begin("", "");
    classify(
        request,
        Caller.unary(Caller.flowOf(call), call::isCancelled, trace),
        ResultSinks.unary(call, ResultMessages::classified, classified.metrics(), trace));
  }

  private StreamObserver<DecodedRequest<ClassifyStreamRequest>> classifyStream(
      StreamObserver<ClassifyStreamResponse> out) {
    return serve(
        out,
        item -> trace(classifiedItems, item.message().getId(), item.message().getTraceparent()),
        this::classifyItem);
  }

  private void classifyItem(
      DecodedRequest<ClassifyStreamRequest> item,
      Caller caller,
      ItemStream.Responder<ClassifyStreamResponse> out) {
    ResultSink<HeadScoresList> answer = classifiedItem(item.message().getId(), caller.trace(), out);
    item.refusal()
        .ifPresentOrElse(answer::fail, () -> classify(item.message().getRequest(), caller, answer));
  }

  private void extract(ExtractRequest request, StreamObserver<ExtractResponse> out) {
    ServerCallStreamObserver<ExtractResponse> call = ResultSinks.cancellable(out, removeCancelled);
    ImageTrace trace = extracted.traces().begin("", "");
    extract(
        request,
        Caller.unary(Caller.flowOf(call), call::isCancelled, trace),
        ResultSinks.unary(call, this::extracted, extracted.metrics(), trace));
  }

  private StreamObserver<DecodedRequest<ExtractStreamRequest>> extractStream(
      StreamObserver<ExtractStreamResponse> out) {
    return serve(
        out,
        item -> trace(extractedItems, item.message().getId(), item.message().getTraceparent()),
        this::extractItem);
  }

  private void extractItem(
      DecodedRequest<ExtractStreamRequest> item,
      Caller caller,
      ItemStream.Responder<ExtractStreamResponse> out) {
    ResultSink<ByteString> answer = extractedItem(item.message().getId(), caller.trace(), out);
    item.refusal()
        .ifPresentOrElse(answer::fail, () -> extract(item.message().getRequest(), caller, answer));
  }

  private static ImageTrace trace(MethodTelemetry method, String id, String traceparent) {
    return method.traces().begin(id, traceparent);
  }

  private <Q, R> StreamObserver<Q> serve(
      StreamObserver<R> out, Function<Q, ImageTrace> trace, Item<Q, R> item) {
    return ItemStream.serve(out, streamWindow, openStreams, new Items<>(trace, item));
  }

  private void getBackbone(GetBackboneRequest request, StreamObserver<GetBackboneResponse> out) {
    out.onNext(backbone);
    out.onCompleted();
  }

  /** The items of one stream. */
  private final class Items<Q, R> implements ItemStream.Handler<Q, R> {
    private final Function<Q, ImageTrace> trace;
    private final Item<Q, R> item;
    private final FlowKey flow = Caller.flowOf(this);

    Items(Function<Q, ImageTrace> trace, Item<Q, R> item) {
      this.trace = trace;
      this.item = item;
    }

    @Override
    public void handle(Q request, ItemStream.Responder<R> answer) {
      Caller caller =
          Caller.item(flow, answer::isCancelled, throttle(answer), trace.apply(request));
      item.handle(request, caller, answer);
    }

    @Override
    public void cancelled() {
      removeCancelled.accept(flow);
    }
  }

  /** Handles one item of a stream. */
  private interface Item<Q, R> {
    void handle(Q request, Caller caller, ItemStream.Responder<R> answer);
  }

  private static Caller.Throttle throttle(ItemStream.Responder<?> answer) {
    return new Caller.Throttle() {
      @Override
      public void pause() {
        answer.pause();
      }

      @Override
      public void resume() {
        answer.resume();
      }
    };
  }

  private void classify(ClassifyRequest request, Caller caller, ResultSink<HeadScoresList> answer) {
    try {
      ImageInput input = Requests.image(request.getImage());
      // Before the queue: an invalid image must not take a place in it.
      DecodeCost cost = reader.check(input);
      submit.accept(
          new ImageJob.Classify(
              input,
              cost,
              caller,
              Requests.selection(request),
              RoutingKey.of(request.getRoutingKey(), input.bytes()),
              answer));
    } catch (RuntimeException e) {
      answer.fail(e);
    }
  }

  private void extract(ExtractRequest request, Caller caller, ResultSink<ByteString> answer) {
    try {
      ImageInput input = Requests.image(request.getImage());
      DecodeCost cost = reader.check(input);
      submit.accept(new ImageJob.Extract(input, cost, caller, answer));
    } catch (RuntimeException e) {
      answer.fail(e);
    }
  }

  private ExtractResponse extracted(ByteString map, StageTimes times) {
    return ResultMessages.extracted(backbone.getId(), map, times);
  }

  private ResultSink<HeadScoresList> classifiedItem(
      String id, ImageTrace trace, ItemStream.Responder<ClassifyStreamResponse> out) {
    return ResultSinks.item(
        out,
        (scores, times) ->
            ClassifyStreamResponse.newBuilder()
                .setId(id)
                .setResponse(ResultMessages.classified(scores, times))
                .build(),
        classifiedItems.metrics(),
        trace,
        error -> ClassifyStreamResponse.newBuilder().setId(id).setError(error).build());
  }

  private ResultSink<ByteString> extractedItem(
      String id, ImageTrace trace, ItemStream.Responder<ExtractStreamResponse> out) {
    return ResultSinks.item(
        out,
        (map, times) ->
            ExtractStreamResponse.newBuilder().setId(id).setResponse(extracted(map, times)).build(),
        extractedItems.metrics(),
        trace,
        error -> ExtractStreamResponse.newBuilder().setId(id).setError(error).build());
  }
}
