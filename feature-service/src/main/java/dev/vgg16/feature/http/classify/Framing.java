package dev.vgg16.feature.http.classify;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** How several results are written. */
enum Framing {
  /** One JSON object with a list, in the order of the images. */
  LIST("application/json", "{\"results\":[", "", ",", "", "]}"),
  /** A JSON object a line, as soon as it is there. */
  LINES("application/x-ndjson", "", "", "", "\n", ""),
  /** Server-sent events, as soon as they are there. */
  EVENTS("text/event-stream", "", "event: result\ndata: ", "", "\n\n", "event: end\ndata: {}\n\n");

  private final String contentType;
  private final String begin;
  private final String before;
  private final String between;
  private final String after;
  private final String end;

  Framing(
      String contentType, String begin, String before, String between, String after, String end) {
    this.contentType = contentType;
    this.begin = begin;
    this.before = before;
    this.between = between;
    this.after = after;
    this.end = end;
  }

  /** The one that the request's Accept header asks for. */
  static Framing of(Request request) {
    String accept = String.join(",", request.getHeaders().getValuesList(HttpHeader.ACCEPT));
    for (Framing framing : new Framing[] {LINES, EVENTS}) {
      if (accept.contains(framing.contentType)) {
        return framing;
      }
    }
    return LIST;
  }

  String contentType() {
    return contentType;
  }

  /** Whether results keep the order of the images. */
  boolean isOrdered() {
    return this == LIST;
  }

  /** The text of a result. */
  String frame(String result, boolean first) {
    return (first ? begin : between) + before + result + after;
  }

  /** The text after the last result. */
  String end() {
    return end;
  }
}
