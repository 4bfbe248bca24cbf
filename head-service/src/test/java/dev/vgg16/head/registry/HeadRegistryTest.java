package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.service.errors.ServingException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadRegistryTest {

  private final HeadRegistry registry = TinyHeads.load();

  @AfterEach
  void close() {
    registry.close();
  }

  @ParameterizedTest
  @CsvSource({"three, three@10", "three@2, three@2", "'', three@10", "two, two@1"})
  void findsByNameAndVersion(String asked, String found) {
    assertThat(registry.find(asked).manifest().id()).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "four|there is no head four; loaded are three, two",
        "four@1|there is no head four; loaded are three, two",
        "three@3|the head three has no version 3; it has 1, 2, 10",
        "three@02|the head three has no version 02; it has 1, 2, 10",
        "three@|the head three has no version ; it has 1, 2, 10",
        "@1|there is no head ; loaded are three, two"
      })
  void saysWhatThereIs(String asked, String message) {
    assertThatThrownBy(() -> registry.find(asked))
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> assertThat(e.kind()).isEqualTo(ServingException.Kind.NOT_FOUND))
        .hasMessage(message);
  }

  @Test
  void listsByNameAndVersion() {
    assertThat(registry.all())
        .extracting(head -> head.manifest().id())
        .containsExactly("three@1", "three@2", "three@10", "two@1");
    assertThat(registry.all().stream().filter(registry::isDefaultVersion))
        .extracting(head -> head.manifest().id())
        .containsExactly("three@10", "two@1");
  }

  @Test
  void theDefaultIsTheFirstHeadUnlessConfigured() {
    java.util.List<Head> heads = registry.all();
    assertThat(new HeadRegistry(heads, Optional.empty()).defaultHead()).isEqualTo("three");
    assertThat(new HeadRegistry(heads, Optional.of("two")).find("").manifest().id())
        .isEqualTo("two@1");
    assertThatThrownBy(() -> new HeadRegistry(heads, Optional.of("six")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--default-head is six, and loaded are [three, two]");
  }
}
