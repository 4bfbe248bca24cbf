package dev.vgg16.client;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Streams without a network. A request is "ID text" and a response "ID text"; a response whose text
 * begins with "error " and a code has an error.
 */
final class FakeStreams implements StreamMethod<String, String, String> {

  /** Texts of the requests, in the order in which they were sent. */
  final List<String> sent = new ArrayList<>();

  /** Streams that were opened. */
  int opened;

  /** Whether the last stream was cancelled. */
  boolean cancelled;

  private final Function<String, String> respond;
  private final int responsesPerStream;

  /**
   * @param respond makes a response's text of a request's; null: there is no response
   * @param responsesPerStream after so many, a stream fails with UNAVAILABLE
   */
  FakeStreams(Function<String, String> respond, int responsesPerStream) {
    this.respond = respond;
    this.responsesPerStream = responsesPerStream;
  }

  @Override
  public void open(ClientResponseObserver<String, String> responses) {
    opened++;
    cancelled = false;
    responses.beforeStart(new Requests(responses));
  }

  @Override
  public String request(String id, ByteString image) {
    return id + " " + image.toStringUtf8();
  }

  @Override
  public String id(String response) {
    return response.substring(0, response.indexOf(' '));
  }

  @Override
  public Optional<Status> error(String response) {
    String text = result(response);
    return text.startsWith("error ")
        ? Optional.of(
            Status.newBuilder()
                .setCode(Integer.parseInt(text.substring(6)))
                .setMessage("no")
                .build())
        : Optional.empty();
  }

  @Override
  public String result(String response) {
    return response.substring(response.indexOf(' ') + 1);
  }

  private final class Requests extends ClientCallStreamObserver<String> {
    private final ClientResponseObserver<String, String> responses;
    private int answered;
    private boolean closed;

    Requests(ClientResponseObserver<String, String> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(String request) {
      String text = result(request);
      sent.add(text);
      if (closed) {
        return;
      }
      if (answered++ == responsesPerStream) {
        closed = true;
        responses.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());
        return;
      }
      String response = respond.apply(text);
      if (response != null) {
        responses.onNext(id(request) + " " + response);
      }
    }

    @Override
    public void cancel(String message, Throwable cause) {
      cancelled = true;
      closed = true;
    }

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }
}
