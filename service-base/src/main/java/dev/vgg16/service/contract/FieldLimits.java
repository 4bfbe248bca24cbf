package dev.vgg16.service.contract;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.vgg16.v1.Limits;
import dev.vgg16.v1.LimitsOuterClass;

/**
 * The limits of a field, from the contract's options.
 *
 * @param maxBytes of a string or bytes, or of each entry; unlimited if the service sets the limit
 * @param maxItems of a repeated field
 */
record FieldLimits(int maxBytes, int maxItems) {

  /**
   * @throws IllegalArgumentException when a limit is missing
   */
  static FieldLimits of(FieldDescriptor field) {
    Limits limits = field.getOptions().getExtension(LimitsOuterClass.limits);
    boolean sized =
        field.getJavaType() == JavaType.STRING || field.getJavaType() == JavaType.BYTE_STRING;
    if (sized && limits.getMaxBytes() == 0 && !limits.getSetByService()) {
      throw new IllegalArgumentException(field.getFullName() + " has no limit of its bytes");
    }
    if (field.isRepeated() && limits.getMaxItems() == 0) {
      throw new IllegalArgumentException(field.getFullName() + " has no limit of its entries");
    }
    return new FieldLimits(
        limits.getSetByService() ? Integer.MAX_VALUE : limits.getMaxBytes(), limits.getMaxItems());
  }
}
