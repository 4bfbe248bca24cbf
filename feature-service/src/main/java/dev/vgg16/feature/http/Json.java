package dev.vgg16.feature.http;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;

/** Messages in protobuf's JSON form, with all fields that have no presence, on one line. */
public final class Json {

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(BadRequest.getDescriptor())
                  .add(RetryInfo.getDescriptor())
                  .add(ErrorInfo.getDescriptor())
                  .build());

  private Json() {}

  /**
   * A message as text. Details of statuses are left out if one of them is of a type that is not
   * known here.
   */
  public static String of(MessageOrBuilder message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      return withoutDetails(message);
    }
  }

  private static String withoutDetails(MessageOrBuilder message) {
    Message.Builder builder =
        message instanceof Message built ? built.toBuilder() : ((Message.Builder) message).clone();
    removeDetails(builder);
    try {
      return PRINTER.print(builder);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void removeDetails(Message.Builder message) {
    if (message instanceof Status.Builder status) {
      status.clearDetails();
      return;
    }
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
                removeDetails(message, field);
              }
            });
  }

  private static void removeDetails(Message.Builder message, FieldDescriptor field) {
    if (!field.isRepeated()) {
      removeDetails(message.getFieldBuilder(field));
      return;
    }
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      removeDetails(message.getRepeatedFieldBuilder(field, i));
    }
  }
}
