using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Gaia.Tests.Chat;

/// <summary>What administrators are told of everybody's usage.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class UsageReportTests(ChatNodes nodes) : IDisposable
{
    private const string Report = "/api/v1/admin/usage";
    private const string Completions = "/v1/chat/completions";

    private readonly ChatUser administrator = nodes.NewUser(Scopes.Admin);
    private readonly ChatUser user = nodes.NewUser();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        administrator.Dispose();
        user.Dispose();
    }

    [Fact]
    public async Task Calls_are_counted_under_their_user_key_and_persona_with_cached_and_reasoning_tokens()
    {
        var script = nodes.Models.Play(new() { Words = ["One", " two", " three"], UsageDetails = (Cached: 4, Reasoning: 2) });
        var persona = await user.PostAsync("/api/v1/chat/personas", new JsonObject { ["name"] = $"=1+{Guid.CreateVersion7()}", ["description"] = "One", ["system_prompt"] = "You count." });
        var (id, name) = (persona.GetProperty("persona").GetProperty("id").GetString()!, persona.GetProperty("persona").GetProperty("name").GetString()!);

        await user.PostAsync(Completions, Ask(script.Key));
        await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = script.Key, ["persona_id"] = id }, nodes.Second);

        await Eventually.PassesAsync(
            async () =>
            {
                foreach (var (by, key) in ((string, string)[])[("user", $"{user.Id}"), ("key", $"{user.KeyId}")])
                {
                    var both = await GroupAsync(by, key);
                    Assert.Equal((2, 22, 6, 8, 4), Counts(both));
                    Assert.Equal(0.000034m, both.GetProperty("cost").GetDecimal());
                    Assert.Equal(0, both.GetProperty("unpriced_calls").GetInt32());
                }

                var ofPersona = await GroupAsync("persona", id);
                Assert.Equal((1, 11, 3, 4, 2), Counts(ofPersona));
                Assert.Equal(name, ofPersona.GetProperty("name").GetString());
            },
            ct: Ct);

        // A spreadsheet would run it.
        var csv = await TextAsync($"{Report}?by=persona&format=csv");
        Assert.StartsWith("persona,name,calls,input_tokens,output_tokens,cached_tokens,reasoning_tokens,cost_usd,unpriced_calls\r\n", csv, StringComparison.Ordinal);
        Assert.Contains($"\r\n{id},'{name},1,11,3,4,2,0.00001", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_dimension_adds_up_to_the_same_total()
    {
        var script = nodes.Models.Play(new());
        await user.PostAsync(Completions, Ask(script.Key));
        await user.PostAsync("/v1/embeddings", new JsonObject { ["model"] = ChatNodes.Model, ["input"] = "Hello" });

        await Eventually.PassesAsync(
            async () =>
            {
                Assert.Equal(2, (await GroupAsync("user", $"{user.Id}")).GetProperty("calls").GetInt32());
                List<(int, int, int, int, int)> totals = [];
                foreach (var by in (string[])["model", "user", "key", "persona", "route", "day"])
                {
                    var summary = await administrator.GetAsync($"{Report}?by={by}");
                    Assert.Equal(by, summary.GetProperty("by").GetString());
                    Assert.False(summary.GetProperty("truncated").GetBoolean());
                    totals.Add(Counts(summary.GetProperty("total")));
                    Assert.Equal(summary.GetProperty("total").GetProperty("calls").GetInt32(), Groups(summary).Sum(group => group.GetProperty("calls").GetInt32()));
                }

                Assert.Single(totals.Distinct());
            },
            ct: Ct);
        Assert.Contains(Groups(await administrator.GetAsync($"{Report}?by=route")), group => group.GetProperty("key").GetString() == "/v1/embeddings");
        Assert.Equal($"{DateTime.UtcNow:yyyy-MM-dd}", Groups(await administrator.GetAsync($"{Report}?by=day"))[^1].GetProperty("key").GetString());
    }

    [Fact]
    public async Task What_has_no_price_costs_nobody_knows_what_rather_than_nothing()
    {
        var script = nodes.Models.Play(new());
        await user.PostAsync(Completions, Ask(script.Key, "fake-small"));

        await Eventually.PassesAsync(
            async () =>
            {
                var group = await GroupAsync("user", $"{user.Id}");
                Assert.Equal(JsonValueKind.Null, group.GetProperty("cost").ValueKind);
                Assert.Equal((1, 1), (group.GetProperty("calls").GetInt32(), group.GetProperty("unpriced_calls").GetInt32()));
            },
            ct: Ct);

        await user.PostAsync(Completions, Ask(script.Key));
        await Eventually.PassesAsync(
            async () =>
            {
                var group = await GroupAsync("user", $"{user.Id}");
                Assert.Equal(0.000017m, group.GetProperty("cost").GetDecimal());
                Assert.Equal((2, 1), (group.GetProperty("calls").GetInt32(), group.GetProperty("unpriced_calls").GetInt32()));
            },
            ct: Ct);
    }

    [Fact]
    public async Task Cached_input_has_a_price_of_its_own()
    {
        await using var node = await GaiaService.StartAsync(Resources.Chat, new Dictionary<string, string>(nodes.Settings(nodes.Models)) { [$"Models__Prices__{ChatNodes.Model}__CachedInput"] = "0.1" }, Ct);
        var script = nodes.Models.Play(new() { UsageDetails = (Cached: 10, Reasoning: 0) });

        await user.PostAsync(Completions, Ask(script.Key), node);

        // One token at a dollar for a million, ten at a tenth, and three at two dollars.
        await Eventually.PassesAsync(async () => Assert.Equal(0.000008m, (await GroupAsync("user", $"{user.Id}")).GetProperty("cost").GetDecimal()), ct: Ct);
    }

    [Fact]
    public async Task A_forecast_goes_by_the_last_week_however_few_of_its_days_had_a_call()
    {
        var database = nodes.Postgres.ConnectionStringTo("forecastdb");
        await using var node = await GaiaService.StartAsync(Resources.Chat, new Dictionary<string, string>(nodes.Settings()) { ["ConnectionStrings__chatdb"] = database }, Ct);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Ct);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO usage (id, user_id, day, model, provider, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, cost, is_estimated)
            SELECT gen_random_uuid(), gen_random_uuid(), (now() AT TIME ZONE 'UTC')::date - age, 'm', 'p', 1, 1, 0, 0, 14, false FROM unnest(ARRAY[100, 1]) AS age
            """,
            connection);
        await insert.ExecuteNonQueryAsync(Ct);

        Assert.Equal(2m, (await administrator.GetAsync("/api/v1/admin/cost", node)).GetProperty("daily").GetDecimal());
    }

    [Fact]
    public async Task A_table_that_is_cut_says_so()
    {
        using var another = nodes.NewUser();
        await user.PostAsync(Completions, Ask("Hello"));
        await another.PostAsync(Completions, Ask("Hello"));

        await Eventually.PassesAsync(
            async () => Assert.EndsWith("\r\n(there are more)\r\n", await administrator.At().GetStringAsync($"{Report}?by=user&format=csv&limit=1", Ct), StringComparison.Ordinal), ct: Ct);
    }

    [Fact]
    public async Task The_cost_of_the_month_is_that_of_its_calls_and_the_forecast_is_no_less()
    {
        var script = nodes.Models.Play(new());
        await user.PostAsync(Completions, Ask(script.Key));

        await Eventually.PassesAsync(
            async () =>
            {
                Assert.Equal(1, (await GroupAsync("user", $"{user.Id}")).GetProperty("calls").GetInt32());
                var report = await administrator.GetAsync("/api/v1/admin/cost");
                var total = (await administrator.GetAsync($"{Report}?from={DateTime.UtcNow:yyyy-MM}-01")).GetProperty("total");
                var cost = report.GetProperty("cost").GetDecimal();
                Assert.Equal((total.GetProperty("cost").GetDecimal(), total.GetProperty("unpriced_calls").GetInt32()), (cost, report.GetProperty("unpriced_calls").GetInt32()));
                Assert.Equal(cost, report.GetProperty("days").EnumerateArray().Sum(day => day.GetProperty("cost").GetDecimal()));
                Assert.True(report.GetProperty("forecast").GetDecimal() >= Math.Round(cost, 6));
                Assert.True(report.GetProperty("daily").GetDecimal() > 0);
            },
            ct: Ct);
    }

    [Fact]
    public async Task It_is_for_administrators_and_says_what_is_wrong_with_a_question()
    {
        using var refused = await user.At().GetAsync(Report, Ct);
        using var unknown = await administrator.At().GetAsync($"{Report}?by=weather", Ct);
        using var backwards = await administrator.At().GetAsync($"{Report}?from=2026-02-01&to=2026-01-01", Ct);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.True((await Problem.ExpectAsync(unknown, HttpStatusCode.UnprocessableEntity)).GetProperty("errors").TryGetProperty("by", out _));
        Assert.Equal("from", (await Problem.ExpectAsync(backwards, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    private async Task<JsonElement> GroupAsync(string by, string key) =>
        Groups(await administrator.GetAsync($"{Report}?by={by}&limit=10000")).Single(group => group.GetProperty("key").GetString() == key);

    private async Task<string> TextAsync(string path)
    {
        using var answer = await administrator.At().GetAsync(path, Ct);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(Ct);
    }

    private static List<JsonElement> Groups(JsonElement summary) => [.. summary.GetProperty("groups").EnumerateArray()];

    private static (int Calls, int Input, int Output, int Cached, int Reasoning) Counts(JsonElement sum) => (
        sum.GetProperty("calls").GetInt32(),
        sum.GetProperty("input_tokens").GetInt32(),
        sum.GetProperty("output_tokens").GetInt32(),
        sum.GetProperty("cached_tokens").GetInt32(),
        sum.GetProperty("reasoning_tokens").GetInt32());

    private static JsonObject Ask(string message, string model = ChatNodes.Model) => new()
    {
        ["model"] = model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
    };
}
