using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>Models of an Ollama, behind the same API: only its address is configured.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class OllamaTests(ChatNodes nodes, OllamaNode shared) : IClassFixture<OllamaNode>, IDisposable
{
    private const string Path = "/v1/chat/completions";

    private readonly ChatUser user = nodes.NewUser();
    private readonly FakeOllamaServer ollama = shared.Ollama;
    private readonly GaiaService node = shared.Node;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => user.Dispose();

    [Fact]
    public async Task They_answer_whole_and_in_streams()
    {
        var script = ollama.Play(new() { Words = ["Gu", "ten", " Tag."] });

        var whole = await user.PostAsync(Path, Ask(script.Key), node);
        await using var stream = await OpenAsync(Path, Ask(script.Key, stream: true));
        var streamed = await stream.RestAsync();

        Assert.Equal("Guten Tag.", whole.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(3, whole.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal("Guten Tag.", string.Concat(streamed.Select(e => e.Data is "[DONE]" ? "" : Sse.ContentOf(e.Json))));
        Assert.Equal(26, streamed[^2].Json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal("[DONE]", streamed[^1].Data);
    }

    [Fact]
    public async Task A_persona_speaks_through_them_and_is_remembered()
    {
        var script = ollama.Play(new() { Words = ["Beep"] });

        await using var stream = await OpenAsync("/api/v1/chat", new() { ["message"] = script.Key, ["stream"] = true });
        var events = await stream.RestAsync();
        var messages = await user.GetAsync($"/api/v1/conversations/{events[0].Json.GetProperty("conversation_id").GetString()}/messages", node);

        Assert.Contains("You are Mu", Assert.Single(script.Requests).GetProperty("messages")[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("Beep", messages.GetProperty("messages")[1].GetProperty("content").GetString());
        Assert.Equal("ollama", messages.GetProperty("messages")[1].GetProperty("provider").GetString());
        Assert.Equal(FakeOllamaServer.Model, messages.GetProperty("messages")[1].GetProperty("model").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tools_are_passed_through(bool isStreamed)
    {
        var script = ollama.Play(new() { ToolCall = ("weather", """{"city":"Bern"}""") });
        var request = Ask(script.Key, isStreamed);
        request["tools"] = new JsonArray(new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = "weather" } });

        JsonElement call;
        if (isStreamed)
        {
            await using var stream = await OpenAsync(Path, request);
            var deltas = (await stream.RestAsync()).Where(e => e.Data is not "[DONE]").SelectMany(e => e.Json.GetProperty("choices").EnumerateArray()).Select(c => c.GetProperty("delta"));
            call = Assert.Single(deltas, delta => delta.TryGetProperty("tool_calls", out _)).GetProperty("tool_calls")[0];
        }
        else
        {
            call = (await user.PostAsync(Path, request, node)).GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0];
        }

        Assert.Equal("weather", call.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("""{"city":"Bern"}""", call.GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal("weather", Assert.Single(script.Requests).GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(404, "model \"llama3.2:1b\" not found, try pulling it first", HttpStatusCode.NotFound)]
    [InlineData(400, "llama3.2:1b does not support tools", HttpStatusCode.BadRequest)]
    [InlineData(500, "llama runner process has terminated: signal: killed", HttpStatusCode.ServiceUnavailable)]
    public async Task Their_errors_are_clear_problems(int status, string says, HttpStatusCode expected)
    {
        var script = ollama.Play(new() { Status = status, Body = says });

        using var answer = await user.TryAsync(Path, Ask(script.Key), node);

        await Problem.ExpectAsync(answer, expected);
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_their_work()
    {
        var script = ollama.Play(new() { Words = ["One", " two"], IsStepwise = true });
        script.Step();
        var stream = await OpenAsync(Path, Ask(script.Key, stream: true));
        await stream.NextAsync();

        await stream.DisposeAsync();

        await script.Abandoned.WaitAsync(TimeSpan.FromMinutes(1), Ct);
    }

    private Task<Sse> OpenAsync(string path, JsonObject request) => Sse.OpenAsync(user.At(node), path, request);

    private static JsonObject Ask(string message, bool stream = false)
    {
        var request = new JsonObject
        {
            ["model"] = FakeOllamaServer.Model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
        };
        if (stream)
        {
            request["stream"] = true;
            request["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        return request;
    }
}
