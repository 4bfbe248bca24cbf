package dev.vgg16.feature.http.classify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.feature.http.Exchange;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
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
  private final int count;
  private final Begin begin;
  private final Response response;

  @GuardedBy("this")
  private final Queue<String> ready = new ArrayDeque<>();

  /** Those that have come before their turn. */
  @GuardedBy("this")
  private final Map<Integer, String> early = new HashMap<>();

  @GuardedBy("this")
  private int begun;

  @GuardedBy("this")
  private int inOrder;

  @GuardedBy("this")
  private int written;

  @GuardedBy("this")
  private boolean ended;

  /** Begins to classify an image, whose result is {@link #add}ed later. */
  interface Begin {
    void image(int index);
  }

  /**
   * @param count of the images
   */
  ResultWriter(Exchange exchange, Framing framing, int count, Begin begin) {
    this.exchange = exchange;
    this.framing = framing;
    this.count = count;
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
    synchronized (this) {
      if (begun == count) {
        return;
      }
      index = begun++;
    }
    begin.image(index);
  }

  /** Adds the result of an image, a JSON object. */
  void add(int index, String result) {
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
      text = framing.frame(result, written == 0);
      written++;
      last = written == count;
      ended = last;
    }
    ByteBuffer bytes = UTF_8.encode(last ? text + framing.end() : text);
    response.write(last, bytes, this);
    return Action.SCHEDULED;
  }

  @Override
  protected void onSuccess() {
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
