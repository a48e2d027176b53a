using System.Globalization;

namespace Baton.Load.Generate;

/// <summary>
/// The spans of a request. 30 % are of event-driven jobs: half of those publish one, half complete one that was published earlier.
/// The rest is what surrounds them: the request that led to it, calls, work inside the services.
/// </summary>
internal static class RequestPlan
{
    private const double JobShare = 0.30;
    private const long Millisecond = 1_000_000;

    /// <summary>Every run sends the same spans but for ids and times, so that runs compare.</summary>
    private const int Seed = 17;
    private static readonly string[] Queues = ["render.jobs", "email.outbox", "invoice.export", "thumbnail.resize"];

    public static int Jobs(int spans) => (int)Math.Round(spans * JobShare / 2);

    public static IReadOnlyList<SpanPlan> For(int spans)
    {
        int jobs = Jobs(spans);
        int traces = Math.Max(1, jobs);
        int rest = spans - 2 * jobs;
        int roots = Math.Min(traces, rest);
        var plan = new List<SpanPlan>(spans);

        // The publisher's spans: roots first, so that a trace's root has the trace's number.
        for (int trace = 0; trace < roots; trace++) plan.Add(Root(trace));
        for (int job = 0; job < jobs; job++) plan.Add(Producer(job, job < roots ? job : -1));
        int inner = rest - roots;
        int workers = jobs == 0 ? 0 : inner / 3;
        for (int i = 0; i < inner - workers; i++) plan.Add(i % 2 == 0 ? Call(i % traces) : Step(0, i % traces, i % traces));

        int firstConsumer = plan.Count;
        for (int job = 0; job < jobs; job++) plan.Add(Consumer(job, roots + job));
        for (int i = 0; i < workers; i++) plan.Add(Step(1, i % jobs, firstConsumer + i % jobs));
        return Varied(plan);
    }

    /// <summary>Real spans do not all take equally long: without variety the requests would compress far better than in life.</summary>
    private static List<SpanPlan> Varied(List<SpanPlan> plan)
    {
        var random = new Random(Seed);
        return plan.ConvertAll(span => span with
        {
            StartBefore = span.StartBefore + random.NextInt64(Millisecond),
            EndBefore = span.EndBefore - random.NextInt64(Millisecond),
            Attributes = [.. span.Attributes.Select(attribute => (attribute.Key, Filled(attribute.Value, random)))],
        });
    }

    /// <summary>A number where the plan has a `#`.</summary>
    private static string Filled(string value, Random random) =>
        value.Replace("#", random.Next(100_000, 1_000_000).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static SpanPlan Root(int trace) => new(
        0, SpanKind.Server, JobRole.None, trace, -1, "POST /api/v1/orders/{id}/documents",
        [
            ("http.request.method", "POST"), ("http.route", "/api/v1/orders/{id}/documents"), ("url.path", "/api/v1/orders/#/documents"),
            ("server.address", "shop.example.com"), ("http.response.status_code", "202"), ("user_agent.original", "shop-app/7.31"),
        ],
        80 * Millisecond, 41 * Millisecond);

    private static SpanPlan Producer(int job, int parent)
    {
        string queue = Queues[job % Queues.Length];
        return new SpanPlan(
            0, SpanKind.Producer, JobRole.Publish, job, parent, $"send {queue}",
            [
                ("messaging.system", "rabbitmq"), ("messaging.operation.type", "send"), ("messaging.operation.name", "publish"),
                ("messaging.destination.name", queue), ("messaging.message.id", RequestTemplate.MessageIdText),
                ("server.address", "rabbit-0"),
            ],
            50 * Millisecond, 48 * Millisecond);
    }

    private static SpanPlan Consumer(int job, int producer)
    {
        string queue = Queues[job % Queues.Length];
        return new SpanPlan(
            1, SpanKind.Consumer, JobRole.Complete, job, producer, $"process {queue}",
            [
                ("messaging.system", "rabbitmq"), ("messaging.operation.type", "process"), ("messaging.operation.name", "deliver"),
                ("messaging.destination.name", queue), ("messaging.message.id", RequestTemplate.MessageIdText),
            ],
            40 * Millisecond, 5 * Millisecond);
    }

    private static SpanPlan Call(int trace) => new(
        0, SpanKind.Client, JobRole.None, trace, trace, "SELECT orders.documents",
        [
            ("db.system.name", "postgresql"), ("db.namespace", "orders"), ("db.operation.name", "SELECT"),
            ("db.query.text", "SELECT id, state FROM documents WHERE order_id = $1"),
            ("server.address", "pg-orders-1"), ("db.response.returned_rows", "#"),
        ],
        75 * Millisecond, 72 * Millisecond);

    private static SpanPlan Step(int service, int trace, int parent) => new(
        service, SpanKind.Internal, JobRole.None, trace, parent, service == 0 ? "ValidateDocumentRequest" : "RenderDocumentPages",
        [
            ("code.function.name", service == 0 ? "Shop.Documents.RequestValidator.Validate" : "Shop.Worker.PageRenderer.Render"),
            ("document.kind", "delivery-note"), ("document.id", "doc-#"), ("document.locale", "de-DE"), ("feature.rollout", "renderer-v2"),
        ],
        (service == 0 ? 71 : 35) * Millisecond, (service == 0 ? 55 : 9) * Millisecond);
}
