package dev.vgg16.service.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.HeadAdminServiceGrpc;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.Limits;
import dev.vgg16.v1.LimitsOuterClass;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field that could be large has a limit in the contract, and each limit holds. */
class ContractLimitsTest {

  /** Limited by an option or the model, with separate tests. */
  private static final List<String> SET_BY_SERVICE =
      List.of("vgg16.v1.FeatureMaps.data", "vgg16.v1.Image.encoded", "vgg16.v1.Image.pixels");

  @Test
  void everyFieldThatCouldBeLargeHasItsLimits() {
    Map<String, FieldDescriptor> fields = new LinkedHashMap<>();
    methods(MethodDescriptor::getRequestMarshaller)
        .forEach(message -> collect(message.getDescriptorForType(), fields));
    methods(MethodDescriptor::getResponseMarshaller)
        .forEach(message -> collect(message.getDescriptorForType(), fields));
    assertThat(fields)
        .containsKeys(
            "vgg16.v1.Explain.label", "vgg16.v1.Head.labels", "vgg16.v1.ScoreRequest.maps")
        .hasSizeGreaterThan(70);

    TreeSet<String> without = new TreeSet<>();
    TreeSet<String> setByService = new TreeSet<>();
    fields.forEach(
        (name, field) -> {
          Limits limits = limits(field);
          if ((isSized(field) && limits.getMaxBytes() == 0 && !limits.getSetByService())
              || (field.isRepeated() && limits.getMaxItems() == 0)) {
            without.add(name);
          }
          if (limits.getSetByService()) {
            setByService.add(name);
          }
        });
    assertThat(without).as("fields without a limit").isEmpty();
    assertThat(setByService).containsExactlyElementsOf(SET_BY_SERVICE);
  }

  @Test
  void aFieldWithoutALimitIsRefusedAtStart() {
    assertThatThrownBy(() -> LimitedReader.of(com.google.rpc.ErrorInfo.getDefaultInstance()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no limit");
  }

  /**
   * A request with one field at its limit.
   *
   * @param path to the field
   * @param size in bytes, or entries
   * @param named the name of the field in the error
   */
  record Case(
      Message prototype, List<FieldDescriptor> path, boolean entries, int size, String named) {

    Message sized(int size) {
      return with(prototype, path, size);
    }

    private Message with(Message prototype, List<FieldDescriptor> path, int size) {
      Message.Builder message = prototype.newBuilderForType();
      FieldDescriptor field = path.get(0);
      if (path.size() > 1) {
        Message nested = message.newBuilderForField(field).build();
        put(message, field, with(nested, path.subList(1, path.size()), size));
      } else if (entries) {
        Object entry =
            switch (field.getJavaType()) {
              case MESSAGE -> message.newBuilderForField(field).build();
              case LONG -> 0L;
              default -> "";
            };
        Collections.nCopies(size, entry).forEach(each -> message.addRepeatedField(field, each));
      } else {
        put(message, field, "x".repeat(size));
      }
      return message.build();
    }

    private static void put(Message.Builder message, FieldDescriptor field, Object value) {
      if (field.isRepeated()) {
        message.addRepeatedField(field, value);
      } else {
        message.setField(field, value);
      }
    }

    @Override
    public String toString() {
      return prototype.getDescriptorForType().getName() + " " + named + " " + size;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    methods(MethodDescriptor::getRequestMarshaller)
        .forEach(
            request -> addCases(request, request.getDescriptorForType(), List.of(), "", cases));
    return cases;
  }

  private static void addCases(
      Message request,
      Descriptor type,
      List<FieldDescriptor> above,
      String name,
      List<Case> cases) {
    for (FieldDescriptor field : type.getFields()) {
      List<FieldDescriptor> path = Stream.concat(above.stream(), Stream.of(field)).toList();
      Limits limits = limits(field);
      String own = name + field.getName();
      String entry = field.isRepeated() ? own + "[0]" : own;
      if (field.isRepeated()) {
        cases.add(new Case(request, path, true, limits.getMaxItems(), own));
      }
      if (isSized(field) && !limits.getSetByService()) {
        cases.add(new Case(request, path, false, limits.getMaxBytes(), entry));
      }
      if (field.getJavaType() == JavaType.MESSAGE) {
        // An item of a stream names its fields as the unary request does.
        boolean wrapped = above.isEmpty() && field.getName().equals("request");
        addCases(request, field.getMessageType(), path, wrapped ? "" : entry + ".", cases);
      }
    }
  }

  @Test
  void thereAreCasesOfAllServices() {
    assertThat(cases())
        .extracting(Object::toString)
        .contains(
            "ClassifyStreamRequest id 256",
            "ClassifyStreamRequest heads 256",
            "ScoreRequest selections[0].explain.label 1024",
            "UnloadHeadRequest version 16")
        .hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void acceptsFieldsAtTheLimit(Case field) throws Exception {
    Message request = field.sized(field.size());
    DecodedRequest<Message> received = read(field.prototype(), request);
    assertThat(received.refusal()).isEmpty();
    assertThat(received.message()).isEqualTo(request);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesFieldsOverTheLimit(Case field) throws Exception {
    DecodedRequest<Message> received = read(field.prototype(), field.sized(field.size() + 1));
    assertThat(received.refusal())
        .containsInstanceOf(ServingException.class)
        .hasValueSatisfying(
            refusal -> {
              assertThat(((ServingException) refusal).kind())
                  .isEqualTo(ServingException.Kind.INVALID_INPUT);
              assertThat(((ServingException) refusal).field()).hasValue(field.named());
              assertThat(refusal)
                  .hasMessageContaining(String.format("%,d ", field.size()))
                  .hasMessageContaining("allowed");
            });
    assertThat(received.message().getSerializedSize())
        .as("what is kept of it")
        .isLessThanOrEqualTo(field.sized(field.size()).getSerializedSize());
  }

  private static DecodedRequest<Message> read(Message prototype, Message request) throws Exception {
    ByteString bytes = request.toByteString();
    CodedInputStream in = CodedInputStream.newInstance(bytes.newInput());
    int unused = in.pushLimit(bytes.size());
    return LimitedReader.of(prototype).read(in);
  }

  private static void collect(Descriptor type, Map<String, FieldDescriptor> fields) {
    for (FieldDescriptor field : type.getFields()) {
      boolean isNew = fields.put(field.getFullName(), field) == null;
      if (isNew
          && field.getJavaType() == JavaType.MESSAGE
          && field.getMessageType().getFile().getPackage().equals(type.getFile().getPackage())) {
        collect(field.getMessageType(), fields);
      }
    }
  }

  private static boolean isSized(FieldDescriptor field) {
    return field.getJavaType() == JavaType.STRING || field.getJavaType() == JavaType.BYTE_STRING;
  }

  private static Limits limits(FieldDescriptor field) {
    return field.getOptions().getExtension(LimitsOuterClass.limits);
  }

  private static Stream<Message> methods(
      Function<MethodDescriptor<?, ?>, Marshaller<?>> requestsOrResponses) {
    return Stream.of(
            FeatureServiceGrpc.getServiceDescriptor(),
            HeadServiceGrpc.getServiceDescriptor(),
            HeadAdminServiceGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream())
        .map(requestsOrResponses)
        .map(marshaller -> (Message) ((PrototypeMarshaller<?>) marshaller).getMessagePrototype());
  }
}
