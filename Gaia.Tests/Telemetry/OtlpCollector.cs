using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Telemetry;

/// <summary>A collector of OpenTelemetry's HTTP protocol that keeps what arrives as it is. Names and ids stand in protobuf as their bytes, so they can be looked for.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, string Bytes)> received = [];
    private readonly WebApplication app;

    private OtlpCollector(string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add(Address = address);
        app.MapPost("/v1/{signal}", async (string signal, HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((signal, Encoding.Latin1.GetString(body.ToArray())));
        });
    }

    public string Address { get; }

    /// <summary>The settings of a service that reports here, often enough for a test to wait for it.</summary>
    public Dictionary<string, string> SettingsOf(string service) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = service,
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
    };

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector($"http://127.0.0.1:{FreePort.Next()}");
        await collector.app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>What a service sent: "traces", "metrics" or "logs", one text per export.</summary>
    public IEnumerable<string> From(string service, string signal) =>
        received.Where(export => export.Signal == signal && export.Bytes.Contains(service, StringComparison.Ordinal)).Select(export => export.Bytes);

    /// <summary>Everything that a service sent, of whatever signal.</summary>
    public IEnumerable<string> From(string service) => received.Select(export => export.Bytes).Where(bytes => bytes.Contains(service, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
