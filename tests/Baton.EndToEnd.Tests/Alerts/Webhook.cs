using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Baton.EndToEnd.Tests.Alerts;

/// <summary>What a pager or a ticket system is to Alertmanager: keeps the alerts that it is told.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Lock _lock = new();
    private readonly List<ToldAlert> _alerts = [];

    private Webhook(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>All of them, as they came.</summary>
    public IReadOnlyList<ToldAlert> Alerts
    {
        get
        {
            lock (_lock)
                return [.. _alerts];
        }
    }

    /// <summary>Listens on a free port.</summary>
    public static async Task<Webhook> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var webhook = new Webhook(application);
        application.Urls.Add("http://127.0.0.1:0");
        application.MapPost("/{receiver}", (RequestDelegate)webhook.TakeAsync);
        await application.StartAsync();
        return webhook;
    }

    /// <summary>The first alert that meets the condition, as soon as there is one.</summary>
    public async Task<ToldAlert> WaitForAsync(Func<ToldAlert, bool> condition)
    {
        using var expired = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        while (true)
        {
            if (Alerts.FirstOrDefault(condition) is { } alert)
                return alert;
            if (expired.IsCancellationRequested)
                throw new TimeoutException($"The awaited alert did not come. What came:\n{string.Join('\n', Alerts)}");
            await Task.Delay(50);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var message = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        lock (_lock)
        {
            _alerts.AddRange(message.RootElement.GetProperty("alerts").EnumerateArray().Select(alert => new ToldAlert(
                $"{context.Request.RouteValues["receiver"]}", alert.GetProperty("status").GetString()!, Texts(alert, "labels"), Texts(alert, "annotations"))));
        }
    }

    private static Dictionary<string, string> Texts(JsonElement alert, string key) =>
        alert.GetProperty(key).EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString()!);
}

/// <summary>An alert as a receiver was told of it.</summary>
/// <param name="Receiver">page or ticket.</param>
/// <param name="Status">firing or resolved.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">What it says.</param>
internal sealed record ToldAlert(string Receiver, string Status, Dictionary<string, string> Labels, Dictionary<string, string> Annotations)
{
    /// <summary>Whether it is this alert, in this state.</summary>
    public bool Is(string name, string status) => Labels["alertname"] == name && Status == status;

    /// <inheritdoc/>
    public override string ToString() => $"{Receiver} {Status} {string.Join(' ', Labels)} {Annotations.GetValueOrDefault("summary")}";
}
