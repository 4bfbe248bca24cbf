package dev.vgg16.commandline;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command under their {@linkplain OptionHeading headings}. */
public final class OptionSections implements IHelpSectionRenderer {

  OptionSections() {}

  /**
   * The options that the help shows, by heading, in the order of the first of each; those without
   * one come first, under "".
   */
  public static Map<String, List<OptionSpec>> of(CommandSpec command) {
    Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
    sections.put("", new ArrayList<>());
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        sections.computeIfAbsent(heading(option), unused -> new ArrayList<>()).add(option);
      }
    }
    return sections;
  }

  private static String heading(OptionSpec option) {
    if (!(option.userObject() instanceof AnnotatedElement element)) {
      return "";
    }
    OptionHeading heading = element.getAnnotation(OptionHeading.class);
    if (heading == null && element instanceof Member member) {
      heading = member.getDeclaringClass().getAnnotation(OptionHeading.class);
    }
    return heading == null ? "" : heading.value();
  }

  @Override
  public String render(Help help) {
    StringBuilder text = new StringBuilder();
    of(help.commandSpec())
        .forEach(
            (heading, options) -> {
              if (!heading.isEmpty()) {
                text.append("%n%s:%n".formatted(heading));
              }
              text.append(section(help, options));
            });
    return text.toString();
  }

  private static Layout section(Help help, List<OptionSpec> options) {
    // Columns as wide as the options of all sections need.
    Layout layout =
        help.createDefaultLayout(help.commandSpec().options(), List.of(), help.colorScheme());
    layout.addOptions(options, help.parameterLabelRenderer());
    return layout;
  }
}
