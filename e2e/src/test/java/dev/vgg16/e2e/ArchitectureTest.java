package dev.vgg16.e2e;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.vgg16.service.grpc.Statuses;

/** The rules between modules and packages that docs/architecture.md describes. */
@AnalyzeClasses(packages = "dev.vgg16", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

  private static final String CONTRACT = "dev.vgg16.v1..";

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.vgg16.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule modulesHaveNoCycles =
      slices().matching("dev.vgg16.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule inferenceKnowsNoGrpcNoContractAndNoService =
      noClasses()
          .that()
          .resideInAPackage("dev.vgg16.inference..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..", CONTRACT, "dev.vgg16.feature..", "dev.vgg16.head..", "org.bytedeco..");

  @ArchTest
  static final ArchRule inferenceUsesOnlyErrorsAndFairnessOfServiceBase =
      noClasses()
          .that()
          .resideInAPackage("dev.vgg16.inference..")
          .should()
          .dependOnClassesThat(
              com.tngtech.archunit.base.DescribedPredicate.describe(
                  "are in service-base, but for errors and fairness",
                  type ->
                      type.getPackageName().startsWith("dev.vgg16.service.")
                          && !type.getPackageName().startsWith("dev.vgg16.service.errors")
                          && !type.getPackageName().startsWith("dev.vgg16.service.fairness")));

  @ArchTest
  static final ArchRule serviceBaseKnowsNoModel =
      noClasses()
          .that()
          .resideInAPackage("dev.vgg16.service..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "dev.vgg16.inference..");

  @ArchTest
  static final ArchRule securityAndCommandLinesStandAlone =
      noClasses()
          .that()
          .resideInAnyPackage("dev.vgg16.security..", "dev.vgg16.commandline..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CONTRACT, "dev.vgg16.service..", "dev.vgg16.inference..");

  @ArchTest
  static final ArchRule whatComputesKnowsNoContract =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.vgg16.feature.image..",
              "dev.vgg16.feature.backbone..",
              "dev.vgg16.feature.cache..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CONTRACT);

  @ArchTest
  static final ArchRule onlyTheApisOfHeadServiceKnowTheContractAndStatuses =
      noClasses()
          .that()
          .resideInAPackage("dev.vgg16.head..")
          .and()
          .resideOutsideOfPackages(
              "dev.vgg16.head.api..", "dev.vgg16.head.wire..", "dev.vgg16.head.admin..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(CONTRACT, "com.google.rpc..").or(type(Statuses.class)));

  @ArchTest
  static final ArchRule theServicesDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage("dev.vgg16.feature..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.vgg16.head..");

  @ArchTest
  static final ArchRule httpCallsTheServicesAsClientsDo =
      noClasses()
          .that()
          .resideInAPackage("dev.vgg16.feature.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.vgg16.feature.api..",
              "dev.vgg16.feature.backbone..",
              "dev.vgg16.feature.cache..",
              "dev.vgg16.feature.image..",
              "dev.vgg16.feature.oip..",
              "dev.vgg16.feature.pipeline..",
              "dev.vgg16.feature.relay..");

  @ArchTest
  static final ArchRule onlyHttpKnowsJetty =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.vgg16.feature.http..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.jetty..");
}
