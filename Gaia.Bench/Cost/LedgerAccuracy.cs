using System.Net.Http.Json;
using Gaia.Bench.Gateway;
using Gaia.Bench.Idle;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;
using Gaia.Caching.Administration;
using NATS.Client.Core;

namespace Gaia.Bench.Cost;

/// <summary>The Redis commands that all services say they have sent, in the history on NATS, and those that Redis has counted: while nobody uses Gaia, and under load.</summary>
internal static class LedgerAccuracy
{
    private const double Tolerance = 0.01;
    private const int Callers = 20;
    private const int RequestsOfCaller = 100;

    /// <summary>Commands that hosts do not bill, as Upstash lists them.</summary>
    private static readonly string[] Free = ["auth", "hello", "select", "command", "config", "info", "ping", "reset", "quit"];

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static async Task<IEnumerable<Row>> RunAsync(int minutes, CancellationToken ct)
    {
        var key = ApiKeyText.Create("bench");
        var settings = new Dictionary<string, string>(GatewayScenario.Unlimited)
        {
            ["History:Interval"] = $"{Interval}",
            ["GAIA_DEV_API_KEY"] = key,
            ["Models:FindsOllama"] = "false",
            ["RateLimits:Policies:chat:Limit"] = "100000",
        };
        await using var scenario = await IdleScenario.StartAsync(settings, ct);
        await using var nats = new NatsConnection(new() { Url = scenario.Graph.Nats.Url });
        var history = new LedgerHistory(nats, new("", "bench", "", Interval, Replicas: 1));

        var before = await CountAsync(scenario, history, ct);
        var idle = await scenario.StandIdleAsync(minutes, ct);
        var between = await CountAsync(scenario, history, ct);
        await UseAsync(scenario.Gateway, key, ct);
        var after = await CountAsync(scenario, history, ct);
        return
        [
            .. Rows("idle", between, before),
            .. Rows("under load", after, between),
            .. IdleBench.Rows(idle),
        ];
    }

    private static IEnumerable<Row> Rows(string when, Counts now, Counts before)
    {
        var (told, counted) = (now.Told - before.Told, now.Counted - before.Counted);
        var ratio = told / counted;
        yield return new($"Redis commands in the ledger / in INFO commandstats, {when}", Goal.NoMoreThan("cost", 1 + Tolerance), new Cell(Cell.Number(ratio), ratio));
        yield return new("the same", Goal.NoLessThan("cost", 1 - Tolerance), new Cell($"{Cell.Number(told)} / {Cell.Number(counted)}", ratio));
    }

    /// <summary>Counts in a moment in which nobody sends anything, as nodes add to the history once a second.</summary>
    private static async Task<Counts> CountAsync(IdleScenario scenario, LedgerHistory history, CancellationToken ct)
    {
        while (true)
        {
            var counted = await BilledAsync(scenario.Graph, ct);
            await Task.Delay(3 * Interval, ct);
            var told = (await history.ReadAsync(DateTimeOffset.UtcNow - TimeSpan.FromDays(1), ct)).Commands;
            if (await BilledAsync(scenario.Graph, ct) == counted)
            {
                return new(told, counted);
            }
        }
    }

    private static async Task<double> BilledAsync(GaiaGraph graph, CancellationToken ct) =>
        (await graph.Redis.CountByCommandAsync(ct)).Where(command => !Free.Contains(command.Key.Split('|')[0])).Sum(command => command.Value);

    /// <summary>Reads of many callers, chats, and personas that are written, read and flushed.</summary>
    private static async Task UseAsync(Uri gateway, string key, CancellationToken ct)
    {
        using var account = await Account.RegisterAsync(gateway, ct);
        var callers = new List<ApiKeyClient>();
        for (var i = 0; i < Callers; i++)
        {
            callers.Add(new(gateway, (await account.CreateKeyAsync(ct)).Text));
        }

        await Task.WhenAll(callers.Select(async caller =>
        {
            for (var i = 0; i < RequestsOfCaller; i++)
            {
                await caller.EnsureSuccessAsync(ct);
            }
        }));
        using var administrator = new HttpClient { BaseAddress = gateway };
        administrator.DefaultRequestHeaders.Add("X-API-Key", key);
        for (var i = 0; i < RequestsOfCaller; i++)
        {
            await PostAsync(administrator, "/api/v1/chat/personas", new { name = $"Bench {i}", description = "One of many", system_prompt = "You are one of many." }, ct);
            await administrator.GetByteArrayAsync("/api/v1/chat/personas", ct);
            await PostAsync(administrator, "/v1/chat/completions", new { model = "persona:Mu", messages = new[] { new { role = "user", content = "Hello" } } }, ct);
            await PostAsync(administrator, "/api/v1/admin/cache/flush", new { pattern = "personas:list:*" }, ct);
        }
    }

    private static async Task PostAsync(HttpClient client, string path, object body, CancellationToken ct)
    {
        using var answer = await client.PostAsJsonAsync(path, body, ct);
        answer.EnsureSuccessStatusCode();
    }

    /// <param name="Told">By the ledger.</param>
    /// <param name="Counted">By Redis.</param>
    private sealed record Counts(double Told, double Counted);
}
