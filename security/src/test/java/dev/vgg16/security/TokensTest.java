package dev.vgg16.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {

  private static final String CALLER = "caller-0123456789";
  private static final String ADMIN = "admin-0123456789a";

  @TempDir private Path folder;

  private Tokens read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), text);
    return Tokens.read(file);
  }

  @Test
  void findsTheRoleOfAToken() throws Exception {
    Tokens tokens =
        read("# ours\n\n  call " + CALLER + "\nadmin\t" + ADMIN + "  \ncall 0123456789abcdef\n");
    assertThat(tokens.find(CALLER).map(Tokens.Known::role)).hasValue(Role.CALL);
    assertThat(tokens.find(ADMIN).map(Tokens.Known::role)).hasValue(Role.ADMIN);
    assertThat(tokens.find("0123456789abcdef").map(Tokens.Known::role)).hasValue(Role.CALL);
    assertThat(tokens.find("")).isEmpty();
    assertThat(tokens.find(CALLER + " ")).isEmpty();
    assertThat(tokens.find(CALLER.substring(1))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "call secret-secret-secret more, line 1 must be a role and a token",
    "secret-secret-secret, line 1 must be a role and a token",
    "root secret-secret-secret, the role in line 1 must be call or admin",
    "call secret, the token in line 1 is short; it must have at least 16 characters",
    "'', there is no token in it",
    "# call secret-secret-secret, there is no token in it"
  })
  void errorsNameTheLineAndNoSecret(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret");
  }

  @Test
  void namesAMissingFile() {
    assertThatThrownBy(() -> Tokens.read(folder.resolve("none")))
        .hasMessageEndingWith("none: there is no such file");
  }
}
