{{- /* Most take a dict: root (the chart's scope), component (feature-service or head-service), values (the component's). */ -}}

{{- define "vgg16.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "vgg16.name" -}}
{{ include "vgg16.fullname" .root }}-{{ .component }}
{{- end -}}

{{- define "vgg16.selectorLabels" -}}
app.kubernetes.io/name: vgg16-serving
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "vgg16.labels" -}}
{{ include "vgg16.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- /* root, image */ -}}
{{- define "vgg16.image" -}}
{{- with .root.Values.image.registry -}}{{ trimSuffix "/" . }}/{{- end -}}
{{ .image.repository }}
{{- if .image.digest -}}@{{ .image.digest }}{{- else -}}:{{ default .root.Chart.AppVersion .image.tag }}{{- end -}}
{{- end -}}

{{- define "vgg16.tlsSecret" -}}
{{- $given := ternary .root.Values.tls.featureServiceSecret .root.Values.tls.headServiceSecret (eq .component "feature-service") -}}
{{- default (printf "%s-tls" (include "vgg16.name" .)) $given -}}
{{- end -}}

{{- /* Refuses values that the services would refuse one by one, or that would open what nobody asked to open. */ -}}
{{- define "vgg16.check" -}}
{{- $v := .Values -}}
{{- if eq $v.tls.enabled $v.plaintext -}}
{{- fail "say either tls.enabled=true, with certificates in Secrets, or plaintext=true, where the cluster's network is trusted" -}}
{{- end -}}
{{- if and $v.tls.issuer.name (not $v.tls.enabled) -}}
{{- fail "tls.issuer.name needs tls.enabled=true" -}}
{{- end -}}
{{- if and $v.tokens.headService.secret (not $v.tokens.headClient.secret) -}}
{{- fail "tokens.headService.secret needs tokens.headClient.secret, the token that feature-service sends" -}}
{{- end -}}
{{- $heads := $v.headService.heads -}}
{{- if and (eq $heads.source "claim") (not $heads.claim.name) -}}
{{- fail "headService.heads.source=claim needs headService.heads.claim.name" -}}
{{- end -}}
{{- if and (eq $heads.source "claim") $heads.configMaps -}}
{{- fail "headService.heads.configMaps can't be mounted into a claim, which is read-only: use the source image or init" -}}
{{- end -}}
{{- if and (eq $heads.source "init") (not $heads.init.image) -}}
{{- fail "headService.heads.source=init needs headService.heads.init.image" -}}
{{- end -}}
{{- $scaling := $v.featureService.autoscaling -}}
{{- if and $scaling.enabled (not $scaling.serverAddress) -}}
{{- fail "featureService.autoscaling.enabled needs featureService.autoscaling.serverAddress, the address of Prometheus" -}}
{{- end -}}
{{- if and $v.grpcRoute.enabled (not $v.grpcRoute.parentRefs) -}}
{{- fail "grpcRoute.enabled needs grpcRoute.parentRefs, the Gateway" -}}
{{- end -}}
{{- if and $v.grpcRoute.caConfigMap (not $v.tls.enabled) -}}
{{- fail "grpcRoute.caConfigMap needs tls.enabled=true" -}}
{{- end -}}
{{- end -}}

{{- /* Long enough for the drain delay, the grace and the last export of metrics, which may take 5 s. */ -}}
{{- define "vgg16.terminationSeconds" -}}
{{- add (div (add .drainDelayMs .graceMs 999) 1000) 10 -}}
{{- end -}}

{{- define "vgg16.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "vgg16.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "vgg16.metadata" -}}
name: {{ include "vgg16.name" . }}
labels:
  {{- include "vgg16.labels" . | nindent 2 }}
{{- end -}}

{{- define "vgg16.deployment" -}}
{{- if .values.autoscaling.enabled }}
{{- /* As many as there are: without a number an upgrade that turns autoscaling on would leave one pod. */ -}}
{{- with lookup "apps/v1" "Deployment" .root.Release.Namespace (include "vgg16.name" .) }}
replicas: {{ .spec.replicas }}
{{- end }}
{{- else }}
replicas: {{ .values.replicas }}
{{- end }}
selector:
  matchLabels:
    {{- include "vgg16.selectorLabels" . | nindent 4 }}
strategy:
  rollingUpdate:
    maxSurge: {{ .values.maxSurge }}
    maxUnavailable: {{ .values.maxUnavailable }}
{{- end -}}

{{- define "vgg16.podMetadata" -}}
labels:
  {{- include "vgg16.labels" . | nindent 2 }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  kubectl.kubernetes.io/default-container: {{ .component }}
  {{- with .values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "vgg16.pod" -}}
serviceAccountName: {{ include "vgg16.fullname" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ include "vgg16.terminationSeconds" .values }}
securityContext:
  {{- include "vgg16.podSecurityContext" . | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "vgg16.selectorLabels" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* What both containers have in common: needs grpcPort and managementPort too. */ -}}
{{- define "vgg16.container" -}}
name: {{ .component }}
image: {{ include "vgg16.image" (dict "root" .root "image" .values.image) | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  {{- include "vgg16.securityContext" . | nindent 2 }}
ports:
  - {name: grpc, containerPort: {{ .grpcPort }}}
  - {name: management, containerPort: {{ .managementPort }}}
startupProbe:
  httpGet: {path: /readyz, port: management}
  periodSeconds: 2
  failureThreshold: {{ div (add .values.startupSeconds 1) 2 }}
  timeoutSeconds: 2
livenessProbe:
  httpGet: {path: /livez, port: management}
  periodSeconds: 10
  failureThreshold: 3
  timeoutSeconds: 5
readinessProbe:
  httpGet: {path: /readyz, port: management}
  periodSeconds: 5
  failureThreshold: 2
  timeoutSeconds: 5
{{- end -}}

{{- /* The variables of both services; the prefix is the component's name. */ -}}
{{- define "vgg16.env" -}}
{{- $prefix := .component | upper | replace "-" "_" -}}
{{- $v := .root.Values -}}
{{- $tokens := ternary $v.tokens.featureService $v.tokens.headService (eq .component "feature-service") -}}
{{- $asksClients := ternary $v.tls.clientCertificates $v.tls.mutual (eq .component "feature-service") -}}
- name: JAVA_OPTS
  value: {{ printf "-Xmx%dm -XX:MaxDirectMemorySize=%dm %s" (int .values.memory.heap) (int .values.memory.direct) .values.javaOptions | trim | quote }}
- name: {{ $prefix }}_DRAIN_DELAY_MS
  value: {{ .values.drainDelayMs | int64 | quote }}
- name: {{ $prefix }}_GRACE_MS
  value: {{ .values.graceMs | int64 | quote }}
{{- if $v.plaintext }}
- name: {{ $prefix }}_PLAINTEXT
  value: "true"
{{- end }}
{{- if $v.tls.enabled }}
- name: {{ $prefix }}_TLS_CERT
  value: /etc/vgg16/tls/tls.crt
- name: {{ $prefix }}_TLS_KEY
  value: /etc/vgg16/tls/tls.key
{{- if $asksClients }}
- name: {{ $prefix }}_TLS_CLIENT_CA
  value: /etc/vgg16/tls/ca.crt
{{- end }}
{{- end }}
{{- if $tokens.secret }}
- name: {{ $prefix }}_AUTH_TOKENS
  value: /etc/vgg16/tokens/{{ $tokens.key }}
{{- end }}
{{- range $option, $value := .values.options }}
{{- if not (kindIs "invalid" $value) }}
- name: {{ $prefix }}_{{ $option | upper | replace "-" "_" }}
  value: {{ if kindIs "float64" $value }}{{ $value | int64 | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end }}
{{- end }}
{{- with .values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "vgg16.resources" -}}
{{- $memory := printf "%dMi" (add .values.memory.heap .values.memory.direct .values.memory.native) -}}
{{- $gpu := default (dict "count" 0) .values.gpu -}}
requests:
  cpu: {{ .values.cpu.request | quote }}
  memory: {{ $memory }}
limits:
  {{- with .values.cpu.limit }}
  cpu: {{ . | quote }}
  {{- end }}
  memory: {{ $memory }}
  {{- if $gpu.count }}
  {{ $gpu.resource }}: {{ $gpu.count }}
  {{- end }}
{{- end -}}

{{- define "vgg16.volumeMounts" -}}
{{- $v := .root.Values -}}
{{- $tokens := ternary $v.tokens.featureService $v.tokens.headService (eq .component "feature-service") -}}
- {name: tmp, mountPath: /tmp}
{{- if $v.tls.enabled }}
- {name: tls, mountPath: /etc/vgg16/tls, readOnly: true}
{{- end }}
{{- if $tokens.secret }}
- {name: tokens, mountPath: /etc/vgg16/tokens, readOnly: true}
{{- end }}
{{- end -}}

{{- /* Volumes of whole Secrets, and no subPath: only so they follow a change. */ -}}
{{- define "vgg16.volumes" -}}
{{- $v := .root.Values -}}
{{- $tokens := ternary $v.tokens.featureService $v.tokens.headService (eq .component "feature-service") -}}
- name: tmp
  emptyDir: {sizeLimit: 16Mi}
{{- if $v.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "vgg16.tlsSecret" . }}
    defaultMode: 0440
{{- end }}
{{- if $tokens.secret }}
- name: tokens
  secret:
    secretName: {{ $tokens.secret }}
    defaultMode: 0440
    items:
      - {key: {{ $tokens.key }}, path: {{ $tokens.key }}}
{{- end }}
{{- end -}}

{{- /* One for clients; and a headless one, with an address for each replica, for who spreads calls itself and for Prometheus. */ -}}
{{- define "vgg16.services" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "vgg16.metadata" . | nindent 2 }}
  {{- with .values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .values.service.type }}
  selector:
    {{- include "vgg16.selectorLabels" . | nindent 4 }}
  ports:
    - name: grpc
      port: {{ .values.service.port }}
      targetPort: grpc
      {{- if .root.Values.plaintext }}
      appProtocol: kubernetes.io/h2c
      {{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "vgg16.name" . }}-headless
  labels:
    {{- include "vgg16.labels" . | nindent 4 }}
spec:
  clusterIP: None
  selector:
    {{- include "vgg16.selectorLabels" . | nindent 4 }}
  ports:
    - {name: grpc, port: {{ .grpcPort }}, targetPort: grpc}
    - {name: management, port: {{ .managementPort }}, targetPort: management}
{{- end -}}

{{- define "vgg16.podDisruptionBudget" -}}
{{- if .values.podDisruptionBudget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "vgg16.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "vgg16.selectorLabels" . | nindent 6 }}
  # A pod that can't get ready keeps no node from being drained.
  unhealthyPodEvictionPolicy: AlwaysAllow
{{- end }}
{{- end -}}
