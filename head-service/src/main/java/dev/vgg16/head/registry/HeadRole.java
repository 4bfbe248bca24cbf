package dev.vgg16.head.registry;

import java.util.List;

/**
 * What a loaded version does for the name of its head.
 *
 * @param isDefault whether the name means it, but for the shares of others
 * @param labels that mean it, without those that every head has
 * @param trafficPercent the share of the requests for the name that it answers, 0 to 100
 * @param shadow whether it scores besides those that answer
 */
public record HeadRole(
    boolean isDefault, List<String> labels, double trafficPercent, boolean shadow) {

  public HeadRole {
    labels = List.copyOf(labels);
  }
}
