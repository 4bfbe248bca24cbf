package dev.vgg16.head.admin;

import dev.vgg16.head.api.HeadMessages;
import dev.vgg16.head.registry.FolderSync;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.service.contract.LimitedService;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.HeadAdminServiceGrpc;
import dev.vgg16.v1.LoadHeadRequest;
import dev.vgg16.v1.LoadHeadResponse;
import dev.vgg16.v1.UnloadHeadRequest;
import dev.vgg16.v1.UnloadHeadResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Loads and unloads heads on demand. */
public final class HeadAdminApi implements BindableService {

  /** As in the name of a version's folder: no sign, no leading zero, within an int. */
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

  private final FolderSync heads;

  public HeadAdminApi(FolderSync heads) {
    this.heads = heads;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return LimitedService.of(HeadAdminServiceGrpc.getServiceDescriptor())
        .unary(HeadAdminServiceGrpc.getLoadHeadMethod(), this::loadHead)
        .unary(HeadAdminServiceGrpc.getUnloadHeadMethod(), this::unloadHead)
        .build();
  }

  private void loadHead(LoadHeadRequest request, StreamObserver<LoadHeadResponse> out) {
    answer(out, () -> load(request));
  }

  private void unloadHead(UnloadHeadRequest request, StreamObserver<UnloadHeadResponse> out) {
    answer(out, () -> unload(request));
  }

  private LoadHeadResponse load(LoadHeadRequest request) {
    Optional<Integer> version =
        request.getVersion().isEmpty()
            ? Optional.empty()
            : Optional.of(version(request.getVersion()));
    Head head = heads.load(name(request.getName()), version);
    return LoadHeadResponse.newBuilder().setHead(HeadMessages.of(head, heads.registry())).build();
  }

  private UnloadHeadResponse unload(UnloadHeadRequest request) {
    heads.unload(name(request.getName()), version(request.getVersion()));
    return UnloadHeadResponse.getDefaultInstance();
  }

  private static String name(String name) {
    if (!HeadManifest.NAME.matcher(name).matches()) {
      throw ServingException.invalidInput(
          "name", "must match %s, such as cats-vs-dogs".formatted(HeadManifest.NAME));
    }
    return name;
  }

  private static int version(String version) {
    if (!VERSION.matcher(version).matches()) {
      throw ServingException.invalidInput("version", "must be a whole number above 0, such as 1");
    }
    return Integer.parseInt(version);
  }

  private static <T> void answer(StreamObserver<T> out, Supplier<T> work) {
    T response;
    try {
      response = work.get();
    } catch (RuntimeException e) {
      out.onError(Statuses.toException(e));
      return;
    }
    out.onNext(response);
    out.onCompleted();
  }
}
