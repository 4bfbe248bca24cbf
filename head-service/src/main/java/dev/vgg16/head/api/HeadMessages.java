package dev.vgg16.head.api;

import dev.vgg16.head.novelty.DriftReport;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.registry.HeadRole;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.inference.manifest.Layer;
import dev.vgg16.v1.Drift;

/** Descriptions of loaded heads, as messages. */
public final class HeadMessages {

  private HeadMessages() {}

  public static dev.vgg16.v1.Head of(Head head, HeadRegistry registry) {
    return of(head, registry, DriftReports.NONE);
  }

  /** The same, with the drift where it is measured. */
  static dev.vgg16.v1.Head of(Head head, HeadRegistry registry, DriftReports drift) {
    HeadManifest manifest = head.manifest();
    HeadRole role = registry.role(head);
    dev.vgg16.v1.Head.Builder message =
        dev.vgg16.v1.Head.newBuilder()
            .setName(manifest.name())
            .setVersion(Integer.toString(manifest.version()))
            .setBackbone(manifest.backbone())
            .addAllLabels(manifest.labels())
            .setParameters(manifest.parameters())
            .setDefaultVersion(role.isDefault())
            .setTakesPooledMaps(manifest.takesPooledMaps())
            .setExplains(manifest.explain().isPresent())
            .setMeasuresNovelty(manifest.features().isPresent())
            .addAllReleaseLabels(role.labels())
            .setTrafficPercent(role.trafficPercent())
            .setShadow(role.shadow());
    manifest.layers().forEach(layer -> message.addLayers(of(layer)));
    drift.of(manifest).ifPresent(report -> message.setDrift(of(report)));
    return message.build();
  }

  private static Drift of(DriftReport report) {
    Drift.Builder message =
        Drift.newBuilder().setMaps(report.maps()).setNovelMaps(report.novelMaps());
    report.distance().ifPresent(distance -> message.setDistance((float) distance));
    return message.build();
  }

  /** Also in feature-service: no module that both use knows manifests and the contract. */
  private static dev.vgg16.v1.Layer of(Layer layer) {
    return dev.vgg16.v1.Layer.newBuilder()
        .setName(layer.name())
        .setType(layer.type())
        .addAllOutputShape(layer.outputShape())
        .setParameters(layer.parameters())
        .build();
  }
}
