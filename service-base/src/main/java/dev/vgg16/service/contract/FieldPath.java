package dev.vgg16.service.contract;

import com.google.protobuf.Descriptors.FieldDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Where in a request a field is, such as {@code selections[3].explain.label}.
 *
 * @param parent null for a field of the request itself
 * @param index of an entry of a repeated field; negative for a field as a whole
 */
record FieldPath(@Nullable FieldPath parent, FieldDescriptor field, int index) {

  /** An item of a stream wraps the request of the unary method, whose fields are named as there. */
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
