using System.Text.Json.Nodes;
using Baton.Processor.Tests.House;

namespace Baton.Processor.Tests.Chart;

/// <summary>The Helm chart's objects: what they are, by which values.</summary>
[Collection(ChartGroup.Name)]
public sealed class ChartTests(ChartFixture chart)
{
    private static readonly string[] Always = ["ConfigMap", "Pod", "PodDisruptionBudget", "Service", "Service", "ServiceAccount", "StatefulSet"];

    [Fact]
    public async Task Without_values_it_is_one_instance_with_a_volume_and_no_more_than_every_cluster_knows()
    {
        var rendering = await SoundAsync("");

        Assert.Equal(Always, rendering.Kinds);
        Assert.Equal(1, (int)rendering.Of("StatefulSet")["spec"]!["replicas"]!);
        Assert.Equal("16Gi", rendering.Of("StatefulSet")["spec"]!["volumeClaimTemplates"]![0]!["spec"]!["resources"]!["requests"]!["storage"]!.ToString());
        Assert.Contains("Name your backend", rendering.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitoring_network_policy_and_everything_else_are_sound_together()
    {
        var rendering = await SoundAsync("""
            serviceMonitor: { enabled: true, labels: { release: prometheus }, relabelings: [{ targetLabel: cluster, replacement: one }] }
            prometheusRule: { enabled: true, labels: { release: prometheus }, runbookUrl: "https://wiki.example.org/baton/" }
            networkPolicy:
              enabled: true
              senders: [{ namespaceSelector: { matchLabels: { team: shop } } }]
              monitoring: [{ namespaceSelector: {} }]
              egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 4317 }] }]
            podAnnotations: { a: b }
            podLabels: { c: d }
            imagePullSecrets: [{ name: pull }]
            image: { repository: registry.example.com/baton, digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
            nodeSelector: { disk: fast }
            tolerations: [{ key: infra, operator: Exists }]
            affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: In, values: [a] }] }] } } }
            topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway }]
            priorityClassName: high
            env: [{ name: TOKEN, valueFrom: { secretKeyRef: { name: backend, key: token } } }]
            envFrom: [{ secretRef: { name: more } }]
            extraVolumes: [{ name: out, emptyDir: {} }]
            extraVolumeMounts: [{ name: out, mountPath: /out }]
            persistence: { storageClassName: fast, annotations: { backup: "no" } }
            service: { type: LoadBalancer, annotations: { e: f }, internalTrafficPolicy: Local }
            serviceAccount: { annotations: { g: h } }
            """);

        Assert.Equal([.. Always, "NetworkPolicy", "PrometheusRule", "ServiceMonitor"], rendering.Kinds.OrderBy(kind => Array.IndexOf(Always, kind) is var at && at < 0 ? 99 : at));
        Assert.Equal($"registry.example.com/baton@sha256:{string.Concat(Enumerable.Repeat("0123456789abcdef", 4))}", rendering.Container["image"]!.ToString());
    }

    [Fact]
    public async Task What_can_be_left_out_is_left_out()
    {
        var rendering = await SoundAsync("""
            persistence: { enabled: false }
            podDisruptionBudget: { enabled: false }
            serviceAccount: { create: false }
            """);

        Assert.Equal(Always.Except(["PodDisruptionBudget", "ServiceAccount"]), rendering.Kinds.Distinct());
        Assert.Null(rendering.Of("StatefulSet")["spec"]!["volumeClaimTemplates"]);
        Assert.Contains(rendering.Pod["volumes"]!.AsArray(), volume => volume!["emptyDir"] is not null);
        Assert.Contains("There is no volume", rendering.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pod_is_nobody_in_particular_and_writes_to_its_volume_alone()
    {
        var rendering = await SoundAsync("");

        foreach (var (pod, container) in new[] { (rendering.Pod, rendering.Container), (rendering.Of("Pod")["spec"]!, rendering.Of("Pod")["spec"]!["containers"]![0]!) })
        {
            Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
            Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"]!.ToString());
            Assert.False((bool)pod["automountServiceAccountToken"]!);
            Assert.True((bool)container["securityContext"]!["readOnlyRootFilesystem"]!);
            Assert.False((bool)container["securityContext"]!["allowPrivilegeEscalation"]!);
            Assert.Equal("ALL", Assert.Single(container["securityContext"]!["capabilities"]!["drop"]!.AsArray())!.ToString());
        }
        Assert.Equal(
            ["/var/lib/baton"], rendering.Container["volumeMounts"]!.AsArray().Where(mount => mount!["readOnly"] is null).Select(mount => mount!["mountPath"]!.ToString()));
    }

    [Fact]
    public async Task Several_instances_are_refused_until_somebody_says_that_senders_keep_traces_together()
    {
        var refused = await chart.RenderAsync("replicas: 3");
        Assert.Contains("3 instances behind one Service would each see a part of every job", refused.Error, StringComparison.Ordinal);
        Assert.Contains("sendersKeepTracesTogether=true", refused.Error, StringComparison.Ordinal);

        var allowed = await SoundAsync("{ replicas: 3, sendersKeepTracesTogether: true }", release: "shop");
        Assert.Equal(3, (int)allowed.Of("StatefulSet")["spec"]!["replicas"]!);
        Assert.Contains("shop-baton-2.shop-baton-headless.observability\n", allowed.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_keep_their_names_while_they_are_not_ready_and_only_the_headless_service_leads_to_the_admin_port()
    {
        var rendering = await SoundAsync("");
        var headless = rendering.Of("Service", "-headless")["spec"]!;

        Assert.True((bool)headless["publishNotReadyAddresses"]!);
        Assert.Equal(rendering.Of("StatefulSet")["spec"]!["serviceName"]!.ToString(), rendering.Of("Service", "-headless")["metadata"]!["name"]!.ToString());
        Assert.Equal(["admin", "otlp-grpc", "otlp-http"], Ports(headless).Keys.Order());
        Assert.Equal(["otlp-grpc", "otlp-http"], Ports(rendering.Of("Service", "baton")["spec"]!).Keys.Order());
    }

    [Fact]
    public async Task Ports_are_those_of_the_configuration()
    {
        var rendering = await SoundAsync("""
            config:
              receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:14317" }, http: null } } }
              service: { admin: { endpoint: ":9999" } }
            networkPolicy: { enabled: true }
            """);

        Assert.Equal(new() { ["admin"] = 9999, ["otlp-grpc"] = 14317 }, Ports(rendering.Of("Service", "-headless")["spec"]!));
        Assert.Equal(new() { ["otlp-grpc"] = 14317 }, Ports(rendering.Of("Service", "baton")["spec"]!));
        Assert.Equal([9999, 14317], rendering.Container["ports"]!.AsArray().Select(port => (int)port!["containerPort"]!));
        Assert.DoesNotContain("HTTP  baton", rendering.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_ask_the_admin_port_and_Prometheus_scrapes_it()
    {
        var rendering = await SoundAsync("serviceMonitor: { enabled: true }");

        foreach (var (probe, path) in new[] { ("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz") })
        {
            Assert.Equal(path, rendering.Container[probe]!["httpGet"]!["path"]!.ToString());
            Assert.Equal("admin", rendering.Container[probe]!["httpGet"]!["port"]!.ToString());
        }
        var monitor = rendering.Of("ServiceMonitor")["spec"]!;
        var labels = rendering.Of("Service", "-headless")["metadata"]!["labels"]!;
        Assert.All(monitor["selector"]!["matchLabels"]!.AsObject(), label => Assert.Equal(labels[label.Key]?.ToString(), label.Value!.ToString()));
        Assert.Equal("admin", monitor["endpoints"]![0]!["port"]!.ToString());
    }

    [Fact]
    public async Task The_rules_are_those_of_the_file_and_lead_to_runbooks_where_they_are()
    {
        var rule = (await SoundAsync("prometheusRule: { enabled: true, runbookUrl: \"https://wiki.example.org/baton/\" }")).Of("PrometheusRule");
        var rules = rule["spec"]!["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).ToArray();

        // One line each in the file, at the same place.
        var file = await File.ReadAllTextAsync(Repository.PathOf("config/prometheus/baton.rules.yaml"), TestContext.Current.CancellationToken);
        Assert.Equal(file.Split("- alert: ").Length - 1, rules.Count(one => one!["alert"] is not null));
        Assert.Equal(file.Split("- record: ").Length - 1, rules.Count(one => one!["record"] is not null));
        Assert.All(rules.Select(one => one!["annotations"]?["runbook_url"]?.ToString()).OfType<string>(), url => Assert.StartsWith("https://wiki.example.org/baton/", url, StringComparison.Ordinal));
        // Prometheus' own templates are left for Prometheus.
        Assert.Contains("{{ $labels.", rule.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", 30)]
    [InlineData("config: { service: { stop_timeout: 1m30s } }", 100)]
    [InlineData("config: { service: { stop_timeout: 1500ms } }", 12)]
    [InlineData("terminationGracePeriodSeconds: 60", 60)]
    public async Task The_grace_period_outlasts_a_graceful_stop(string values, int seconds) =>
        Assert.Equal(seconds, (int)(await SoundAsync(values)).Pod["terminationGracePeriodSeconds"]!);

    [Theory]
    [InlineData("{ terminationGracePeriodSeconds: 20 }", "20 s is not more than config.service.stop_timeout (20 s)")]
    [InlineData("config: { service: { admin: { endpoint: \"127.0.0.1:8888\" } } }", "is loopback, where neither probes nor Prometheus reach it")]
    [InlineData("config: { receivers: { otlp: { protocols: { grpc: { endpoint: \":0\" } } } } }", "config.receivers.otlp.protocols.grpc.endpoint: \":0\" has no port that a Service could lead to")]
    [InlineData("config: { receivers: { otlp: { protocols: { grpc: null, http: null } } } }", "neither grpc nor http is there")]
    public async Task What_could_not_work_is_refused_with_a_remedy(string values, string message) =>
        Assert.Contains(message, (await chart.RenderAsync(values)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Pods_are_replaced_for_options_that_need_a_start_and_for_no_others()
    {
        var before = (await SoundAsync("")).RestartChecksum;

        Assert.Equal(before, (await SoundAsync("""
            config:
              continuity: { relays: [{ name: a, produce: 'span.name == "a"', deadlines: { schedule_to_close: 1m } }] }
              exporters: { otlp/tempo: { endpoint: "tempo:4317" } }
              routing: { default: [otlp/tempo] }
            """)).RestartChecksum);
        Assert.NotEqual(before, (await SoundAsync("config: { journal: { max_size: 5GiB } }")).RestartChecksum);
        Assert.NotEqual(before, (await SoundAsync("config: { continuity: { limits: { label_values: 100 } } }")).RestartChecksum);
    }

    [Fact]
    public async Task A_header_that_stands_in_the_ConfigMap_is_pointed_at()
    {
        Assert.Contains("The header authorization of otlp/tempo stands in a ConfigMap", (await SoundAsync(Header("Bearer 123"))).Notes, StringComparison.Ordinal);
        Assert.DoesNotContain("ConfigMap", (await SoundAsync(Header("Bearer ${env:TOKEN}"))).Notes, StringComparison.Ordinal);

        static string Header(string value) => $"config: {{ exporters: {{ otlp/tempo: {{ endpoint: \"tempo:4317\", headers: {{ authorization: \"{value}\" }} }} }}, routing: {{ default: [otlp/tempo] }} }}";
    }

    private static Dictionary<string, int> Ports(JsonNode service) =>
        service["ports"]!.AsArray().ToDictionary(port => port!["name"]!.ToString(), port => (int)port!["port"]!);

    private async Task<Rendering> SoundAsync(string values, string release = "baton")
    {
        var rendering = await chart.RenderAsync(values, release);
        Assert.Null(rendering.Error);
        Assert.Empty(await chart.FaultsAsync(rendering));
        return rendering;
    }
}
