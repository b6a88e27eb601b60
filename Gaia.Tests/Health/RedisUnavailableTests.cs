using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Gaia.Tests.Health;

/// <summary>Stops what the other tests stand on, so it runs beside none of them.</summary>
[Collection(nameof(AloneInTheGraph))]
public sealed class RedisUnavailableTests(GaiaApp gaia)
{
    [Fact]
    public async Task Nobody_notices_that_Redis_is_away_but_health_says_so()
    {
        using var developer = gaia.Developer();
        using var stop = new CancellationTokenSource();
        var answers = new ConcurrentBag<HttpStatusCode>();
        var readers = Enumerable.Range(0, 4).Select(_ => ReadUntilAsync(developer, answers, stop.Token)).ToList();

        await gaia.CommandAsync(Resources.Redis, KnownResourceCommands.StopCommand);
        await Eventually.IsTrueAsync(async () => await HealthAsync(developer) is { Status: "degraded", RedisConnected: false }, ct: TestContext.Current.CancellationToken);

        var heard = answers.Count;
        await Eventually.IsTrueAsync(() => answers.Count > heard + 50, ct: TestContext.Current.CancellationToken);

        await gaia.CommandAsync(Resources.Redis, KnownResourceCommands.StartCommand);
        await Eventually.IsTrueAsync(async () => await HealthAsync(developer) is { Status: "healthy", RedisConnected: true }, ct: TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    private static async Task ReadUntilAsync(HttpClient client, ConcurrentBag<HttpStatusCode> answers, CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            using var answer = await client.GetAsync("/api/v1/chat/personas", TestContext.Current.CancellationToken);
            answers.Add(answer.StatusCode);
        }
    }

    private static async Task<(string? Status, bool RedisConnected)> HealthAsync(HttpClient client)
    {
        var health = await client.GetFromJsonAsync<JsonElement>("/health", TestContext.Current.CancellationToken);
        return (health.GetProperty("status").GetString(), health.GetProperty("redis").GetProperty("connected").GetBoolean());
    }
}
