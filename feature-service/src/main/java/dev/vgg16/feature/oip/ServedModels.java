package dev.vgg16.feature.oip;

import com.google.common.base.Function;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.vgg16.oip.ModelMetadataResponse;
import dev.vgg16.oip.ModelMetadataResponse.TensorMetadata;
import dev.vgg16.oip.ModelMetadataResponse.TensorParameter;
import dev.vgg16.oip.RepositoryIndexResponse;
import dev.vgg16.oip.RepositoryIndexResponse.ModelIndex;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.GetBackboneResponse;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.ListHeadsResponse;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The models: the backbone, and the heads of head-service, which may change at any time. */
final class ServedModels {

  static final String BACKBONE_VERSION = "1";

  private static final String PLATFORM = "onnxruntime_onnx";
  private static final long ANY = -1;
  private static final List<String> NOVELTY_COLUMNS = List.of("distance", "threshold");

  /** Of which an error tells the names. */
  private static final int MOST_NAMES = 10;

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final GetBackboneResponse backbone;
  private final Supplier<ListenableFuture<ListHeadsResponse>> heads;

  ServedModels(GetBackboneResponse backbone, Supplier<ListenableFuture<ListHeadsResponse>> heads) {
    this.backbone = backbone;
    this.heads = heads;
  }

  /** A head of the backbone's name can't be asked for. */
  boolean isBackbone(String name) {
    return name.equals(backbone.getName());
  }

  /**
   * @throws ServingException {@code NOT_FOUND} when it is not the backbone's
   */
  void requireBackboneVersion(String version) {
    if (!version.isEmpty() && !version.equals(BACKBONE_VERSION)) {
      throw notFound(
          new ModelVersion(backbone.getName(), version), "it has version " + BACKBONE_VERSION);
    }
  }

  ListenableFuture<RepositoryIndexResponse> index() {
    return withHeads(
        list -> {
          RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
          list.forEach(head -> index.addModels(indexed(head)));
          return index
              .addModels(model(backbone.getName(), BACKBONE_VERSION).setState("READY"))
              .build();
        });
  }

  private ModelIndex indexed(Head head) {
    ModelIndex.Builder entry = model(head.getName(), head.getVersion());
    return isOfBackbone(head)
        ? entry.setState("READY").build()
        : entry
            .setState("UNAVAILABLE")
            .setReason("it scores maps of " + head.getBackbone() + ", not of " + backbone.getId())
            .build();
  }

  private static ModelIndex.Builder model(String name, String version) {
    return ModelIndex.newBuilder().setName(name).setVersion(version);
  }

  private boolean isOfBackbone(Head head) {
    return head.getBackbone().equals(backbone.getId());
  }

  /** Whether there is such a model, and it can be asked. */
  ListenableFuture<Boolean> has(String name, String version) {
    if (isBackbone(name)) {
      return Futures.immediateFuture(version.isEmpty() || version.equals(BACKBONE_VERSION));
    }
    return withHeads(
        list -> list.stream().anyMatch(head -> is(head, name, version) && isOfBackbone(head)));
  }

  /** Fails with {@code NOT_FOUND} where there is no such model. */
  ListenableFuture<ModelMetadataResponse> metadata(String name, String version) {
    if (isBackbone(name)) {
      requireBackboneVersion(version);
      return Futures.immediateFuture(ofBackbone());
    }
    return withHeads(list -> ofHead(list, name, version));
  }

  private ModelMetadataResponse ofBackbone() {
    return metadata(backbone.getName(), List.of(BACKBONE_VERSION))
        .addOutputs(tensor(InferOutputs.FEATURES, "FP32", shape(backbone.getOutputShapeList())))
        .addOutputs(
            tensor(InferOutputs.FEATURES_FP16, "FP16", shape(backbone.getOutputShapeList())))
        .build();
  }

  private ModelMetadataResponse ofHead(List<Head> list, String name, String version) {
    Head head =
        list.stream()
            .filter(one -> is(one, name, version))
            .findFirst()
            .orElseThrow(() -> notFound(list, new ModelVersion(name, version)));
    List<String> versions = versions(list, name);
    List<Long> classes = List.of(ANY, (long) head.getLabelsCount());
    ModelMetadataResponse.Builder metadata =
        metadata(name, versions)
            .addOutputs(
                described(
                    tensor(InferOutputs.SCORES, "FP32", classes), "labels", head.getLabelsList()))
            .addOutputs(tensor(InferOutputs.LABELS, "BYTES", classes));
    if (head.getExplains()) {
      List<Integer> places = backbone.getOutputShapeList().subList(0, 2);
      metadata.addOutputs(tensor(InferOutputs.HEAT_MAP, "FP32", shape(places)));
    }
    if (head.getMeasuresNovelty()) {
      metadata.addOutputs(
          described(
              tensor(InferOutputs.NOVELTY, "FP32", List.of(ANY, (long) NOVELTY_COLUMNS.size())),
              "columns",
              NOVELTY_COLUMNS));
    }
    return metadata.build();
  }

  private ModelMetadataResponse.Builder metadata(String name, List<String> versions) {
    return ModelMetadataResponse.newBuilder()
        .setName(name)
        .addAllVersions(versions)
        .setPlatform(PLATFORM)
        .addInputs(tensor(InferInputs.IMAGE, "BYTES", List.of(ANY)))
        .addInputs(tensor(InferInputs.PIXELS, "FP32", shape(backbone.getInputShapeList())));
  }

  private static List<Long> shape(List<Integer> ofOne) {
    return Stream.concat(Stream.of(ANY), ofOne.stream().map(Integer::longValue)).toList();
  }

  private static TensorMetadata tensor(String name, String datatype, List<Long> shape) {
    return TensorMetadata.newBuilder()
        .setName(name)
        .setDatatype(datatype)
        .addAllShape(shape)
        .build();
  }

  /** With the names of its columns, as a list in JSON: a parameter has no lists. */
  private static TensorMetadata described(
      TensorMetadata tensor, String parameter, List<String> columns) {
    return tensor.toBuilder()
        .putParameters(
            parameter, TensorParameter.newBuilder().setStringParam(GSON.toJson(columns)).build())
        .build();
  }

  private static boolean is(Head head, String name, String version) {
    return head.getName().equals(name)
        && (version.isEmpty()
            ? head.getDefaultVersion()
            : head.getVersion().equals(version) || head.getReleaseLabelsList().contains(version));
  }

  /** A head's versions. */
  private static List<String> versions(List<Head> list, String name) {
    return list.stream().filter(one -> one.getName().equals(name)).map(Head::getVersion).toList();
  }

  /**
   * The versions of a model, loaded or of another backbone. Fails with {@code NOT_FOUND} where
   * there is none.
   */
  ListenableFuture<List<ModelVersion>> versions(ModelVersion asked) {
    if (isBackbone(asked.name())) {
      requireBackboneVersion(asked.version());
      return Futures.immediateFuture(List.of(new ModelVersion(asked.name(), BACKBONE_VERSION)));
    }
    return withHeads(
        list -> {
          List<ModelVersion> versions =
              list.stream()
                  .filter(head -> head.getName().equals(asked.name()))
                  .filter(
                      head -> asked.version().isEmpty() || is(head, asked.name(), asked.version()))
                  .map(head -> new ModelVersion(head.getName(), head.getVersion()))
                  .toList();
          if (versions.isEmpty()) {
            throw notFound(list, asked);
          }
          return versions;
        });
  }

  /**
   * Says of a head that head-service did not find what there is in its place, in the words of the
   * other methods.
   *
   * @return the cause itself, if the head is there now
   */
  ListenableFuture<Throwable> explain(ModelVersion asked, Throwable cause) {
    return Futures.catching(
        withHeads(
            list ->
                list.stream().anyMatch(head -> is(head, asked.name(), asked.version()))
                    ? cause
                    : notFound(list, asked)),
        Exception.class,
        unlisted -> cause,
        MoreExecutors.directExecutor());
  }

  private ServingException notFound(List<Head> list, ModelVersion asked) {
    List<String> versions = versions(list, asked.name());
    if (!versions.isEmpty()) {
      return notFound(asked, "it has " + some("version", versions));
    }
    List<String> ready =
        Stream.concat(
                list.stream().filter(this::isOfBackbone).map(Head::getName),
                Stream.of(backbone.getName()))
            .distinct()
            .toList();
    return notFound(asked, "ready are " + some("", ready));
  }

  /** The first few of a list. */
  private static String some(String what, List<String> all) {
    String first = String.join(", ", all.subList(0, Math.min(all.size(), MOST_NAMES)));
    String named = what.isEmpty() ? first : what + (all.size() == 1 ? " " : "s ") + first;
    return all.size() <= MOST_NAMES
        ? named
        : "%s and %d more, which RepositoryIndex lists".formatted(named, all.size() - MOST_NAMES);
  }

  private static ServingException notFound(ModelVersion asked, String instead) {
    return ServingException.notFound(
        "there is no model %s%s; %s"
            .formatted(
                asked.name(),
                asked.version().isEmpty() ? "" : " of version " + asked.version(),
                instead));
  }

  private <R> ListenableFuture<R> withHeads(Function<List<Head>, R> then) {
    return Futures.transform(
        heads.get(), list -> then.apply(list.getHeadsList()), MoreExecutors.directExecutor());
  }
}
