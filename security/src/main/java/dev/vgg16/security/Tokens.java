package dev.vgg16.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The valid tokens and their roles. Immutable; stores only digests.
 *
 * <p>Each line of a file has a role and a token: {@code call 0123456789abcdef} or {@code admin
 * ...}. Empty lines and lines that begin with # are ignored.
 */
final class Tokens {

  /** Too many letters and digits to guess. */
  private static final int MIN_LENGTH = 16;

  private final List<Known> all;

  /**
   * A valid token.
   *
   * @param digest of the token
   */
  record Known(HashCode digest, Role role) {}

  private Tokens(List<Known> all) {
    this.all = all;
  }

  /**
   * @throws UnusableFileException names the invalid line, without its contents
   */
  static Tokens read(Path file) {
    List<Known> all = new ArrayList<>();
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        all.add(known(file, i + 1, line));
      }
    }
    if (all.isEmpty()) {
      throw new UnusableFileException(file, "there is no token in it");
    }
    return new Tokens(List.copyOf(all));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, UTF_8);
    } catch (NoSuchFileException e) {
      throw new UnusableFileException(file, "there is no such file");
    } catch (CharacterCodingException e) {
      throw new UnusableFileException(file, "it is not text in UTF-8");
    } catch (IOException e) {
      throw new UnusableFileException(file, "it can't be read: " + e.getClass().getSimpleName());
    }
  }

  private static Known known(Path file, int number, String line) {
    String[] words = line.split("\\s+", -1);
    if (words.length != 2) {
      throw new UnusableFileException(
          file, "line %d must be a role and a token, such as: call TOKEN".formatted(number));
    }
    if (words[1].length() < MIN_LENGTH) {
      throw new UnusableFileException(
          file,
          "the token in line %d is short; it must have at least %d characters, such as those of"
                  .formatted(number, MIN_LENGTH)
              + " `openssl rand -hex 32`");
    }
    return new Known(digest(words[1]), role(file, number, words[0]));
  }

  private static Role role(Path file, int number, String word) {
    for (Role role : Role.values()) {
      if (role.name().toLowerCase(Locale.ROOT).equals(word)) {
        return role;
      }
    }
    throw new UnusableFileException(
        file, "the role in line %d must be call or admin".formatted(number));
  }

  /**
   * The token, if it is valid. Takes the same time for every token: the digests of all are
   * compared, in constant time.
   */
  Optional<Known> find(String token) {
    byte[] digest = digest(token).asBytes();
    Known found = null;
    for (Known known : all) {
      if (MessageDigest.isEqual(known.digest().asBytes(), digest)) {
        found = known;
      }
    }
    return Optional.ofNullable(found);
  }

  private static HashCode digest(String token) {
    return Hashing.sha256().hashString(token, UTF_8);
  }
}
