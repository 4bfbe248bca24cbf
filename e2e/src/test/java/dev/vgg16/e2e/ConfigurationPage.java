package dev.vgg16.e2e;

import dev.vgg16.commandline.EnvironmentDefaults;
import dev.vgg16.commandline.OptionSections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The tables of docs/configuration.md, generated from the options of the programs. */
final class ConfigurationPage {

  private static final Pattern DEFAULT = Pattern.compile("\\s*\\(?[Dd]efault: (.+?)\\)?\\.?$");

  /** An option as a row of a table; of subcommands that have the same option, one row. */
  private record Row(String option, String variable, String defaultValue, String meaning) {

    static Row of(OptionSpec option, EnvironmentDefaults environment) {
      String text =
          Arrays.stream(option.description())
              .filter(line -> !line.startsWith("Environment: "))
              .collect(Collectors.joining(" "))
              .replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue()));
      Matcher told = DEFAULT.matcher(text);
      return told.find()
          ? new Row(
              name(option),
              environment.variable(option),
              told.group(1),
              text.substring(0, told.start()))
          : new Row(name(option), environment.variable(option), defaultOf(option), text);
    }

    private static String name(OptionSpec option) {
      String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
      return option.longestName() + value;
    }

    private static String defaultOf(OptionSpec option) {
      if (option.defaultValue() != null) {
        return option.defaultValue();
      }
      return option.required() ? "required" : option.arity().max() == 0 ? "off" : "";
    }

    /** A sentence, where the default was cut off its end. */
    private static String sentence(String text) {
      return text.endsWith(".") ? text : text + ".";
    }

    String cells() {
      return "| `%s` | `%s` | %s | %s |"
          .formatted(
              option.replace("|", "\\|"),
              variable,
              escaped(defaultValue),
              escaped(sentence(meaning)));
    }

    private static String escaped(String text) {
      return text.replace("|", "\\|").replace("<", "&lt;");
    }
  }

  private ConfigurationPage() {}

  /** Replaces the text between the marks of a program. */
  static String withOptions(String page, String program, CommandLine line, String prefix) {
    String begin = "<!-- options: %s -->\n".formatted(program);
    String end = "<!-- /options -->";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end, from);
    if (from < begin.length() || to < 0) {
      throw new IllegalArgumentException("the page has no marks of " + program);
    }
    return page.substring(0, from) + tables(line, prefix) + page.substring(to);
  }

  private static String tables(CommandLine line, String prefix) {
    EnvironmentDefaults environment = new EnvironmentDefaults(prefix, Map.of());
    Map<String, Map<Row, List<String>>> sections = new LinkedHashMap<>();
    for (CommandLine command : commands(line)) {
      CommandSpec spec = command.getCommandSpec();
      String name = spec.qualifiedName().replaceFirst("^\\S+ ?", "");
      OptionSections.of(spec)
          .forEach(
              (heading, options) ->
                  options.stream()
                      .filter(option -> !option.usageHelp() && !option.versionHelp())
                      .forEach(
                          option ->
                              sections
                                  .computeIfAbsent(heading, unused -> new LinkedHashMap<>())
                                  .computeIfAbsent(
                                      Row.of(option, environment), unused -> new ArrayList<>())
                                  .add(name)));
    }
    boolean ofCommands = !line.getSubcommands().isEmpty();
    StringBuilder text = new StringBuilder();
    sections.forEach((heading, rows) -> text.append(table(heading, rows, ofCommands)));
    return text.append('\n').toString();
  }

  /** The command and all its subcommands. */
  private static List<CommandLine> commands(CommandLine line) {
    List<CommandLine> commands = new ArrayList<>(List.of(line));
    line.getSubcommands().values().forEach(sub -> commands.addAll(commands(sub)));
    return commands;
  }

  private static String table(String heading, Map<Row, List<String>> rows, boolean ofCommands) {
    StringBuilder text =
        new StringBuilder("\n**%s**\n\n".formatted(heading.isEmpty() ? "General" : heading))
            .append("| option | variable | default | meaning |")
            .append(ofCommands ? " commands |" : "")
            .append("\n| --- | --- | --- | --- |")
            .append(ofCommands ? " --- |" : "")
            .append('\n');
    rows.forEach(
        (row, commands) ->
            text.append(row.cells())
                .append(ofCommands ? " " + String.join(", ", commands) + " |" : "")
                .append('\n'));
    return text.toString();
  }
}
