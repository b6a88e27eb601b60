using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Testing.Models;

namespace Gaia.Tests.Chat;

/// <summary>Tools and images in conversations that Gaia keeps.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class ConversationToolTests(ChatNodes nodes)
{
    private const string Chat = "/api/v1/chat";
    private const string Conversations = "/api/v1/conversations";
    private const string Arguments = """{"city":"Rome"}""";
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static JsonArray Tools => JsonNode.Parse(
        """[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]""")!.AsArray();

    private static JsonObject Result(string id = "call_1", string content = "28 degrees") => new() { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = content };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_and_its_result_stay_in_the_conversation(bool isStreamed)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { ToolCall = ("weather", Arguments), Words = ["It is warm."] });

        var conversation = await AskAsync(user, script, isStreamed);
        var answer = await user.PostAsync(
            Chat, new JsonObject { ["conversation_id"] = conversation, ["messages"] = new JsonArray(Result()), ["tools"] = Tools }, nodes.Second);
        await user.PostAsync(Chat, new JsonObject { ["conversation_id"] = conversation, ["message"] = "Thanks" });

        Assert.Equal("It is warm.", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        var asked = script.Requests.ToList();
        Assert.Equal("weather", asked[0].GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(["system", "user", "assistant", "tool"], Roles(asked[1]));
        Assert.Equal(["system", "user", "assistant", "tool", "assistant", "user"], Roles(asked[2]));
        var call = asked[2].GetProperty("messages")[2].GetProperty("tool_calls")[0];
        Assert.Equal(("call_1", Arguments), (call.GetProperty("id").GetString(), call.GetProperty("function").GetProperty("arguments").GetString()));
        Assert.False(asked[2].GetProperty("messages")[2].TryGetProperty("content", out _));
        Assert.Equal("28 degrees", asked[2].GetProperty("messages")[3].GetProperty("content").GetString());

        var stored = await MessagesAsync(user, conversation);
        Assert.Equal(["user", "assistant", "tool", "assistant", "user", "assistant"], stored.Select(m => m.GetProperty("role").GetString()));
        Assert.Equal("weather", stored[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(("call_1", "28 degrees"), (stored[2].GetProperty("tool_call_id").GetString(), stored[2].GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Results_that_answer_no_call_are_refused_and_nothing_is_stored()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { ToolCall = ("weather", Arguments) });
        var conversation = await AskAsync(user, script, isStreamed: false);

        foreach (var results in new[] { new JsonArray(Result("call_2")), [Result(), Result()] })
        {
            using var refused = await user.TryAsync(Chat, new JsonObject { ["conversation_id"] = conversation, ["messages"] = results });
            await Problem.ExpectAsync(refused, HttpStatusCode.BadRequest);
        }

        using var nowhere = await user.TryAsync(Chat, new JsonObject { ["messages"] = new JsonArray(Result()) });
        await Problem.ExpectAsync(nowhere, HttpStatusCode.BadRequest);
        Assert.Equal(2, (await MessagesAsync(user, conversation)).Count);
        Assert.Single(script.Requests);
    }

    [Fact]
    public async Task A_call_without_a_result_does_not_stop_the_conversation()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { ToolCall = ("weather", Arguments) });
        var conversation = await AskAsync(user, script, isStreamed: false);

        await user.PostAsync(Chat, new JsonObject { ["conversation_id"] = conversation, ["message"] = "Never mind" });

        Assert.Equal(["system", "user", "assistant", "tool", "user"], Roles(script.Requests.Last()));
    }

    [Fact]
    public async Task A_caller_who_repeats_the_whole_conversation_adds_only_what_is_new()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { ToolCall = ("weather", Arguments), Words = ["Warm."] });
        var conversation = await AskAsync(user, script, isStreamed: false);
        var call = new JsonObject { ["id"] = "call_1", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "weather", ["arguments"] = Arguments } };

        await user.PostAsync(Chat, new JsonObject
        {
            ["conversation_id"] = conversation,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = script.Key },
                new JsonObject { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray(call) },
                Result()),
        });

        Assert.Equal(["user", "assistant", "tool", "assistant"], (await MessagesAsync(user, conversation)).Select(m => m.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task An_answer_that_is_stopped_calls_no_tool()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new()
        {
            Chunks =
            [
                """{"choices":[{"index":0,"delta":{"role":"assistant","content":"Let me see."}}]}""",
                """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"ci"}}]}}]}""",
            ],
        });

        var conversation = await AskAsync(user, script, isStreamed: true);

        var stored = await MessagesAsync(user, conversation);
        Assert.Equal("Let me see.", stored[1].GetProperty("content").GetString());
        Assert.Equal(JsonValueKind.Null, stored[1].GetProperty("tool_calls").ValueKind);
    }

    [Fact]
    public async Task An_image_stays_in_the_conversation_and_is_shown_to_its_owner()
    {
        using var user = nodes.NewUser();
        using var other = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var image = new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = $"data:image/png;base64,{Pixel}", ["detail"] = "low" } };
        var said = new JsonObject { ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = script.Key }, image) };

        var answer = await user.PostAsync(Chat, new JsonObject { ["messages"] = new JsonArray(said) });
        var conversation = ConversationOf(answer);
        await user.PostAsync(Chat, new JsonObject { ["conversation_id"] = conversation, ["message"] = "And what is behind it?" }, nodes.Second);

        var repeated = script.Requests.Last().GetProperty("messages")[1].GetProperty("content")[1].GetProperty("image_url");
        Assert.Equal(($"data:image/png;base64,{Pixel}", "low"), (repeated.GetProperty("url").GetString(), repeated.GetProperty("detail").GetString()));

        var shown = (await MessagesAsync(user, conversation))[0];
        Assert.Equal(script.Key, shown.GetProperty("content").GetString());
        var link = shown.GetProperty("parts")[1].GetProperty("image_url").GetProperty("url").GetString()!;
        using var picture = await user.At().GetAsync(link, TestContext.Current.CancellationToken);
        Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Convert.FromBase64String(Pixel), await picture.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var hidden = await other.At().GetAsync(link, TestContext.Current.CancellationToken);
        await Problem.ExpectAsync(hidden, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_Gaia_does_not_read_itself_reaches_the_provider()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());

        await user.PostAsync(Chat, new JsonObject { ["message"] = script.Key, ["seed"] = 7, ["reasoning_effort"] = "low", ["max_tokens"] = 50 });

        var asked = Assert.Single(script.Requests);
        Assert.Equal(7, asked.GetProperty("seed").GetInt32());
        Assert.Equal("low", asked.GetProperty("reasoning_effort").GetString());
        Assert.Equal(50, asked.GetProperty("max_tokens").GetInt32());
    }

    [Fact]
    public async Task What_a_conversation_cannot_do_is_refused_by_name()
    {
        using var user = nodes.NewUser();
        using var several = await user.TryAsync(Chat, new JsonObject { ["message"] = "Hello", ["n"] = 2 });
        Assert.Contains("\"n\"", await several.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
        Assert.InRange((int)several.StatusCode, 400, 422);

        using var old = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent($$"""{"message":"Hello","tools":{{Tools.ToJsonString()}}}""", null, "application/json") };
        old.Headers.Add("X-Response-Format", "v0.3");
        using var refused = await user.At().SendAsync(old, TestContext.Current.CancellationToken);
        await Problem.ExpectAsync(refused, HttpStatusCode.BadRequest);
    }

    private static async Task<string> AskAsync(ChatUser user, ModelScript script, bool isStreamed)
    {
        var question = new JsonObject { ["message"] = script.Key, ["tools"] = Tools, ["stream"] = isStreamed };
        if (!isStreamed)
        {
            return ConversationOf(await user.PostAsync(Chat, question));
        }

        await using var events = await Sse.OpenAsync(user.At(), Chat, question);
        var first = await events.NextAsync();
        await events.RestAsync();
        return first.Json.GetProperty("conversation_id").GetString()!;
    }

    private static string ConversationOf(JsonElement answer) => answer.GetProperty("_metadata").GetProperty("conversation_id").GetString()!;

    private static async Task<List<JsonElement>> MessagesAsync(ChatUser user, string conversation) =>
        [.. (await user.GetAsync($"{Conversations}/{conversation}/messages")).GetProperty("messages").EnumerateArray()];

    private static IEnumerable<string?> Roles(JsonElement request) => request.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString());
}
