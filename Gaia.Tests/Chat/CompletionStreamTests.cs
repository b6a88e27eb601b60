using System.Text.Json.Nodes;
using Gaia.Testing.Models;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class CompletionStreamTests(ChatNodes nodes)
{
    private const string Path = "/v1/chat/completions";

    [Fact]
    public async Task A_stream_has_OpenAIs_shape()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["One", " two"] });
        var request = Ask(script);
        request["stream_options"] = new JsonObject { ["include_usage"] = true };

        using var answer = await user.TryAsync(Path, request);
        var events = await Sse.ReadAllAsync(answer);

        Assert.Equal("text/event-stream; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("[DONE]", events[^1].Data);
        var chunks = events[..^1].Select(e => e.Json).ToList();
        Assert.All(chunks, c => Assert.Equal("chat.completion.chunk", c.GetProperty("object").GetString()));
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal("One two", string.Concat(chunks.Select(Sse.ContentOf)));
        Assert.Equal("stop", chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(13, chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task A_chunk_is_sent_before_the_next_one_is_written()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["One", " two"], IsStepwise = true });
        script.Step();

        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));
        Assert.Equal("One", await stream.NextContentAsync());
        script.Step();

        Assert.Equal(" two", await stream.NextContentAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_breaks_off_ends_with_an_error(bool cut)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["One", " two", " three"], CutAfter = cut ? 2 : null, GarbageAfter = cut ? null : 2, IsStepwise = true });
        script.Step(2);

        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));
        var text = await stream.NextContentAsync() + await stream.NextContentAsync();
        script.Step();
        var end = Assert.Single(await stream.RestAsync());

        Assert.Equal("One two", text);
        Assert.Contains("Model provider openai", end.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_the_providers_work_and_pays_for_what_came()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["One", " two", " three"], IsStepwise = true });
        script.Step();

        var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));
        await stream.NextContentAsync();
        await stream.DisposeAsync();

        await script.Abandoned.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(
            async () => (await user.GetAsync("/api/v1/usage")).GetProperty("total").GetProperty("completion_tokens").GetInt32() > 0,
            ct: TestContext.Current.CancellationToken);
    }

    private static JsonObject Ask(ModelScript script) => new()
    {
        ["model"] = ChatNodes.Model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = script.Key }),
        ["stream"] = true,
    };
}
