package dev.vgg16.security;

import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks the tokens of callers against a file that is reloaded. Thread-safe. */
public final class TokenCheck {

  static final String BEARER = "Bearer ";

  private final Supplier<Tokens> tokens;
  private final Role required;

  /**
   * @param required the role that a token must have
   */
  TokenCheck(Supplier<Tokens> tokens, Role required) {
    this.tokens = tokens;
    this.required = required;
  }

  /**
   * Reads the file.
   *
   * @throws UnusableFileException names the invalid line
   */
  static TokenCheck of(Path file, Role required, FileLoader files) {
    AtomicReference<Tokens> current = new AtomicReference<>();
    files.add(List.of(file), () -> current.set(Tokens.read(file)));
    return new TokenCheck(current::get, required);
  }

  /**
   * Why a caller is refused: UNAUTHENTICATED or PERMISSION_DENIED; empty if it is not.
   *
   * @param authorization the header, or null if there is none
   */
  public Optional<Status> refusal(@Nullable String authorization) {
    return accepted(authorization).isPresent()
        ? Optional.empty()
        : Optional.of(reason(authorization));
  }

  /** The token of the header, if it is valid and has the role. */
  Optional<Tokens.Known> accepted(@Nullable String authorization) {
    return known(authorization).filter(token -> token.role().includes(required));
  }

  private Status reason(@Nullable String authorization) {
    if (token(authorization).isEmpty()) {
      return Status.UNAUTHENTICATED.withDescription(
          "a token is needed: send the metadata authorization: Bearer TOKEN");
    }
    return known(authorization).isEmpty()
        ? Status.UNAUTHENTICATED.withDescription("the token is not one of this service's")
        : Status.PERMISSION_DENIED.withDescription(
            "the token's role is call, and this needs one whose role is admin");
  }

  private Optional<Tokens.Known> known(@Nullable String authorization) {
    return token(authorization).flatMap(text -> tokens.get().find(text));
  }

  private static Optional<String> token(@Nullable String header) {
    // The scheme's name may be written in any case, RFC 9110.
    return header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? Optional.empty()
        : Optional.of(header.substring(BEARER.length()).strip());
  }
}
