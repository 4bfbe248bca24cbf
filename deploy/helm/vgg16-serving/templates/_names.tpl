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

{{- define "vgg16.metadata" -}}
name: {{ include "vgg16.name" . }}
labels:
  {{- include "vgg16.labels" . | nindent 2 }}
{{- end -}}
