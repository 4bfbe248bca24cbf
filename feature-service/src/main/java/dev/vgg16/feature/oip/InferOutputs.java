package dev.vgg16.feature.oip;

import static dev.vgg16.service.errors.ServingException.invalidInput;

import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.vgg16.service.errors.ServingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The outputs that a request asks for, or that it gets if it asks for none. */
record InferOutputs(List<Output> outputs) {

  static final String SCORES = "scores";
  static final String LABELS = "labels";
  static final String HEAT_MAP = "heat_map";
  static final String NOVELTY = "novelty";
  static final String FEATURES = "features";
  static final String FEATURES_FP16 = "features_fp16";

  private static final String CLASSIFICATION = "classification";

  /**
   * One of them.
   *
   * @param classes of {@code scores}: how many, as texts, best first; 0: all, as numbers
   */
  record Output(String name, int classes) {}

  /** Those of a head. */
  static InferOutputs ofHead(ModelInferRequest request) {
    return of(request, List.of(SCORES, LABELS), List.of(SCORES, LABELS, HEAT_MAP, NOVELTY));
  }

  /** Those of the backbone. */
  static InferOutputs ofBackbone(ModelInferRequest request) {
    return of(request, List.of(FEATURES), List.of(FEATURES, FEATURES_FP16));
  }

  private static InferOutputs of(
      ModelInferRequest request, List<String> unlessAsked, List<String> known) {
    if (request.getOutputsCount() == 0) {
      return new InferOutputs(unlessAsked.stream().map(name -> new Output(name, 0)).toList());
    }
    List<Output> outputs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < request.getOutputsCount(); i++) {
      Output output = output(request.getOutputs(i), i, known);
      if (!names.add(output.name())) {
        throw invalidInput(
            "outputs[%d].name".formatted(i), "is '%s' a second time".formatted(output.name()));
      }
      outputs.add(output);
    }
    return new InferOutputs(List.copyOf(outputs));
  }

  /**
   * @throws ServingException {@code INVALID_INPUT}
   */
  private static Output output(InferRequestedOutputTensor asked, int index, List<String> known) {
    String name = asked.getName();
    if (!known.contains(name)) {
      throw invalidInput(
          "outputs[%d].name".formatted(index),
          "is '%s'; the model has %s".formatted(name, String.join(", ", known)));
    }
    Map<String, InferParameter> parameters = asked.getParametersMap();
    SharedMemory.refuse("outputs[%d]".formatted(index), parameters);
    long classes = InferOptions.whole(parameters, CLASSIFICATION, Integer.MAX_VALUE).orElse(0L);
    if (classes > 0 && !name.equals(SCORES)) {
      throw invalidInput(
          "outputs[%d].parameters[%s]".formatted(index, CLASSIFICATION),
          "is for scores alone, not for " + name);
    }
    return new Output(name, (int) classes);
  }

  boolean has(String name) {
    return outputs.stream().anyMatch(output -> output.name().equals(name));
  }
}
