package dev.vgg16.feature.http.console;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import com.google.common.io.Files;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Finds the console's files, each read when it is first asked for and kept. Thread-safe. */
public final class ConsoleFiles {

  /** Folders that begin with a letter: no path leads out of the console's. */
  private static final Pattern PATH = Pattern.compile("/(?:[a-z]+/)?[a-z][a-z0-9-]*\\.[a-z]+");

  private static final ImmutableMap<String, String> CONTENT_TYPES =
      ImmutableMap.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "jpg", "image/jpeg",
          "png", "image/png");

  /**
   * Of each answer. The page runs its own scripts alone, asks no other host, makes no markup of
   * text, and can't be part of another page.
   */
  public static final ImmutableMap<String, String> HEADERS =
      ImmutableMap.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          // A new version of the service has new files under the same names.
          "Cache-Control",
          "no-cache");

  private final Map<String, ConsoleFile> files = new ConcurrentHashMap<>();

  /**
   * The file at a path of a URL, such as {@code /} or {@code /js/main.js}; empty when there is
   * none.
   */
  public Optional<ConsoleFile> find(String path) {
    String name = path.equals("/") ? "/index.html" : path;
    if (!PATH.matcher(name).matches()) {
      return Optional.empty();
    }
    ConsoleFile known = files.get(name);
    return known == null ? read(name) : Optional.of(known);
  }

  private Optional<ConsoleFile> read(String name) {
    String contentType = CONTENT_TYPES.get(Files.getFileExtension(name));
    if (contentType == null) {
      return Optional.empty();
    }
    try (InputStream in = ConsoleFiles.class.getResourceAsStream("/console" + name)) {
      if (in == null) {
        return Optional.empty();
      }
      ConsoleFile file = file(contentType, in.readAllBytes());
      files.put(name, file);
      return Optional.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ConsoleFile file(String contentType, byte[] body) {
    String hash = Hashing.sha256().hashBytes(body).toString().substring(0, 16);
    return new ConsoleFile(contentType, '"' + hash + '"', ByteString.copyFrom(body));
  }
}
