using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>Budgets that administrators set, on two nodes.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class AdministeredBudgetTests(ChatNodes nodes) : IAsyncLifetime
{
    private const string Budgets = "/api/v1/admin/budgets";
    private const string Completions = "/v1/chat/completions";

    private readonly ChatUser administrator = nodes.NewUser(Scopes.Admin);
    private readonly ChatUser user = nodes.NewUser();
    private readonly List<string> made = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A budget of all must not limit other tests.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var id in made)
        {
            using var answer = await administrator.At().DeleteAsync($"{Budgets}/{id}", CancellationToken.None);
        }

        await Eventually.PassesAsync(async () =>
        {
            foreach (var node in (GaiaService[])[nodes.First, nodes.Second])
            {
                using var free = await user.TryAsync(Completions, Ask("Hello", maxTokens: 100), node);
                Assert.Equal(HttpStatusCode.OK, free.StatusCode);
            }
        });
        administrator.Dispose();
        user.Dispose();
    }

    [Theory]
    [InlineData("user")]
    [InlineData("key")]
    [InlineData("persona")]
    public async Task Calls_at_the_same_time_on_two_nodes_do_not_overspend_it(string scope)
    {
        const int Limit = 1_500;
        var persona = (await user.PostAsync("/api/v1/chat/personas", new JsonObject { ["name"] = $"{Guid.CreateVersion7()}", ["description"] = "One", ["system_prompt"] = "Count." }))
            .GetProperty("persona").GetProperty("id").GetGuid();
        var target = scope switch { "user" => user.Id, "key" => user.KeyId, _ => persona };
        await PutAsync(new { scope, target_id = target, period = "month", limit_tokens = Limit, hard = true });
        await IsKnownAsync($"persona:{persona}");
        var script = nodes.Models.Play(new() { IsStepwise = true, Words = ["One", " two"] });

        var calls = Enumerable.Range(0, 30).Select(n => user.TryAsync(Completions, Ask(script.Key, 200, $"persona:{persona}"), n % 2 == 0 ? nodes.First : nodes.Second)).ToList();
        await Eventually.IsTrueAsync(() => calls.Count(call => call.IsCompleted) + script.Requests.Count == calls.Count, TimeSpan.FromSeconds(60), Ct);
        var begun = script.Requests.Count;
        var budget = await BudgetAsync(target);
        script.Step(2 * begun);
        var answers = await Task.WhenAll(calls);

        // What a call takes at worst is above 200 tokens, and in the end 13.
        Assert.InRange(begun, 2, 7);
        Assert.InRange(budget.GetProperty("reserved_tokens").GetInt64(), 200 * begun, Limit);
        Assert.Equal(begun, answers.Count(answer => answer.StatusCode is HttpStatusCode.OK));
        var problem = await Problem.ExpectAsync(answers.First(answer => answer.StatusCode is not HttpStatusCode.OK), HttpStatusCode.TooManyRequests);
        Assert.Equal("insufficient_quota", problem.GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith($"The {(scope is "key" ? "API key" : scope)}'s budget for this month has ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(budget.GetProperty("id").GetString(), problem.GetProperty("budget_id").GetString());
        await Eventually.PassesAsync(
            async () =>
            {
                var spent = await BudgetAsync(target);
                Assert.Equal((13 * begun, 0), (spent.GetProperty("used_tokens").GetInt64(), spent.GetProperty("reserved_tokens").GetInt64()));
            },
            ct: Ct);

        // Somebody else's calls are none of its concern.
        using var other = nodes.NewUser();
        using var free = await other.TryAsync(Completions, Ask("Hello", maxTokens: 1_500));
        Assert.Equal(HttpStatusCode.OK, free.StatusCode);
    }

    [Fact]
    public async Task The_budget_of_all_holds_for_everybody_and_ends_with_its_deletion()
    {
        using var other = nodes.NewUser();
        using var spent = await other.TryAsync(Completions, Ask("Hello", maxTokens: 100));
        Assert.Equal(HttpStatusCode.OK, spent.StatusCode);
        var budget = await PutAsync(new { scope = "all", period = "day", limit_usd = 0.000001, hard = true });

        await Eventually.PassesAsync(
            async () =>
            {
                foreach (var (caller, node) in ((ChatUser, GaiaService)[])[(user, nodes.First), (other, nodes.Second)])
                {
                    using var refused = await caller.TryAsync(Completions, Ask("Hello", maxTokens: 100), node);
                    var problem = await Problem.ExpectAsync(refused, HttpStatusCode.TooManyRequests);
                    Assert.StartsWith("The budget of all users for today has 0 US dollars left", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
                    Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
                }
            },
            ct: Ct);

        // Nobody knows whether it covers a model without a price.
        using var unpriced = await user.TryAsync(Completions, Ask("Hello", maxTokens: 100, model: "fake-small"));
        var error = (await Problem.ExpectAsync(unpriced, HttpStatusCode.Forbidden)).GetProperty("error");
        Assert.Equal("model_without_price", error.GetProperty("code").GetString());
        Assert.Contains("The budget of all users for today", error.GetProperty("message").GetString(), StringComparison.Ordinal);

        using var deleted = await administrator.At(nodes.Second).DeleteAsync($"{Budgets}/{budget}", Ct);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var again = await administrator.At(nodes.Second).DeleteAsync($"{Budgets}/{budget}", Ct);
        await Problem.ExpectAsync(again, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_soft_budget_refuses_nothing_and_the_second_of_a_target_changes_the_first()
    {
        var first = await PutAsync(new { scope = "user", target_id = user.Id, period = "day", limit_tokens = 1, hard = false });
        var second = await PutAsync(new { scope = "user", target_id = user.Id, period = "day", limit_tokens = 2, limit_usd = 3.5, hard = false });

        using var answer = await user.TryAsync(Completions, Ask("Hello", maxTokens: 100));

        Assert.Equal(first, second);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.PassesAsync(
            async () =>
            {
                var budget = await BudgetAsync(user.Id);
                Assert.True(budget.GetProperty("used_tokens").GetInt64() > 2);
                Assert.Equal((2, 3.5m), (budget.GetProperty("limit_tokens").GetInt64(), budget.GetProperty("limit_usd").GetDecimal()));
            },
            ct: Ct);
    }

    [Fact]
    public async Task What_cannot_be_a_budget_is_said_by_field()
    {
        using var nothing = await administrator.At().PutAsJsonAsync(Budgets, new { }, Ct);
        using var aimless = await administrator.At().PutAsJsonAsync(Budgets, new { scope = "user", period = "day", limit_tokens = 1 }, Ct);
        using var limitless = await administrator.At().PutAsJsonAsync(Budgets, new { scope = "all", period = "day" }, Ct);
        using var unknown = await administrator.At().PutAsJsonAsync(Budgets, new { scope = "planet", period = "day", limit_tokens = 1 }, Ct);
        using var refused = await user.At().PutAsJsonAsync(Budgets, new { scope = "all", period = "day", limit_tokens = 1 }, Ct);

        Assert.True((await Problem.ExpectAsync(nothing, HttpStatusCode.UnprocessableEntity)).GetProperty("errors").TryGetProperty("scope", out _));
        Assert.True((await Problem.ExpectAsync(aimless, HttpStatusCode.UnprocessableEntity)).GetProperty("errors").TryGetProperty("target_id", out _));
        Assert.True((await Problem.ExpectAsync(limitless, HttpStatusCode.UnprocessableEntity)).GetProperty("errors").TryGetProperty("limit_usd", out _));
        await Problem.ExpectAsync(unknown, HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private async Task<string> PutAsync(object budget)
    {
        using var answer = await administrator.At().PutAsJsonAsync(Budgets, budget, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetString()!;
        made.Add(id);
        return id;
    }

    /// <summary>On both nodes: a call that the budget does not cover is refused, whether its answer may be so long or not.</summary>
    private Task IsKnownAsync(string model) => Eventually.PassesAsync(
        async () =>
        {
            foreach (var node in (GaiaService[])[nodes.First, nodes.Second])
            {
                using var refused = await user.TryAsync(Completions, Ask("Hello", maxTokens: 1_600, model), node);
                Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            }
        },
        ct: Ct);

    private async Task<JsonElement> BudgetAsync(Guid target) =>
        (await administrator.GetAsync(Budgets)).GetProperty("budgets").EnumerateArray().Single(budget => budget.GetProperty("target_id").GetString() == $"{target}");

    private static JsonObject Ask(string message, int maxTokens, string model = ChatNodes.Model) => new()
    {
        ["model"] = model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
        ["max_tokens"] = maxTokens,
    };
}
