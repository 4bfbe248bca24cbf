/**
 * Load reports to callers that balance by load, in the messages of ORCA (Open Request Cost
 * Aggregation): {@link dev.vgg16.service.load.LoadReports}.
 */
@NullMarked
package dev.vgg16.service.load;

import org.jspecify.annotations.NullMarked;
