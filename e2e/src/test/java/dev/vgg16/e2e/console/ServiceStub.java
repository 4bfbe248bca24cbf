package dev.vgg16.e2e.console;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.vgg16.feature.http.console.ConsoleFile;
import dev.vgg16.feature.http.console.ConsoleFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Serves the console's files, with made-up answers in place of those of the API. */
final class ServiceStub implements AutoCloseable {

  /** What a call of the page had. */
  record Call(String query, Optional<String> token, ByteString body) {

    /** The values of a parameter. */
    List<String> values(String name) {
      return List.of(query.split("&")).stream()
          .filter(pair -> pair.startsWith(name + "="))
          .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
          .toList();
    }
  }

  /** What it is answered with; {@code missing} bytes of the body don't come. */
  record Answer(int status, String json, Map<String, String> headers, int missing) {

    /** None: the connection ends. */
    static final Answer NONE = new Answer(0, "", Map.of());

    Answer(int status, String json, Map<String, String> headers) {
      this(status, json, headers, 0);
    }

    /** The first part of one. */
    static Answer cut(String json) {
      return new Answer(200, json, Map.of(), 100);
    }

    /** What a proxy says itself. */
    static Answer ofProxy(int status) {
      return new Answer(status, "<html>" + status + "</html>", Map.of());
    }

    static Answer of(String json) {
      return new Answer(200, json, Map.of());
    }

    static Answer problem(int status, String code, String detail) {
      return new Answer(
          status, Answers.problem(status, code, detail), Map.of("Retry-After", "3600"));
    }
  }

  private final Map<String, Function<Call, Answer>> answers = new ConcurrentHashMap<>();
  private final Map<String, List<Call>> calls = new ConcurrentHashMap<>();
  private final ConsoleFiles files = new ConsoleFiles();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final int port;
  private HttpServer server;

  private ServiceStub() throws IOException {
    answer("/v1/backbone", call -> Answer.of(Answers.BACKBONE));
    answer("/v1/heads", call -> Answer.of(Answers.HEADS));
    answer("/v1/load", call -> Answer.of(Answers.load(100)));
    answer("/v1/classify", call -> Answer.of(Answers.CAT));
    server = listen(0);
    port = server.getAddress().getPort();
  }

  static ServiceStub start() throws IOException {
    return new ServiceStub();
  }

  private HttpServer listen(int at) throws IOException {
    HttpServer listening =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
    listening.setExecutor(threads);
    listening.createContext("/", this::handle);
    listening.start();
    return listening;
  }

  /** Answers calls of this path in this way from now on. */
  void answer(String path, Function<Call, Answer> with) {
    answers.put(path, with);
  }

  /** Answers calls of this path in this way from now on. */
  void answer(String path, Answer with) {
    answer(path, call -> with);
  }

  /** The calls of a path so far. */
  List<Call> calls(String path) {
    return calls.computeIfAbsent(path, first -> new CopyOnWriteArrayList<>());
  }

  String url() {
    return "http://127.0.0.1:" + port + "/";
  }

  /** Can't be reached until {@link #comeBack}. */
  void goAway() {
    server.stop(0);
  }

  void comeBack() throws IOException {
    server = listen(port);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Function<Call, Answer> with = answers.get(path);
      if (with == null) {
        sendFile(exchange, path);
      } else {
        Call call = call(exchange);
        calls(path).add(call);
        send(exchange, with.apply(call));
      }
    }
  }

  private static Call call(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    return new Call(
        query == null ? "" : query,
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
        ByteString.readFrom(exchange.getRequestBody()));
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    if (answer.status() == 0) {
      return;
    }
    boolean failed = answer.status() != 200;
    Map<String, String> headers =
        ImmutableMap.<String, String>builder()
            .putAll(answer.headers())
            .put("Content-Type", failed ? "application/problem+json" : "application/json")
            .build();
    byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), body.length + answer.missing());
    exchange.getResponseBody().write(body);
  }

  private void sendFile(HttpExchange exchange, String path) throws IOException {
    Optional<ConsoleFile> file = files.find(path);
    if (file.isEmpty()) {
      send(exchange, 404, Map.of(), new byte[0]);
      return;
    }
    Map<String, String> headers =
        ImmutableMap.<String, String>builder()
            .putAll(ConsoleFiles.HEADERS)
            .put("Content-Type", file.get().contentType())
            .build();
    send(exchange, 200, headers, file.get().body().toByteArray());
  }

  private static void send(
      HttpExchange exchange, int status, Map<String, String> headers, byte[] body)
      throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
