{{/* The chart's name, for labels. */}}
{{- define "baton.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of objects: at most 52 characters, since a StatefulSet adds an ordinal and a hash to its pods' labels. */}}
{{- define "baton.fullname" -}}
{{- $name := include "baton.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "baton.selectorLabels" -}}
app.kubernetes.io/name: {{ include "baton.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "baton.labels" -}}
{{ include "baton.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "baton.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- .Values.serviceAccount.name | default (include "baton.fullname" .) }}
{{- else }}
{{- .Values.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{- define "baton.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/* The port of an endpoint `host:port` of the configuration. */}}
{{- define "baton.port" -}}
{{- $port := regexFind "[0-9]+$" (toString .endpoint) }}
{{- if or (not $port) (eq $port "0") }}
{{- fail (printf "config.%s: \"%v\" has no port that a Service could lead to; write host:port, e.g. \":%s\"" .key .endpoint .example) }}
{{- end }}
{{- $port }}
{{- end }}

{{/* A duration of the configuration (Go's: 1m30s) in whole seconds, rounded up. */}}
{{- define "baton.seconds" -}}
{{- $milliseconds := 0 }}
{{- range regexFindAll "[0-9]+(\\.[0-9]+)?(ms|h|m|s)" (toString .) -1 }}
{{- $unit := regexFind "[a-z]+" . }}
{{- $number := trimSuffix $unit . | float64 }}
{{- $milliseconds = addf $milliseconds (mulf $number (get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000) $unit)) }}
{{- end }}
{{- divf $milliseconds 1000 | ceil | int }}
{{- end }}
