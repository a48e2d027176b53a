{{/* Where Secrets are mounted. */}}
{{- define "baton.tlsDirectory" -}}/etc/baton-tls{{- end }}
{{- define "baton.tokensDirectory" -}}/etc/baton-tokens{{- end }}

{{/*
What baton.yaml holds: .Values.config, and below it what follows from .Values.secrets. What config itself says wins.
*/}}
{{- define "baton.config" -}}
{{- $config := deepCopy .Values.config }}
{{- $otlp := dig "receivers" "otlp" dict $config }}
{{- with .Values.secrets.receiverTls }}
{{- if .name }}
{{- $tls := dict "cert_file" (printf "%s/tls.crt" (include "baton.tlsDirectory" $)) "key_file" (printf "%s/tls.key" (include "baton.tlsDirectory" $)) }}
{{- if .clientCa }}
{{- $_ := set $tls "client_ca_file" (printf "%s/ca.crt" (include "baton.tlsDirectory" $)) }}
{{- end }}
{{- range $name, $protocol := dig "protocols" dict $otlp }}
{{- if $protocol }}
{{- $_ := set $protocol "tls" (merge (dict) ($protocol.tls | default dict) $tls) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.secrets.bearerTokens }}
{{- if .name }}
{{- $file := dict "bearer_token_file" (printf "%s/%s" (include "baton.tokensDirectory" $) .key) }}
{{- $_ := set $otlp "auth" (merge (dict) ($otlp.auth | default dict) $file) }}
{{- end }}
{{- end }}
{{- toYaml $config }}
{{- end }}

{{/* The ports of the pod that the configuration opens: JSON, {name: port}. */}}
{{- define "baton.ports" -}}
{{- $ports := dict }}
{{- $protocols := dig "receivers" "otlp" "protocols" dict .Values.config }}
{{- with $protocols.grpc }}
{{- $_ := set $ports "otlp-grpc" (include "baton.port" (dict "endpoint" .endpoint "key" "receivers.otlp.protocols.grpc.endpoint" "example" "4317") | int) }}
{{- end }}
{{- with $protocols.http }}
{{- $_ := set $ports "otlp-http" (include "baton.port" (dict "endpoint" .endpoint "key" "receivers.otlp.protocols.http.endpoint" "example" "4318") | int) }}
{{- end }}
{{- if not $ports }}
{{- fail "config.receivers.otlp.protocols: neither grpc nor http is there, so that nobody could send; keep one" }}
{{- end }}
{{- $_ := set $ports "admin" (include "baton.adminPort" . | int) }}
{{- toJson $ports }}
{{- end }}

{{- define "baton.adminPort" -}}
{{- $endpoint := dig "service" "admin" "endpoint" "" .Values.config }}
{{- if regexMatch "^(127\\.|localhost:|\\[::1\\])" (toString $endpoint) }}
{{- fail (printf "config.service.admin.endpoint: %s is loopback, where neither probes nor Prometheus reach it; write \":8888\" (it is read-only; networkPolicy says who may connect)" $endpoint) }}
{{- end }}
{{- include "baton.port" (dict "endpoint" $endpoint "key" "service.admin.endpoint" "example" "8888") }}
{{- end }}

{{/*
What only takes effect at a start. Pods are replaced when it changes; relays, routes and exporters are taken up by the running instance.
*/}}
{{- define "baton.restartChecksum" -}}
{{- $config := include "baton.config" . | fromYaml }}
{{- $fixed := pick ($config.continuity | default dict) "limits" "backpressure" }}
{{- printf "%s %s" (omit $config "continuity" "exporters" "routing" | toJson) (toJson $fixed) | sha256sum }}
{{- end }}

{{- define "baton.terminationGracePeriodSeconds" -}}
{{- $stop := include "baton.seconds" (dig "service" "stop_timeout" "20s" .Values.config) | int }}
{{- $grace := .Values.terminationGracePeriodSeconds | default (add $stop 10) | int }}
{{- if le $grace $stop }}
{{- fail (printf "terminationGracePeriodSeconds: %d s is not more than config.service.stop_timeout (%d s), so that Kubernetes would kill Baton while it saves its state; leave it out, or raise it" $grace $stop) }}
{{- end }}
{{- $grace }}
{{- end }}

{{/* Refuses what would watch wrongly or lose data without a word. */}}
{{- define "baton.checks" -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.sendersKeepTracesTogether) }}
{{- fail (printf "replicas: %d instances behind one Service would each see a part of every job, and miss or invent failures. Keep 1, or let a Collector's load-balancing exporter send each trace, and what it links to, to one instance (docs/pipeline.md) and say so with sendersKeepTracesTogether=true" (int .Values.replicas)) }}
{{- end }}
{{- end }}
