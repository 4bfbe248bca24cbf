package dev.vgg16.feature.oip;

import dev.vgg16.feature.oip.InferOutputs.Output;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.HeatMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A head's scores of all images of a request as the protocol's outputs. */
final class HeadAnswer {

  /** Of the outputs' names; empty for the model itself. */
  private final String prefix;

  private final List<HeadScores> images;
  private final List<List<ClassScore>> rows;

  private HeadAnswer(String prefix, List<HeadScores> images, boolean inOrderOfClasses) {
    this.prefix = prefix;
    this.images = images;
    this.rows = images.stream().map(image -> row(image, inOrderOfClasses)).toList();
  }

  /**
   * The outputs of a further head have its name before theirs, as in {@code pets:scores}.
   *
   * @param results of each image, by the model and then the further heads of the request
   * @throws io.grpc.StatusRuntimeException a head's error
   * @throws ServingException when several versions answered, since a new one was loaded meanwhile
   */
  static ModelInferResponse of(
      AskedModel asked, InferOutputs outputs, InferOptions options, List<HeadScoresList> results) {
    ModelInferResponse.Builder response = asked.answer(results.get(0).getHeads(0).getVersion());
    boolean inOrderOfClasses = options.topK() == 0;
    new HeadAnswer("", ofHead(results, 0), inOrderOfClasses).addTo(response, outputs);
    for (int i = 0; i < options.heads().size(); i++) {
      new HeadAnswer(options.heads().get(i) + ":", ofHead(results, i + 1), inOrderOfClasses)
          .addTo(response, outputs);
    }
    return response.build();
  }

  private static List<HeadScores> ofHead(List<HeadScoresList> results, int index) {
    List<HeadScores> images = results.stream().map(result -> result.getHeads(index)).toList();
    for (HeadScores image : images) {
      if (image.hasError()) {
        throw Statuses.fromProto(image.getError());
      }
      if (!image.getVersion().equals(images.get(0).getVersion())) {
        throw ServingException.unavailable(
            "another version of the model was loaded meanwhile: send the request again");
      }
    }
    return images;
  }

  /** The scores of an image come best first. */
  private static List<ClassScore> row(HeadScores image, boolean inOrderOfClasses) {
    return inOrderOfClasses
        ? image.getScoresList().stream()
            .sorted(Comparator.comparingInt(ClassScore::getIndex))
            .toList()
        : image.getScoresList();
  }

  private void addTo(ModelInferResponse.Builder response, InferOutputs outputs) {
    for (Output output : outputs.outputs()) {
      RawTensor tensor = tensor(output);
      response
          .addOutputs(tensor.description().toBuilder().setName(prefix + output.name()))
          .addRawOutputContents(tensor.bytes());
    }
  }

  private RawTensor tensor(Output output) {
    return switch (output.name()) {
      case InferOutputs.SCORES ->
          output.classes() > 0 ? classification(output.classes()) : scores();
      case InferOutputs.LABELS -> labels();
      case InferOutputs.HEAT_MAP -> heatMap();
      case InferOutputs.NOVELTY -> novelty();
      default -> throw new IllegalArgumentException(output.name());
    };
  }

  private RawTensor scores() {
    int classes = rows.get(0).size();
    return RawTensor.floats(
        InferOutputs.SCORES,
        floats(rows.stream().flatMap(List::stream).toList(), ClassScore::getScore),
        rows.size(),
        classes);
  }

  /** Triton's form of the best classes. */
  private RawTensor classification(int most) {
    List<String> texts = new ArrayList<>();
    for (HeadScores image : images) {
      image.getScoresList().stream().limit(most).map(HeadAnswer::classified).forEach(texts::add);
    }
    return RawTensor.texts(InferOutputs.SCORES, texts, images.size(), texts.size() / images.size());
  }

  private static String classified(ClassScore score) {
    return String.format(
        Locale.ROOT, "%f:%d:%s", score.getScore(), score.getIndex(), score.getLabel());
  }

  private RawTensor labels() {
    List<String> labels = rows.stream().flatMap(List::stream).map(ClassScore::getLabel).toList();
    return RawTensor.texts(InferOutputs.LABELS, labels, rows.size(), rows.get(0).size());
  }

  private RawTensor heatMap() {
    List<HeatMap> maps = images.stream().map(HeadScores::getHeatMap).toList();
    List<Float> values = maps.stream().flatMap(map -> map.getValuesList().stream()).toList();
    return RawTensor.floats(
        InferOutputs.HEAT_MAP,
        floats(values, value -> value),
        maps.size(),
        maps.get(0).getHeight(),
        maps.get(0).getWidth());
  }

  private RawTensor novelty() {
    List<Float> values = new ArrayList<>();
    for (HeadScores image : images) {
      values.add(image.getNovelty().getDistance());
      values.add(image.getNovelty().getThreshold());
    }
    return RawTensor.floats(InferOutputs.NOVELTY, floats(values, value -> value), images.size(), 2);
  }

  private static <T> float[] floats(List<T> values, ToDoubleFunction<T> value) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) value.applyAsDouble(values.get(i));
    }
    return floats;
  }
}
