package dev.vgg16.feature.http.classify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.feature.http.Exchange;
import dev.vgg16.feature.http.Problem;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Classifies the images of a request, some at a time, and writes the results. The next image begins
 * when a result is written, so that a client that reads slowly holds little memory. Thread-safe.
 */
final class ResultWriter extends IteratingCallback {

  /** Images of a request that are classified or whose result is not written. */
  private static final int WINDOW = 8;

  private final Exchange exchange;
  private final Framing framing;
  private final List<String> names;
  private final Begin begin;
  private final Response response;

  @GuardedBy("this")
  private final Queue<String> ready = new ArrayDeque<>();

  /** Those that have come before their turn. */
  @GuardedBy("this")
  private final Map<Integer, String> early = new HashMap<>();

  /** Of the result that is being written; one is at a time. */
  private int size;

  @GuardedBy("this")
  private int begun;

  @GuardedBy("this")
  private int inOrder;

  @GuardedBy("this")
  private int written;

  @GuardedBy("this")
  private boolean ended;

  /** Begins to classify an image. The future has its result, a JSON object, and does not fail. */
  interface Begin {
    CompletableFuture<String> image(int index);
  }

  /**
   * @param names of the images
   */
  ResultWriter(Exchange exchange, Framing framing, List<String> names, Begin begin) {
    this.exchange = exchange;
    this.framing = framing;
    this.names = names;
    this.begin = begin;
    this.response = exchange.begin(framing.contentType());
  }

  /** Begins the first images. */
  void start() {
    for (int i = 0; i < WINDOW; i++) {
      beginNext();
    }
  }

  private void beginNext() {
    int index;
    boolean last;
    synchronized (this) {
      if (begun == names.size()) {
        return;
      }
      index = begun++;
      last = begun == names.size();
    }
    var unused = begin.image(index).thenAccept(result -> add(index, withinMemory(index, result)));
    if (last) {
      exchange.releaseBody();
    }
  }

  private String withinMemory(int index, String result) {
    return exchange.hasRoomFor(result.length())
        ? result
        : Results.of(
            index,
            names.get(index),
            Problem.of(
                HttpStatus.SERVICE_UNAVAILABLE_503,
                "the results that are not read yet take all memory that is there for them: retry"));
  }

  private void add(int index, String result) {
    synchronized (this) {
      if (framing.isOrdered()) {
        early.put(index, result);
        while (early.containsKey(inOrder)) {
          ready.add(early.remove(inOrder++));
        }
      } else {
        ready.add(result);
      }
    }
    iterate();
  }

  @Override
  protected Action process() {
    String text;
    boolean last;
    synchronized (this) {
      if (ended) {
        return Action.SUCCEEDED;
      }
      String result = ready.poll();
      if (result == null) {
        return Action.IDLE;
      }
      size = result.length();
      text = framing.frame(result, written == 0);
      written++;
      last = written == names.size();
      ended = last;
    }
    ByteBuffer bytes = UTF_8.encode(last ? text + framing.end() : text);
    response.write(last, bytes, this);
    return Action.SCHEDULED;
  }

  @Override
  protected void onSuccess() {
    exchange.wasRead(size);
    beginNext();
  }

  @Override
  protected void onCompleteSuccess() {
    exchange.end().succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    exchange.end().failed(cause);
  }
}
