using System.Text.Json;
using Gaia.Gateway.Services;

namespace Gaia.Gateway.Health;

/// <summary>What one service said of itself, and how long it took to.</summary>
/// <param name="Status">As in <see cref="Condition"/>; unhealthy also when it did not answer.</param>
/// <param name="ResponseTime">Seconds.</param>
/// <param name="Database">The condition of the service's database; none when the service has not answered.</param>
/// <param name="CheckedAt">When it answered, or was no longer waited for.</param>
internal sealed record ServiceHealth(string Status, double ResponseTime, string? Database, DateTimeOffset CheckedAt);

/// <summary>Asks a service for its health.</summary>
internal sealed class ServiceProbe(ServiceClient client, TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1.5);

    public async Task<ServiceHealth> AskAsync(string service, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        try
        {
            // 503 with a report is an answer: the service serves, its database does not.
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{service}/health");
            using var response = await client.SendAsync(request, Deadline, ct);
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            using var health = await JsonDocument.ParseAsync(body, cancellationToken: ct);
            return new(health.RootElement.GetProperty("status").GetString()!, Elapsed(), DatabaseOf(health.RootElement), time.GetUtcNow());
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException)
        {
            return new(Condition.Unhealthy, Elapsed(), Database: null, time.GetUtcNow());
        }

        double Elapsed() => Math.Round(time.GetElapsedTime(started).TotalSeconds, 4);
    }

    private static string? DatabaseOf(JsonElement health) =>
        health.TryGetProperty("checks", out var checks) && checks.TryGetProperty("database", out var database) ? database.GetProperty("status").GetString() : null;
}
