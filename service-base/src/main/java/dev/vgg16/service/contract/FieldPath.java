package dev.vgg16.service.contract;

import com.google.protobuf.Descriptors.FieldDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The path of a field in a request, such as {@code selections[3].explain.label}.
 *
 * @param parent null for a field of the request itself
 * @param index of an entry of a repeated field; negative for the whole field
 */
record FieldPath(@Nullable FieldPath parent, FieldDescriptor field, int index) {

  /** The field of a stream item that wraps the unary method's request; omitted from paths. */
  private static final String WRAPPED = "request";

  @Override
  public String toString() {
    String name = index < 0 ? field.getName() : "%s[%d]".formatted(field.getName(), index);
    return parent == null || parent.isWrapper() ? name : parent + "." + name;
  }

  private boolean isWrapper() {
    return parent == null && field.getName().equals(WRAPPED);
  }
}
