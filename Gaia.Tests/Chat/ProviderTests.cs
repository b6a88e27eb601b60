using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Testing.Models;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class ProviderTests(ChatNodes nodes)
{
    private const string Path = "/v1/chat/completions";

    [Fact]
    public async Task Without_a_provider_the_offline_model_says_so_and_always_answers_alike()
    {
        await using var node = await StartAsync([]);
        using var user = nodes.NewUser();

        var answers = new[]
        {
            await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = "Good morning" }, node),
            await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = "Good morning" }, node),
        };
        var next = await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = "And again", ["conversation_id"] = ConversationOf(answers[0]) }, node);

        Assert.Equal(TextOf(answers[0]), TextOf(answers[1]));
        Assert.Contains("I am Mu", TextOf(answers[0]), StringComparison.Ordinal);
        Assert.Contains("offline model", TextOf(answers[0]), StringComparison.Ordinal);
        Assert.Contains("\"Good morning\"", TextOf(next), StringComparison.Ordinal);
        Assert.Equal("rehearsal", next.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Two_variables_are_enough_to_talk_to_a_real_provider()
    {
        await using var node = await StartAsync(new() { ["OPENAI_BASE_URL"] = nodes.Models.Url, ["OPENAI_MODELS"] = "first, org/second:free" });
        using var user = nodes.NewUser();

        var models = await user.GetAsync("/v1/models", node);
        var answer = await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = "Hello" }, node);

        Assert.Equal(["first", "org/second:free"], models.GetProperty("data").EnumerateArray().Take(2).Select(m => m.GetProperty("id").GetString()));
        Assert.Equal("org/second:free", (await user.GetAsync("/v1/models/org%2Fsecond:free", node)).GetProperty("id").GetString());
        Assert.Equal("Mu", (await user.GetAsync("/v1/models/persona:Mu", node)).GetProperty("owned_by").GetString());
        Assert.Equal("first", answer.GetProperty("model").GetString());
        Assert.Equal("You said: Hello", TextOf(answer));
    }

    [Fact]
    public async Task An_Ollama_that_starts_later_is_found()
    {
        var port = FreePort.Next();
        await using var node = await StartAsync(new() { ["OLLAMA_URL"] = $"http://127.0.0.1:{port}" });
        using var user = nodes.NewUser();

        await using var ollama = await FakeModelServer.StartAsync(port);
        await Eventually.IsTrueAsync(
            async () => (await user.GetAsync("/v1/models", node)).GetProperty("data").EnumerateArray().Any(m => m.GetProperty("id").GetString() == "fake"),
            ct: TestContext.Current.CancellationToken);

        Assert.Equal("You said: Hello", TextOf(await user.PostAsync(Path, Ask("fake"), node)));
    }

    [Fact]
    public async Task When_the_first_provider_is_away_the_next_one_answers()
    {
        await using var node = await StartAsync(new()
        {
            ["Models__Providers__0__Name"] = "away",
            ["Models__Providers__0__Url"] = $"http://127.0.0.1:{FreePort.Next()}/v1",
            ["Models__Providers__0__Models__0"] = "shared",
            ["Models__Providers__1__Name"] = "there",
            ["Models__Providers__1__Url"] = nodes.Models.Url,
            ["Models__Providers__1__Models__0"] = "shared",
        });
        using var user = nodes.NewUser();

        Assert.Equal("You said: Hello", TextOf(await user.PostAsync(Path, Ask("shared"), node)));
        var stored = await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = "Hello" }, node);
        var messages = await user.GetAsync($"/api/v1/conversations/{ConversationOf(stored)}/messages", node);
        Assert.Equal("there", messages.GetProperty("messages")[1].GetProperty("provider").GetString());
    }

    [Fact]
    public async Task A_provider_that_keeps_failing_is_left_alone_for_a_while()
    {
        await using var node = await StartAsync(new()
        {
            ["Models__Providers__0__Name"] = "broken",
            ["Models__Providers__0__Url"] = nodes.Models.Url,
            ["Models__Providers__0__Models__0"] = "fake",
            ["Models__Providers__0__Retries"] = "0",
            ["Models__Providers__0__BreakerCalls"] = "4",
        });
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = 500, Body = "{}" });

        for (var call = 0; call < 8; call++)
        {
            using var answer = await user.TryAsync(Path, Ask("fake", $"{script.Key} {call}"), node);
            await Problem.ExpectAsync(answer, HttpStatusCode.ServiceUnavailable, "Model provider broken unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        Assert.Equal(4, script.Requests.Count);
    }

    [Fact]
    public async Task The_retries_of_one_client_make_a_provider_unavailable_for_nobody_else()
    {
        await using var node = await StartAsync(new()
        {
            ["Models__Providers__0__Name"] = "broken",
            ["Models__Providers__0__Url"] = nodes.Models.Url,
            ["Models__Providers__0__Models__0"] = "fake",
            ["Models__Providers__0__BreakerCalls"] = "4",
        });
        using var ada = nodes.NewUser();
        using var bob = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = 500, Body = "{}" });

        for (var retry = 0; retry < 10; retry++)
        {
            using var failed = await ada.TryAsync(Path, Ask("fake", script.Key), node);
            await Problem.ExpectAsync(failed, HttpStatusCode.ServiceUnavailable);
        }

        Assert.Equal("You said: Hello", TextOf(await bob.PostAsync(Path, Ask("fake"), node)));
    }

    [Fact]
    public async Task A_provider_that_thinks_too_long_is_given_up()
    {
        await using var node = await StartAsync(new()
        {
            ["Models__Providers__0__Name"] = "slow",
            ["Models__Providers__0__Url"] = nodes.Models.Url,
            ["Models__Providers__0__Models__0"] = "fake",
            ["Models__Providers__0__AnswerTimeout"] = "00:00:00.500",
            ["Models__Providers__0__FirstTokenTimeout"] = "00:00:00.500",
        });
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { IsStepwise = true });

        using var whole = await user.TryAsync(Path, Ask("fake", script.Key), node);
        using var streamed = await user.TryAsync(Path, Ask("fake", script.Key, stream: true), node);

        await Problem.ExpectAsync(whole, HttpStatusCode.GatewayTimeout, "Model provider slow did not answer in time");
        await Problem.ExpectAsync(streamed, HttpStatusCode.GatewayTimeout, "Model provider slow did not answer in time");
    }

    private async Task<GaiaService> StartAsync(Dictionary<string, string> providers)
    {
        var settings = nodes.Settings();
        foreach (var (name, value) in providers)
        {
            settings[name] = value;
        }

        return await GaiaService.StartAsync(Resources.Chat, settings, TestContext.Current.CancellationToken);
    }

    private static JsonObject Ask(string model, string message = "Hello", bool stream = false) => new()
    {
        ["model"] = model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
        ["stream"] = stream,
    };

    private static string TextOf(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    private static string ConversationOf(JsonElement answer) => answer.GetProperty("_metadata").GetProperty("conversation_id").GetString()!;
}
