using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace Gaia.Tests.Chat;

/// <summary>Alerts of everything but budgets that are used up, on two nodes with a database and a Redis of their own.</summary>
public sealed class AlertRuleTests(ChatNodes nodes) : IClassFixture<ChatNodes>, IAsyncLifetime
{
    private const string Alerts = "/api/v1/admin/alerts";

    private readonly ChatUser administrator = nodes.NewUser(Scopes.Admin);
    private readonly string database = nodes.Postgres.ConnectionStringTo($"rules{Guid.CreateVersion7():n}");
    private readonly List<GaiaService> started = [];
    private WebhookReceiver receiver = null!;
    private RedisServer redis = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        receiver = await WebhookReceiver.StartAsync();
        redis = await RedisServer.StartAsync(ct: Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in started)
        {
            await node.DisposeAsync();
        }

        await redis.DisposeAsync();
        await receiver.DisposeAsync();
        administrator.Dispose();
    }

    [Fact]
    public async Task Redis_that_is_gone_for_longer_than_a_moment_is_alerted_of_once_and_its_return_is_said()
    {
        var (one, two) = await StartAsync(("Alerts__BreakerOpenFor", "00:00:00.500"));

        await redis.KillAsync(Ct);
        await ReceivedAsync("redis.breaker", 1);
        var open = await RuleAsync(two, "redis.breaker");
        Assert.Equal(("hour", Resources.Redis), (open.GetProperty("period").GetString(), Assert.Single(open.GetProperty("open").EnumerateArray()).GetProperty("subject").GetString()));
        var told = Received("redis.breaker").Single().GetProperty("nodes")[0];
        Assert.Equal(Resources.Chat, told.GetProperty("node").GetString());
        Assert.True(told.GetProperty("open_for").GetDouble() > 0.5);

        await one.RestartAsync(Ct);
        await redis.RestartAsync(Ct);
        await ReceivedAsync("alert.resolved", 1);
        Assert.Single(Received("redis.breaker"));
        Assert.Equal("redis.breaker", Received("alert.resolved").Single().GetProperty("rule").GetString());
        Assert.Empty((await RuleAsync(one, "redis.breaker")).GetProperty("open").EnumerateArray());
        var fired = (await administrator.GetAsync(Alerts, one)).GetProperty("alerts").EnumerateArray().Single(alert => alert.GetProperty("type").GetString() == "redis.breaker");
        Assert.Equal(JsonValueKind.String, fired.GetProperty("resolved_at").ValueKind);
    }

    [Fact]
    public async Task A_month_that_will_exceed_its_budget_is_alerted_of_once_until_the_budget_covers_it()
    {
        var (one, two) = await StartAsync();
        await ExecuteAsync(
            """
            INSERT INTO usage (id, user_id, day, model, provider, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, cost, is_estimated)
            SELECT gen_random_uuid(), gen_random_uuid(), (now() AT TIME ZONE 'UTC')::date - age, 'm', 'p', 1, 1, 0, 0, 14, false FROM generate_series(0, 7) AS age
            """);

        // Today's calls alone cost 14 dollars.
        var budget = await PutBudgetAsync(one, 14.000001m);
        await PutBudgetAsync(one, 1_000_000m, period: "day");
        await ReceivedAsync("budget.forecast", 1);
        var data = Received("budget.forecast").Single();
        Assert.Equal((budget, 14.000001m), (data.GetProperty("budget_id").GetString(), data.GetProperty("limit_usd").GetDecimal()));
        Assert.True(data.GetProperty("forecast_usd").GetDecimal() > 14.000001m);

        await two.RestartAsync(Ct);
        await PutBudgetAsync(two, 1_000_000m);
        await ReceivedAsync("alert.resolved", 1);
        Assert.Single(Received("budget.forecast"));
    }

    [Fact]
    public async Task A_fixed_plan_that_is_cheaper_is_alerted_of_once_a_month()
    {
        Assert.Equal("REDIS_FIXED_PLAN", (await RuleAsync(nodes.First, "redis.plan")).GetProperty("missing").GetString());

        var (one, two) = await StartAsync(("REDIS_FIXED_PLAN", "0.000001"), ("Alerts__PriceKnownFor", "00:00:00"), ("History__Interval", "00:00:01"));
        await ReceivedAsync("redis.plan", 1);
        var data = Received("redis.plan").Single();
        Assert.Equal(0.000001m, data.GetProperty("plan_usd").GetDecimal());
        Assert.True(data.GetProperty("cost_of_month").GetDecimal() > 0.000001m);
        Assert.True(data.GetProperty("commands_of_month").GetInt64() > 0);

        // As if it had been fired in the month before.
        await two.RestartAsync(Ct);
        Assert.Single(Received("redis.plan"));
        await ExecuteAsync("UPDATE alerts SET period = period - interval '1 month'");
        await one.RestartAsync(Ct);
        await ReceivedAsync("redis.plan", 2);
    }

    [Fact]
    public async Task Rules_are_for_administrators()
    {
        using var user = nodes.NewUser();
        using var refused = await user.At(nodes.First).GetAsync($"{Alerts}/rules", Ct);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(
            ["budget.threshold", "budget.forecast", "redis.plan", "redis.breaker", "cache.hit_ratio", "cache.violation"],
            (await administrator.GetAsync($"{Alerts}/rules", nodes.First)).GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("type").GetString()));
    }

    private async Task<(GaiaService One, GaiaService Two)> StartAsync(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>(nodes.Settings(nodes.Models))
        {
            ["ConnectionStrings__chatdb"] = database,
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["CACHE_KEY_PREFIX"] = $"{Guid.CreateVersion7():n}:",
            ["ALERT_WEBHOOK_URL"] = receiver.Url,
            ["ALERT_WEBHOOK_SECRET"] = receiver.Secret,
            ["Alerts__Interval"] = "00:00:00.200",
            ["Alerts__CacheInterval"] = "00:00:00.200",
            ["Alerts__HistoryInterval"] = "00:00:00.200",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        started.Add(await GaiaService.StartAsync(Resources.Chat, settings, Ct));
        started.Add(await GaiaService.StartAsync(Resources.Chat, settings, Ct));
        return (started[0], started[1]);
    }

    private IReadOnlyList<JsonElement> Received(string type) =>
        [.. receiver.Accepted.Select(alert => JsonElement.Parse(alert.Body)).Where(body => body.GetProperty("type").GetString() == type).Select(body => body.GetProperty("data"))];

    private Task ReceivedAsync(string type, int count) => Eventually.IsTrueAsync(() => Received(type).Count == count, ct: Ct, what: $"{count} × {type}");

    private async Task<JsonElement> RuleAsync(GaiaService node, string type) =>
        (await administrator.GetAsync($"{Alerts}/rules", node)).GetProperty("rules").EnumerateArray().Single(rule => rule.GetProperty("type").GetString() == type);

    private async Task<string> PutBudgetAsync(GaiaService node, decimal dollars, string period = "month")
    {
        using var answer = await administrator.At(node).PutAsJsonAsync("/api/v1/admin/budgets", new { scope = "all", period, limit_usd = dollars, hard = false }, Ct);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetString()!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
