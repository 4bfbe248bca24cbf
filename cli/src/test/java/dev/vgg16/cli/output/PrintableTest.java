package dev.vgg16.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void leavesTextAsItIs() {
    String text = "Größe 猫 👩‍🚀 e\u0301.jpg";
    assertThat(Printable.of(text)).isSameAs(text);
  }

  @Test
  void escapesWhatSteersATerminal() {
    assertThat(Printable.of("a\u001b[2Jb")).isEqualTo("a\\u001b[2Jb");
    assertThat(Printable.of("two\nlines\r\tend\u0007")).isEqualTo("two\\nlines\\r\\tend\\u0007");
    assertThat(Printable.of("c1 \u009b31m")).isEqualTo("c1 \\u009b31m");
    assertThat(Printable.of("gpj.\u202Eexe")).isEqualTo("gpj.\\u202eexe");
    assertThat(Printable.of("line\u2028sep")).isEqualTo("line\\u2028sep");
    assertThat(Printable.of("half \uD83D")).isEqualTo("half \\ud83d");
  }

  @Test
  void countsTheColumnsOfATerminal() {
    assertThat(Printable.width("cat")).isEqualTo(3);
    assertThat(Printable.width("猫.jpg")).isEqualTo(6);
    assertThat(Printable.width("e\u0301")).isEqualTo(1);
    assertThat(Printable.padded("猫", 4)).isEqualTo("猫  ");
    assertThat(Printable.padded("too long", 4)).isEqualTo("too long");
  }

  @Test
  void shortensByColumnsAndNotInTheMiddleOfACharacter() {
    assertThat(Printable.shortened("short", 5)).isEqualTo("short");
    assertThat(Printable.shortened("abcdefgh", 6)).isEqualTo("abc...");
    assertThat(Printable.shortened("猫猫猫猫", 6)).isEqualTo("猫...");
    assertThat(Printable.shortened("😀😀😀😀", 7)).isEqualTo("😀😀...");
  }

  @Test
  void columnsOfATableStandBelowEachOther() {
    Table table = new Table("label", "score");
    table.add("猫", "1");
    table.add("\u001b[31mcat", "2");
    assertThat(table.toString().lines())
        .containsExactly("label          score", "猫             1", "\\u001b[31mcat  2");
  }
}
