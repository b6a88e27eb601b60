using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>Models of Anthropic's, behind the same API.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class AnthropicTests(ChatNodes nodes, AnthropicNode shared) : IClassFixture<AnthropicNode>, IDisposable
{
    private const string Path = "/v1/chat/completions";
    private const string Model = AnthropicNode.Model;

    private readonly ChatUser user = nodes.NewUser();
    private readonly FakeAnthropicServer anthropic = shared.Anthropic;
    private readonly GaiaService node = shared.Node;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => user.Dispose();

    [Fact]
    public async Task They_answer_whole_and_in_streams()
    {
        var script = anthropic.Play(new() { Words = ["Bon", "jour", "."] });

        var whole = await user.PostAsync(Path, Ask(script.Key), node);
        await using var stream = await OpenAsync(script.Key);
        var streamed = await stream.RestAsync();

        Assert.Equal("Bonjour.", whole.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("stop", whole.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal((11, 3), TokensOf(whole.GetProperty("usage")));
        Assert.Equal("Bonjour.", string.Concat(streamed.Select(e => e.Data is "[DONE]" ? "" : Sse.ContentOf(e.Json))));
        Assert.Equal("[DONE]", streamed[^1].Data);
        Assert.Equal((11, 3), TokensOf(streamed[^2].Json.GetProperty("usage")));
    }

    [Fact]
    public async Task A_persona_speaks_in_their_system_prompt()
    {
        var script = anthropic.Play(new());

        await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = script.Key }, node);

        Assert.Contains("You are Mu", Assert.Single(script.Requests).GetProperty("system").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task They_call_tools(bool stream)
    {
        var script = anthropic.Play(new() { ToolCall = ("get_weather", """{"city":"Paris"}""") });
        var request = Ask(script.Key);
        request["tools"] = new JsonArray(JsonNode.Parse(
            """{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}"""));

        JsonElement call;
        string? reason;
        string arguments;
        if (stream)
        {
            request["stream"] = true;
            await using var events = await Sse.OpenAsync(user.At(node), Path, request);
            var chunks = (await events.RestAsync()).Where(e => e.Data is not "[DONE]").Select(e => e.Json.GetProperty("choices")[0]).ToList();
            var parts = chunks.Select(c => c.GetProperty("delta")).Where(d => d.TryGetProperty("tool_calls", out _)).Select(d => d.GetProperty("tool_calls")[0]).ToList();
            Assert.Equal(["", "{\"ci", "ty\":\"Paris\"}"], parts.Select(ArgumentsOf));
            Assert.All(parts[1..], part => Assert.Equal(["index", "function"], part.EnumerateObject().Select(member => member.Name)));
            (call, arguments) = (parts[0], string.Concat(parts.Select(ArgumentsOf)));
            reason = chunks[^1].GetProperty("finish_reason").GetString();
        }
        else
        {
            var choice = (await user.PostAsync(Path, request, node)).GetProperty("choices")[0];
            (call, reason) = (choice.GetProperty("message").GetProperty("tool_calls")[0], choice.GetProperty("finish_reason").GetString());
            arguments = ArgumentsOf(call);
        }

        Assert.Equal("get_weather", call.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("Paris", JsonElement.Parse(arguments).GetProperty("city").GetString());
        Assert.Equal("tool_calls", reason);
        var tool = Assert.Single(script.Requests).GetProperty("tools")[0];
        Assert.Equal("get_weather", tool.GetProperty("name").GetString());
        Assert.Equal("string", tool.GetProperty("input_schema").GetProperty("properties").GetProperty("city").GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_streamed_call_without_arguments_has_an_empty_object()
    {
        var script = anthropic.Play(new() { ToolCall = ("get_time", "") });

        await using var stream = await OpenAsync(script.Key);
        var parts = (await stream.RestAsync())[..^1].SelectMany(e => e.Json.GetProperty("choices").EnumerateArray())
            .Select(choice => choice.GetProperty("delta")).Where(d => d.TryGetProperty("tool_calls", out _)).Select(d => ArgumentsOf(d.GetProperty("tool_calls")[0]));

        Assert.Equal("{}", string.Concat(parts));
    }

    [Theory]
    [InlineData("""{"role":"function","name":"f","content":"1"}""", "messages[1].role")]
    [InlineData("""{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}""", "messages[1].function_call")]
    [InlineData("""{"role":"assistant","content":null,"audio":{"id":"audio_1"}}""", "messages[1].audio")]
    public async Task Messages_that_they_cannot_read_are_refused_by_name(string message, string field)
    {
        var script = anthropic.Play(new());
        var request = Ask(script.Key);
        request["messages"]!.AsArray().Add(JsonNode.Parse(message));

        using var answer = await user.TryAsync(Path, request, node);

        var error = (await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest)).GetProperty("error");
        Assert.Equal((field, "unsupported_parameter"), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData(529, "overloaded_error", "Overloaded", HttpStatusCode.ServiceUnavailable, "provider_unavailable")]
    [InlineData(429, "rate_limit_error", "Slow down", HttpStatusCode.TooManyRequests, "rate_limit_exceeded")]
    [InlineData(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", HttpStatusCode.BadRequest, "context_length_exceeded")]
    [InlineData(400, "invalid_request_error", "temperature: must be at most 1", HttpStatusCode.BadRequest, "provider_refused")]
    public async Task Their_errors_are_clear_problems(int status, string type, string message, HttpStatusCode expected, string code)
    {
        var script = anthropic.Play(new() { Status = status, Body = $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"}}""" });

        using var answer = await user.TryAsync(Path, Ask(script.Key), node);

        Assert.Equal(code, (await Problem.ExpectAsync(answer, expected)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("n", "2")]
    [InlineData("seed", "7")]
    [InlineData("logprobs", "true")]
    [InlineData("reasoning_effort", "\"low\"")]
    [InlineData("presence_penalty", "1")]
    public async Task What_they_have_no_equivalent_of_is_refused_by_name(string parameter, string value)
    {
        var script = anthropic.Play(new());
        var request = Ask(script.Key);
        request[parameter] = JsonNode.Parse(value);

        using var answer = await user.TryAsync(Path, request, node);

        var error = (await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest)).GetProperty("error");
        Assert.Equal((parameter, "unsupported_parameter"), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        Assert.Empty(script.Requests);
    }

    [Fact]
    public async Task A_malformed_call_in_the_history_does_not_end_the_conversation()
    {
        var script = anthropic.Play(new());
        var request = Ask(script.Key);
        request["messages"]!.AsArray().Add(JsonNode.Parse("""{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\": "}}]}"""));
        request["messages"]!.AsArray().Add(JsonNode.Parse("""{"role":"tool","tool_call_id":"c1","content":"bad arguments"}"""));

        await user.PostAsync(Path, request, node);

        Assert.Contains("{\\\"a\\\": ", Assert.Single(script.Requests).GetProperty("messages")[1].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Their_streams_have_one_chunk_with_a_finish_reason()
    {
        var script = anthropic.Play(new() { ToolCall = ("get_weather", """{"city":"Paris"}""") });

        await using var stream = await OpenAsync(script.Key);
        var chunks = (await stream.RestAsync())[..^1].Select(e => e.Json).ToList();

        Assert.Equal([null, null, null, "tool_calls"], chunks[..^1].Select(c => c.GetProperty("choices")[0].GetProperty("finish_reason").GetString()));
        Assert.Empty(chunks[^2].GetProperty("choices")[0].GetProperty("delta").EnumerateObject());
        Assert.All(chunks[..^1], c => Assert.Equal(JsonValueKind.Null, c.GetProperty("usage").ValueKind));
        Assert.Equal(JsonValueKind.Object, chunks[^1].GetProperty("usage").ValueKind);
    }

    [Fact]
    public async Task A_key_that_they_do_not_take_is_told_and_not_shown()
    {
        await using var locked = await shared.StartAsync("sk-ant-wrong");
        var script = anthropic.Play(new());

        using var answer = await user.TryAsync(Path, Ask(script.Key), locked);

        await Problem.ExpectAsync(answer, HttpStatusCode.BadGateway, "Model provider anthropic does not accept the key that Gaia has for it");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_breaks_off_ends_with_an_error(bool cut)
    {
        var script = anthropic.Play(new() { Words = ["One", " two", " three"], CutAfter = cut ? 1 : null, GarbageAfter = cut ? null : 1, IsStepwise = true });
        script.Step();

        await using var stream = await OpenAsync(script.Key);
        var first = await stream.NextContentAsync();
        script.Step();
        var end = Assert.Single(await stream.RestAsync());

        Assert.Equal("One", first);
        Assert.Equal("server_error", end.Json.GetProperty("error").GetProperty("type").GetString());
    }

    private Task<Sse> OpenAsync(string message)
    {
        var request = Ask(message);
        request["stream"] = true;
        request["stream_options"] = new JsonObject { ["include_usage"] = true };
        return Sse.OpenAsync(user.At(node), Path, request);
    }

    private static string ArgumentsOf(JsonElement call) => call.GetProperty("function").GetProperty("arguments").GetString()!;

    private static JsonObject Ask(string message) => new()
    {
        ["model"] = Model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
    };

    private static (int Prompt, int Completion) TokensOf(JsonElement usage) =>
        (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
}
