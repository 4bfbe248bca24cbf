package dev.vgg16.feature.http.oip;

import com.google.common.base.Splitter;
import dev.vgg16.feature.http.Exchange;
import java.util.List;
import org.eclipse.jetty.util.URIUtil;

/**
 * The model of a path.
 *
 * @param name empty: all
 * @param version empty: that which answers for the name
 */
record ModelName(String name, String version) {

  private static final Splitter SLASHES = Splitter.on('/').omitEmptyStrings();
  private static final int NAME = 2;
  private static final int VERSION = 4;

  /** Of {@code /v2/models/NAME}, {@code /v2/models/NAME/versions/VERSION}, or what follows. */
  static ModelName of(Exchange exchange) {
    List<String> parts = SLASHES.splitToList(exchange.request().getHttpURI().getCanonicalPath());
    if (parts.size() == NAME + 1 && parts.get(NAME).equals("stats")) {
      return new ModelName("", "");
    }
    boolean versioned = parts.size() > VERSION && parts.get(VERSION - 1).equals("versions");
    return new ModelName(decoded(parts.get(NAME)), versioned ? decoded(parts.get(VERSION)) : "");
  }

  private static String decoded(String part) {
    return URIUtil.decodePath(part);
  }
}
