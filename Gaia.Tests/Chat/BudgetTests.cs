using System.Net;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class BudgetTests(ChatNodes nodes, BudgetNodes shared) : IClassFixture<BudgetNodes>
{
    private const string Completions = "/v1/chat/completions";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_at_the_same_time_on_two_nodes_do_not_overspend_a_budget(bool stored)
    {
        // What a call takes at worst is about 150 tokens, and in the end 13; all begin before any of them is over.
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { IsStepwise = true, Words = ["One", " two"] });

        var calls = Enumerable.Range(0, 40).Select(n => stored
            ? user.TryAsync("/api/v1/chat", new JsonObject { ["message"] = script.Key, ["max_tokens"] = 100 }, n % 2 == 0 ? shared.First : shared.Second)
            : user.TryAsync(Completions, Ask(script.Key, maxTokens: 100), n % 2 == 0 ? shared.First : shared.Second)).ToList();
        await Eventually.IsTrueAsync(() => calls.Count(call => call.IsCompleted) + script.Requests.Count == calls.Count, TimeSpan.FromSeconds(60), Ct);
        var begun = script.Requests.Count;
        script.Step(2 * begun);
        var answers = await Task.WhenAll(calls);

        Assert.InRange(begun, 2, 9);
        Assert.Equal(begun, answers.Count(answer => answer.StatusCode is HttpStatusCode.OK));
        var refused = answers.First(answer => answer.StatusCode is not HttpStatusCode.OK);
        var problem = await Problem.ExpectAsync(refused, HttpStatusCode.TooManyRequests);
        Assert.Equal("insufficient_quota", problem.GetProperty("code").GetString());
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));

        // Only what was taken counts in the end, and the rest can be spent.
        await Eventually.PassesAsync(async () => Assert.Equal(BudgetNodes.Tokens - (13 * begun), await TokensLeftAsync(user)), ct: Ct);
        using var more = await user.TryAsync(Completions, Ask("Hello", maxTokens: 100), shared.Second);
        Assert.Equal(HttpStatusCode.OK, more.StatusCode);
    }

    [Fact]
    public async Task Dollars_are_limited_by_the_price_of_the_model()
    {
        // A million tokens of an answer cost two dollars.
        await using var node = await shared.StartAsync(("BUDGET_USD", "0.001"));
        using var user = nodes.NewUser();

        using var small = await user.TryAsync(Completions, Ask("Hello", maxTokens: 100), node);
        using var large = await user.TryAsync(Completions, Ask("Hello", maxTokens: 1_000), node);

        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        var problem = await Problem.ExpectAsync(large, HttpStatusCode.TooManyRequests);
        Assert.StartsWith("Today's budget has 0.000", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("insufficient_quota", problem.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_call_that_failed_takes_nothing_of_the_budget()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = 400, Body = "{}" });

        using var completion = await user.TryAsync(Completions, Ask(script.Key, maxTokens: 100), shared.First);
        using var stored = await user.TryAsync("/api/v1/chat", new JsonObject { ["message"] = script.Key, ["stream"] = true, ["max_tokens"] = 100 }, shared.First);

        Assert.Equal(HttpStatusCode.BadRequest, completion.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, stored.StatusCode);
        Assert.Equal(BudgetNodes.Tokens, await TokensLeftAsync(user));
    }

    [Fact]
    public async Task Under_a_budget_no_answer_is_without_a_limit()
    {
        await using var node = await shared.StartAsync(("BUDGET_TOKENS", "100000"), ("Budget__AnswerTokens", "77"));
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());

        using var answer = await user.TryAsync(Completions, Ask(script.Key), node);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("77", Assert.Single(script.Requests).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_users_budget_is_not_anothers()
    {
        using var ada = nodes.NewUser();
        using var bob = nodes.NewUser();

        using var answer = await ada.TryAsync(Completions, Ask("Hello", maxTokens: 100), shared.First);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.PassesAsync(async () => Assert.InRange(await TokensLeftAsync(ada), 1, BudgetNodes.Tokens - 1), ct: Ct);
        Assert.Equal(BudgetNodes.Tokens, await TokensLeftAsync(bob));
    }

    [Theory]
    [InlineData("refuse", HttpStatusCode.Forbidden)]
    [InlineData("allow", HttpStatusCode.OK)]
    public async Task A_model_without_a_price_is_refused_under_a_budget_in_dollars_unless_that_is_allowed(string unpriced, HttpStatusCode expected)
    {
        await using var node = await shared.StartAsync(("BUDGET_USD", "1"), ("BUDGET_UNPRICED", unpriced));
        using var user = nodes.NewUser();
        var request = Ask("Hello");
        request["model"] = "fake-small";

        using var answer = await user.TryAsync(Completions, request, node);

        Assert.Equal(expected, answer.StatusCode);
        if (expected is HttpStatusCode.Forbidden)
        {
            var error = (await Problem.ExpectAsync(answer, expected)).GetProperty("error");
            Assert.Equal(("model_without_price", "model"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
            Assert.Contains("BUDGET_UNPRICED=allow", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_price_file_of_the_operators_own_takes_the_place_of_the_shipped_one()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, """{"as_of":"2026-01-01","prices":{"fake-small":{"input":1,"output":1000000}}}""", Ct);
        await using var node = await shared.StartAsync(("BUDGET_USD", "1"), ("MODEL_PRICES", path));
        using var user = nodes.NewUser();
        var request = Ask("Hello");
        request["model"] = "fake-small";

        using var answer = await user.TryAsync(Completions, request, node);
        File.Delete(path);

        await Problem.ExpectAsync(answer, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Calls_that_wait_for_their_model_hold_no_connection_of_the_database()
    {
        await using var node = await shared.StartAsync(("BUDGET_TOKENS", "1000000"), ("ConnectionStrings__chatdb", $"{nodes.Postgres.ConnectionStringTo("chatdb")};Maximum Pool Size=2"));
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { IsStepwise = true, Words = ["One"] });

        var calls = Enumerable.Range(0, 8).Select(n => user.TryAsync(Completions, Ask($"{script.Key} {n}", maxTokens: 10), node)).ToList();
        await Eventually.IsTrueAsync(() => script.Requests.Count == calls.Count, TimeSpan.FromSeconds(60), Ct);
        using var other = await user.At(node).GetAsync("/api/v1/conversations", Ct);
        script.Step(calls.Count);

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    private async Task<long> TokensLeftAsync(ChatUser user) =>
        (await user.GetAsync("/api/v1/usage", shared.First)).GetProperty("budget").GetProperty("tokens_left").GetInt64();

    private static JsonObject Ask(string message, int? maxTokens = null)
    {
        var request = new JsonObject
        {
            ["model"] = ChatNodes.Model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
        };
        if (maxTokens is not null)
        {
            request["max_tokens"] = maxTokens;
        }

        return request;
    }
}
