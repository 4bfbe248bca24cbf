package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusesTest {

  @Test
  void everyKindHasItsCodeAndKeepsItsMessage() {
    Map<ServingException, Code> codes =
        Map.of(
            ServingException.notFound("no head dogs"), Code.NOT_FOUND,
            ServingException.mismatch("a and b"), Code.FAILED_PRECONDITION,
            ServingException.overloaded("full", Duration.ZERO), Code.RESOURCE_EXHAUSTED,
            ServingException.cancelled("gone"), Code.CANCELLED,
            ServingException.unavailable("stopping"), Code.UNAVAILABLE);
    codes.forEach(
        (failure, code) -> {
          Status status = Statuses.toException(failure).getStatus();
          assertThat(status.getCode()).as("%s", failure.kind()).isEqualTo(code);
          assertThat(status.getDescription()).isEqualTo(failure.getMessage());
          assertThat(Statuses.toProto(failure).getCode()).isEqualTo(code.value());
        });
    // With INVALID_INPUT, below.
    assertThat(codes).hasSize(ServingException.Kind.values().length - 1);
  }

  @Test
  void invalidInputNamesTheField() throws Exception {
    StatusRuntimeException e =
        Statuses.toException(ServingException.invalidInput("image.encoded", "is empty"));
    assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(e.getStatus().getDescription()).isEqualTo("image.encoded: is empty");
    BadRequest detail = StatusProto.fromThrowable(e).getDetails(0).unpack(BadRequest.class);
    assertThat(detail.getFieldViolationsList()).hasSize(1);
    assertThat(detail.getFieldViolations(0).getField()).isEqualTo("image.encoded");
    assertThat(detail.getFieldViolations(0).getDescription()).isEqualTo("is empty");
  }

  @Test
  void overloadHasARetryDelay() throws Exception {
    ServingException failure = ServingException.overloaded("full", Duration.ofMillis(2_500));
    RetryInfo detail = Statuses.toProto(failure).getDetails(0).unpack(RetryInfo.class);
    assertThat(detail.getRetryDelay().getSeconds()).isEqualTo(2);
    assertThat(detail.getRetryDelay().getNanos()).isEqualTo(500_000_000);
  }

  @Test
  void aReasonIsAnErrorInfo() throws Exception {
    com.google.rpc.Status status =
        Statuses.toProto(ServingException.mismatch(Reason.WHOLE_MAPS_NEEDED, "send whole maps"));
    assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION.value());
    assertThat(status.getMessage()).isEqualTo("send whole maps");
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason())
        .isEqualTo("WHOLE_MAPS_NEEDED");
    assertThat(Statuses.hasReason(status, Reason.WHOLE_MAPS_NEEDED)).isTrue();
    // Another's reason of that name, another detail, one that can't be read, and none.
    Any foreign = Any.pack(ErrorInfo.newBuilder().setReason("WHOLE_MAPS_NEEDED").build());
    Any broken = status.getDetails(0).toBuilder().setValue(ByteString.copyFromUtf8("x")).build();
    for (Any detail : new Any[] {foreign, Any.pack(RetryInfo.getDefaultInstance()), broken}) {
      assertThat(
              Statuses.hasReason(
                  status.toBuilder().setDetails(0, detail).build(), Reason.WHOLE_MAPS_NEEDED))
          .isFalse();
    }
    assertThat(Statuses.toProto(ServingException.mismatch("a and b")).getDetailsList()).isEmpty();
  }

  @Test
  void invalidInputMayHaveAReason() throws Exception {
    com.google.rpc.Status status =
        Statuses.toProto(
            ServingException.invalidInput(
                "selections", "asks for too much", Reason.ANSWER_TOO_LARGE));
    assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
    assertThat(status.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("selections");
    assertThat(Statuses.hasReason(status, Reason.ANSWER_TOO_LARGE)).isTrue();
    assertThat(Statuses.hasReason(status, Reason.WHOLE_MAPS_NEEDED)).isFalse();
  }

  @Test
  void anUnexpectedFailureIsNotShownToTheCaller() {
    RuntimeException defect =
        new IllegalStateException("password=secret", new Exception("secret too"));
    StatusRuntimeException e = Statuses.toException(defect);
    assertThat(e.getStatus().getCode()).isEqualTo(Code.INTERNAL);
    assertThat(e.getStatus().getDescription()).doesNotContain("secret", "IllegalState");
    assertThat(e.getCause()).isNull();
    assertThat(Statuses.toProto(defect).getDetailsList()).isEmpty();
    assertThat(Statuses.toProto(new Exception((String) null)).getCode())
        .isEqualTo(Code.INTERNAL.value());
  }

  @Test
  void aStatusIsUnchanged() {
    Status status = Status.NOT_FOUND.withDescription("no such head");
    assertThat(Statuses.toProto(status.asRuntimeException()).getMessage())
        .isEqualTo("no such head");
    assertThat(Statuses.toProto(status.asException()).getCode()).isEqualTo(Code.NOT_FOUND.value());
    assertThat(Statuses.toProto(Status.UNAVAILABLE.asException()).getMessage()).isEmpty();
  }

  @Test
  void aRoundTripLosesNothing() {
    com.google.rpc.Status proto =
        Statuses.toProto(ServingException.overloaded("full", Duration.ofSeconds(1)));
    assertThat(Statuses.toProto(Statuses.fromProto(proto))).isEqualTo(proto);
  }

  @Test
  void anUndefinedCodeIsUnknown() {
    StatusRuntimeException e =
        Statuses.fromProto(
            com.google.rpc.Status.newBuilder().setCode(99).setMessage("new").build());
    assertThat(e.getStatus().getCode()).isEqualTo(Code.UNKNOWN);
    assertThat(e.getStatus().getDescription()).isEqualTo("new");
    assertThat(
            Statuses.fromProto(com.google.rpc.Status.newBuilder().setCode(-1).build())
                .getStatus()
                .getCode())
        .isEqualTo(Code.UNKNOWN);
  }

  @Test
  void aFailureWithCodeOkIsUnknown() {
    // A call that failed must not end with OK.
    assertThat(Statuses.toException(Status.OK.asRuntimeException()).getStatus().getCode())
        .isEqualTo(Code.UNKNOWN);
    assertThat(Statuses.fromProto(com.google.rpc.Status.getDefaultInstance()).getStatus().getCode())
        .isEqualTo(Code.UNKNOWN);
  }

  @Test
  void contradictoryDetailsAreDropped() {
    // As a peer could send them; they are no reason to lose the answer.
    Metadata trailers =
        StatusProto.toStatusRuntimeException(Statuses.toProto(ServingException.notFound("x")))
            .getTrailers();
    StatusRuntimeException odd =
        Status.UNAVAILABLE.withDescription("gone").asRuntimeException(trailers);
    com.google.rpc.Status proto = Statuses.toProto(odd);
    assertThat(proto.getCode()).isEqualTo(Code.UNAVAILABLE.value());
    assertThat(proto.getMessage()).isEqualTo("gone");
  }

  @Test
  void aLongMessageIsTruncatedToFitTheTrailers() {
    // A client takes 8 KiB of trailers, and another status when there are more.
    for (String letter : new String[] {"x", "é", "猫", "\uD83D\uDC31", "\n"}) {
      com.google.rpc.Status proto =
          Statuses.toProto(ServingException.invalidInput("heads", letter.repeat(20_000)));
      Metadata trailers = StatusProto.toStatusRuntimeException(proto).getTrailers();
      int details = trailers.get(detailsKey()).length * 4 / 3;
      int message = 0;
      for (byte b : proto.getMessage().getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
        message += b >= ' ' && b < '~' ? 1 : 3;
      }
      assertThat(details + message).as("trailers of %s", letter).isLessThan(7_500);
      assertThat(proto.getMessage()).startsWith("heads: " + letter).endsWith("...");
      assertThat(proto.getMessage()).doesNotContain("\uFFFD", "?");
    }
    String fits = "x".repeat(500);
    assertThat(Statuses.toProto(ServingException.notFound(fits)).getMessage()).isEqualTo(fits);
  }

  private static Metadata.Key<byte[]> detailsKey() {
    return Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  }

  @Test
  void unknownDetailsArePassedOn() throws Exception {
    Any detail = Any.pack(RetryInfo.getDefaultInstance());
    com.google.rpc.Status status =
        com.google.rpc.Status.newBuilder()
            .setCode(Code.UNAVAILABLE.value())
            .addDetails(detail)
            .build();
    assertThat(Statuses.toProto(Statuses.fromProto(status)).getDetailsList())
        .containsExactly(detail);
  }
}
