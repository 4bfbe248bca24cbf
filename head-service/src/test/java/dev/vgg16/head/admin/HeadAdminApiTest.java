package dev.vgg16.head.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.registry.FolderSync;
import dev.vgg16.head.registry.HeadFolder;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadAdminServiceGrpc;
import dev.vgg16.v1.HeadAdminServiceGrpc.HeadAdminServiceBlockingStub;
import dev.vgg16.v1.LoadHeadRequest;
import dev.vgg16.v1.UnloadHeadRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadAdminApiTest {

  private final FolderSync heads =
      FolderSync.load(
          new HeadFolder(TinyHeads.FOLDER),
          Optional.of("three"),
          new OpenModels(),
          FolderSync.Listener.NONE);
  private Server server;
  private ManagedChannel channel;
  private HeadAdminServiceBlockingStub admin;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcessServerBuilder.forName("admin")
            .directExecutor()
            .addService(new HeadAdminApi(heads))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName("admin").directExecutor().build();
    admin = HeadAdminServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    heads.registry().close();
  }

  @Test
  void unloadsAndLoadsAgain() {
    unload("three", "10");
    assertThat(heads.registry().find("three").manifest().version()).isEqualTo(2);
    Head loaded = admin.loadHead(LoadHeadRequest.newBuilder().setName("three").build()).getHead();
    assertThat(loaded.getVersion()).isEqualTo("10");
    assertThat(loaded.getDefaultVersion()).isTrue();
    assertThat(heads.registry().find("three").manifest().version()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "../two|1|INVALID_ARGUMENT|name: must match",
        "''|1|INVALID_ARGUMENT|name: must match",
        ".hidden|1|INVALID_ARGUMENT|name: must match",
        "two|../1|INVALID_ARGUMENT|version: must be a whole number above 0, such as 1",
        "two|01|INVALID_ARGUMENT|version: must be a whole number above 0",
        "two|2|NOT_FOUND|there is no folder of a head two/2",
        "four|''|NOT_FOUND|there is no folder of a head four",
      })
  void refusesToLoadWhatCanNotBe(String name, String version, Code code, String message) {
    assertThatThrownBy(
            () ->
                admin.loadHead(
                    LoadHeadRequest.newBuilder().setName(name).setVersion(version).build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void keepsTheLastVersionOfTheDefaultHead() {
    unload("three", "1");
    unload("three", "2");
    assertThatThrownBy(() -> unload("three", "10"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION));
    assertThatThrownBy(() -> unload("three", ""))
        .hasMessageContaining("version: must be a whole number above 0");
  }

  private void unload(String name, String version) {
    var unused =
        admin.unloadHead(UnloadHeadRequest.newBuilder().setName(name).setVersion(version).build());
  }
}
