using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using NATS.Client.Core;

namespace Gaia.Tests.Chat;

/// <summary>Alerts of budgets on two nodes with a database of their own.</summary>
public sealed class AlertTests(ChatNodes nodes) : IClassFixture<ChatNodes>, IAsyncLifetime
{
    private const string Alerts = "/api/v1/admin/alerts";
    private const string Completions = "/v1/chat/completions";

    private readonly ChatUser administrator = nodes.NewUser(Scopes.Admin);
    private readonly ChatUser user = nodes.NewUser();
    private WebhookReceiver receiver = null!;
    private GaiaService one = null!;
    private GaiaService two = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IReadOnlyList<JsonElement> Thresholds => [.. receiver.Accepted.Select(alert => JsonElement.Parse(alert.Body)).Where(body => body.GetProperty("type").GetString() is "budget.threshold").Select(body => body.GetProperty("data"))];

    public async ValueTask InitializeAsync()
    {
        receiver = await WebhookReceiver.StartAsync();
        var settings = new Dictionary<string, string>(nodes.Settings(nodes.Models))
        {
            ["ConnectionStrings__chatdb"] = nodes.Postgres.ConnectionStringTo($"alerts{Guid.CreateVersion7():n}"),
            ["CACHE_KEY_PREFIX"] = $"{Guid.CreateVersion7():n}:",
            ["ALERT_WEBHOOK_URL"] = receiver.Url,
            ["ALERT_WEBHOOK_SECRET"] = receiver.Secret,
            ["Alerts__Interval"] = "00:00:00.200",
            ["Alerts__RetryDelay"] = "00:00:00.100",
            ["Alerts__Timeout"] = "00:00:01",
            ["Alerts__Lease"] = "00:00:02",
        };
        one = await GaiaService.StartAsync(Resources.Chat, settings, Ct);
        two = await GaiaService.StartAsync(Resources.Chat, settings, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await two.DisposeAsync();
        await receiver.DisposeAsync();
        administrator.Dispose();
        user.Dispose();
    }

    [Fact]
    public async Task Each_threshold_fires_once_whichever_nodes_cross_it_and_whichever_restart_comes_between()
    {
        ConcurrentQueue<(string Id, string Body)> published = [];
        await using var nats = new NatsConnection(new NatsOpts { Url = nodes.Nats.Url });
        var subscription = await nats.SubscribeCoreAsync<string>("gaia.alert.fired", cancellationToken: Ct);
        await nats.PingAsync(Ct);
        var reading = ReadAsync();

        // A call takes 14 tokens: four are more than half, six more than 80 %, and eight more than all of it.
        var budget = await PutAsync(new { scope = "user", target_id = user.Id, period = "month", limit_tokens = 100, hard = false });
        await SayAsync(4);
        await FiredAsync(50);

        await one.RestartAsync(Ct);
        await SayAsync(2);
        await FiredAsync(50, 80);
        await one.KillAsync(Ct);
        await two.RestartAsync(Ct);
        await SayAsync(2, two);
        await FiredAsync(50, 80, 100);
        await SayAsync(10, two);
        await one.RestartAsync(Ct);
        await SayAsync(10);

        // What comes after it shows that nothing more came before.
        await PostAsync($"{Alerts}/test", HttpStatusCode.OK);
        await Eventually.IsTrueAsync(() => receiver.Accepted.Any(alert => alert.Body.Contains("\"test\"", StringComparison.Ordinal)) && published.Any(alert => alert.Body.Contains("\"test\"", StringComparison.Ordinal)), ct: Ct);
        await FiredAsync(50, 80, 100);
        Assert.All(receiver.Received, alert => Assert.Equal(204, alert.Status));
        var accepted = receiver.Accepted.Select(alert => alert.Body).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(accepted, published.Distinct().Select(alert => alert.Body).Where(accepted.Contains).Order(StringComparer.Ordinal));
        var overrun = Thresholds.Single(alert => alert.GetProperty("threshold").GetInt32() == 100);
        Assert.Equal((budget, 100, false), (overrun.GetProperty("budget_id").GetString(), overrun.GetProperty("limit_tokens").GetInt32(), overrun.GetProperty("hard").GetBoolean()));
        Assert.True(overrun.GetProperty("used_tokens").GetInt32() >= 100);
        var listed = (await administrator.GetAsync(Alerts, two)).GetProperty("alerts").EnumerateArray().ToList();
        Assert.Equal(4, listed.Count);
        Assert.All(listed, alert => Assert.Equal("delivered", alert.GetProperty("delivery").GetString()));
        await subscription.DisposeAsync();
        await reading;

        async Task ReadAsync()
        {
            await foreach (var message in subscription.Msgs.ReadAllAsync(Ct))
            {
                published.Enqueue((message.Headers!["Nats-Msg-Id"].ToString(), message.Data!));
            }
        }
    }

    [Fact]
    public async Task An_alert_whose_sender_is_killed_is_sent_by_another_node_under_the_same_id()
    {
        await two.KillAsync(Ct);
        receiver.Hold();
        await PostAsync($"{Alerts}/test", HttpStatusCode.OK);
        await Eventually.IsTrueAsync(() => receiver.Held > 0, ct: Ct);

        await one.KillAsync(Ct);
        receiver.Release();
        await two.RestartAsync(Ct);

        await Eventually.PassesAsync(async () => Assert.Equal("delivered", (await OnlyAsync(two)).GetProperty("delivery").GetString()), ct: Ct);
        var id = $"alert_{Guid.Parse((await OnlyAsync(two)).GetProperty("id").GetString()!):N}";
        Assert.InRange(receiver.Received.Count, 1, 2);
        Assert.All(receiver.Received, alert => Assert.Equal((id, 204), (alert.Id, alert.Status)));
        Assert.True((await OnlyAsync(two)).GetProperty("attempts").GetInt32() >= 2);
    }

    [Fact]
    public async Task What_the_webhook_does_not_accept_is_sent_again_until_it_does_and_goes_nowhere_else()
    {
        foreach (var status in (int[])[500, 302, 429])
        {
            receiver.Statuses.Enqueue(status);
        }

        await PostAsync($"{Alerts}/test", HttpStatusCode.OK);

        // Each wait is as long as what went before it, which on a busy machine is long.
        await Eventually.PassesAsync(async () => Assert.Equal("delivered", (await OnlyAsync(one)).GetProperty("delivery").GetString()), TimeSpan.FromMinutes(2), Ct);

        Assert.Equal([500, 302, 429, 204], receiver.Received.Select(alert => alert.Status));
        Assert.Single(receiver.Received.Select(alert => (alert.Id, alert.Body)).Distinct());
        Assert.Equal(4, (await OnlyAsync(one)).GetProperty("attempts").GetInt32());

        // Once more, because somebody wants it; and one that is gone for good.
        var id = (await OnlyAsync(one)).GetProperty("id").GetString();
        await PostAsync($"{Alerts}/{id}/replay", HttpStatusCode.OK);
        await Eventually.IsTrueAsync(() => receiver.Received.Count == 5, ct: Ct);
        Assert.Single(receiver.Received.Select(alert => (alert.Id, alert.Body)).Distinct());
        receiver.Statuses.Enqueue(410);
        await PostAsync($"{Alerts}/{id}/replay", HttpStatusCode.OK);
        await Eventually.PassesAsync(
            async () => Assert.Equal(("failed", "HTTP 410"), ((await OnlyAsync(one)).GetProperty("delivery").GetString(), (await OnlyAsync(one)).GetProperty("last_error").GetString())), ct: Ct);
        await PostAsync($"{Alerts}/{Guid.CreateVersion7()}/replay", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Without_a_webhook_there_is_nothing_to_test_and_alerts_are_listed_all_the_same()
    {
        using var answer = await administrator.At(nodes.First).PostAsync($"{Alerts}/test", content: null, Ct);
        Assert.Equal("no_webhook", (await Problem.ExpectAsync(answer, HttpStatusCode.Conflict)).GetProperty("code").GetString());
        using var refused = await user.At(nodes.First).GetAsync(Alerts, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        await PutAsync(new { scope = "user", target_id = user.Id, period = "day", limit_usd = 0.000001, hard = false }, nodes.First);
        using var said = await user.TryAsync(Completions, Ask(), nodes.First);
        Assert.Equal(HttpStatusCode.OK, said.StatusCode);

        await Eventually.PassesAsync(
            async () =>
            {
                var page = await administrator.GetAsync(Alerts, nodes.Second);
                Assert.Equal(JsonValueKind.Null, page.GetProperty("webhook").ValueKind);
                Assert.Equal(["none", "none", "none"], page.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("delivery").GetString()));
            },
            ct: Ct);
    }

    private async Task<string> PutAsync(object budget, GaiaService? node = null)
    {
        using var answer = await administrator.At(node ?? one).PutAsJsonAsync("/api/v1/admin/budgets", budget, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetString()!;
    }

    private async Task PostAsync(string path, HttpStatusCode expected)
    {
        using var answer = await administrator.At(one).PostAsync(path, content: null, Ct);
        Assert.Equal(expected, answer.StatusCode);
    }

    private async Task SayAsync(int calls, GaiaService? node = null)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, calls).Select(n => user.TryAsync(Completions, Ask(), node ?? (two.IsRunning && n % 2 == 0 ? two : one))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    private Task FiredAsync(params int[] thresholds) => Eventually.PassesAsync(
        () =>
        {
            Assert.Equal(thresholds, Thresholds.Select(alert => alert.GetProperty("threshold").GetInt32()).Order());
            return Task.CompletedTask;
        },
        ct: Ct);

    private async Task<JsonElement> OnlyAsync(GaiaService node) => Assert.Single((await administrator.GetAsync(Alerts, node)).GetProperty("alerts").EnumerateArray());

    private JsonObject Ask()
    {
        var script = nodes.Models.Play(new() { Words = ["One", " two", " three"] });
        return new() { ["model"] = ChatNodes.Model, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = script.Key }) };
    }
}
