{{- /* Refuses values that the services would refuse one by one, or that would open what nobody asked to open. */ -}}
{{- define "vgg16.check" -}}
{{- $v := .Values -}}
{{- if eq $v.tls.enabled $v.plaintext -}}
{{- fail "say either tls.enabled=true, with certificates in Secrets, or plaintext=true, where the cluster's network is trusted" -}}
{{- end -}}
{{- $type := $v.featureService.service.type -}}
{{- if and (ne $type "ClusterIP") $v.plaintext (not $v.tokens.featureService.secret) -}}
{{- fail (printf "featureService.service.type=%s lets in calls from outside the cluster: set tls.enabled=true, or tokens.featureService.secret where something before it ends TLS" $type) -}}
{{- end -}}
{{- $headType := $v.headService.service.type -}}
{{- if and (ne $headType "ClusterIP") $v.plaintext (not $v.tokens.headService.secret) -}}
{{- fail (printf "headService.service.type=%s lets in calls from outside the cluster: set tls.enabled=true, or tokens.headService.secret" $headType) -}}
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
