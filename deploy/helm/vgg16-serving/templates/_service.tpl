{{- /* Most take a dict: root (the chart's scope), component (feature-service or head-service), values (the component's). */ -}}

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
    {{- if .httpPort }}
    - name: http
      port: {{ .values.service.httpPort }}
      targetPort: http
      appProtocol: {{ ternary "http" "https" .root.Values.plaintext }}
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
    {{- if .httpPort }}
    - {name: http, port: {{ .httpPort }}, targetPort: http}
    {{- end }}
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
