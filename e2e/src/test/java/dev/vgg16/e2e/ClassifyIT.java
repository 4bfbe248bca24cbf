package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Classification of photos. */
class ClassifyIT {

  private static Services services;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    services = Services.start();
  }

  @AfterAll
  static void stop() {
    services.close();
  }

  @Test
  void knowsCatsFromDogs() throws IOException {
    for (Path photo : Photos.all()) {
      ClassifyResponse response =
          services.features().classify(Photos.classify(Photos.bytes(photo)));
      assertThat(response.getHeadsList()).hasSize(1);
      assertThat(response.getHeads(0).getHead()).isEqualTo("cats-vs-dogs");
      List<ClassScore> scores = response.getHeads(0).getScoresList();
      assertThat(scores.get(0).getLabel()).as(photo.toString()).isEqualTo(Photos.label(photo));
      assertThat(scores.get(0).getScore() + scores.get(1).getScore()).isCloseTo(1f, within(1e-5f));
      assertThat(response.getTiming().getDecodeUs()).isPositive();
      assertThat(response.getTiming().getBackboneUs()).isPositive();
      assertThat(response.getTiming().getHeadUs()).isPositive();
    }
  }

  @Test
  void answersEachItemOfAStreamOnce() throws IOException, InterruptedException {
    List<Path> photos = Photos.all();
    StreamAnswers answers = new StreamAnswers();
    StreamObserver<ClassifyStreamRequest> requests = services.featureStub().classifyStream(answers);
    int items = 100;
    for (int i = 0; i < items; i++) {
      Path photo = photos.get(i % photos.size());
      requests.onNext(Photos.item(Photos.label(photo) + "/" + i, Photos.bytes(photo)));
    }
    requests.onCompleted();
    Map<String, ClassifyStreamResponse> byId = answers.awaitEnd();
    assertThat(answers.status().isOk()).isTrue();
    assertThat(byId).hasSize(items);
    byId.forEach(
        (id, answer) ->
            assertThat(id)
                .startsWith(answer.getResponse().getHeads(0).getScores(0).getLabel() + "/"));
  }

  /** Both services together must give the same scores as each alone. */
  @Test
  void scoresAnExtractedMapAsClassifyDoes() throws IOException {
    ByteString photo = Photos.any();
    FeatureMaps maps = services.features().extract(photo).getMaps();
    assertThat(maps.getData().size()).isEqualTo(51_200);
    ScoreResponse scored =
        services.headStub().score(ScoreRequest.newBuilder().setMaps(maps).build());
    ClassifyResponse classified = services.features().classify(Photos.classify(photo));
    List<ClassScore> direct = scored.getMaps(0).getScores().getHeads(0).getScoresList();
    List<ClassScore> relayed = classified.getHeads(0).getScoresList();
    assertThat(direct).hasSameSizeAs(relayed);
    for (int i = 0; i < direct.size(); i++) {
      assertThat(direct.get(i).getLabel()).isEqualTo(relayed.get(i).getLabel());
      assertThat(direct.get(i).getScore()).isCloseTo(relayed.get(i).getScore(), within(1e-5f));
    }
  }

  @Test
  void theCommandLineClassifiesAFolder() throws IOException, InterruptedException {
    Program.Result result =
        Program.run("vgg16", "classify", "--json", "--target", services.featureTarget(), "samples");
    assertThat(result.exitCode()).as(result.err()).isZero();
    Set<String> files = new HashSet<>();
    for (String line : result.out().lines().toList()) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      Path file = Path.of(json.get("file").getAsString());
      assertThat(files.add(file.getFileName().toString())).isTrue();
      assertThat(json.get("error").isJsonNull()).isTrue();
      String label =
          json.getAsJsonArray("heads")
              .get(0)
              .getAsJsonObject()
              .getAsJsonArray("scores")
              .get(0)
              .getAsJsonObject()
              .get("label")
              .getAsString();
      assertThat(label).isEqualTo(Photos.label(file));
    }
    assertThat(files).hasSize(Photos.all().size());
  }

  @Test
  void theSummaryHasTheTutorialsNumbers() throws IOException, InterruptedException {
    Program.Result result =
        Program.run(
            "vgg16",
            "summary",
            "--target",
            services.featureTarget(),
            "--head-target",
            services.headTarget());
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("14,714,688", "262,656", "1,026")
        .containsPattern("Total params: +14,978,370")
        .containsPattern("Trainable params: +263,682")
        .containsPattern("Non-trainable params: +14,714,688");
  }

  @Test
  void measures() throws IOException, InterruptedException {
    services.features().classify(Photos.classify(Photos.any()));
    assertThat(services.metrics())
        .containsPattern("vgg16_batch_size_count\\S* [1-9]")
        .containsPattern("grpc_server_call_duration_seconds_count\\S* [1-9]");
  }
}
