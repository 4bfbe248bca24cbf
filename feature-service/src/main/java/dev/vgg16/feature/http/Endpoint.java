package dev.vgg16.feature.http;

/** Serves one path. It returns at once; the response may come from another thread. */
public interface Endpoint {

  /**
   * @throws RuntimeException that the response tells as a {@link Problem}
   */
  void serve(Exchange exchange);
}
