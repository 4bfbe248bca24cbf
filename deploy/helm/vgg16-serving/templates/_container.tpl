{{- /* Most take a dict: root (the chart's scope), component (feature-service or head-service), values (the component's). */ -}}

{{- /* What both containers have in common: needs grpcPort, managementPort and, for HTTP, httpPort too. */ -}}
{{- define "vgg16.container" -}}
name: {{ .component }}
image: {{ include "vgg16.image" (dict "root" .root "image" .values.image) | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  {{- include "vgg16.securityContext" . | nindent 2 }}
ports:
  - {name: grpc, containerPort: {{ .grpcPort }}}
  {{- if .httpPort }}
  - {name: http, containerPort: {{ .httpPort }}}
  {{- end }}
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
  emptyDir: {sizeLimit: {{ .values.tmpMiB }}Mi}
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
