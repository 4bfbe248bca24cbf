{{- /* Most take a dict: root (the chart's scope), component (feature-service or head-service), values (the component's). */ -}}

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
