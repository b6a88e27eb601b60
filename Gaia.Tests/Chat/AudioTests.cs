using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>Speech and transcriptions that are priced by characters and minutes, and those that come as events.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class AudioTests(ChatNodes nodes, AudioNode shared) : IClassFixture<AudioNode>
{
    private const string Model = AudioNode.Model;

    private readonly GaiaService node = shared.Node;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("json", 12)]
    [InlineData("verbose_json", 90.5)]
    [InlineData("srt", 63.25)]
    [InlineData("vtt", 63.25)]

    // Ten letters, of which a minute has 900.
    [InlineData("text", 60 * 10 / 900.0)]
    public async Task A_recording_costs_by_the_minute(string format, double seconds)
    {
        using var user = nodes.NewUser();

        using var answer = await TranscribeAsync(user, node, ("response_format", format));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await CostIsAsync(user, seconds);
    }

    [Fact]
    public async Task A_recording_that_a_budget_may_not_cover_is_not_sent()
    {
        await using var limited = await shared.StartAsync(("BUDGET_USD", "0.50"));
        using var user = nodes.NewUser();

        using var answer = await TranscribeAsync(user, limited);

        await Problem.ExpectAsync(answer, HttpStatusCode.TooManyRequests);
        Assert.DoesNotContain(nodes.Models.Others, other => other.Body.Contains($"{user.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Speech_costs_by_the_character()
    {
        using var user = nodes.NewUser();

        await user.TryAsync("/v1/audio/speech", new JsonObject { ["model"] = Model, ["input"] = "Grüße 👋", ["voice"] = "alloy" }, node);

        await CostIsAsync(user, 7);
    }

    [Fact]
    public async Task A_transcription_is_streamed()
    {
        using var user = nodes.NewUser();

        using var answer = await TranscribeAsync(user, node, ("stream", "true"));
        var events = await Sse.ReadAllAsync(answer);

        Assert.Equal("Hear, hear", string.Concat(events[..2].Select(one => one.Json.GetProperty("delta").GetString())));
        Assert.Equal(("transcript.text.done", "[DONE]"), (events[2].Json.GetProperty("type").GetString(), events[3].Data));
        await CostIsAsync(user, 3);
    }

    [Fact]
    public async Task A_model_that_does_not_stream_tells_all_in_one_event()
    {
        using var user = nodes.NewUser();

        using var answer = await TranscribeAsync(user, node, ("stream", "true"), ("response_format", "verbose_json"));

        Assert.Equal("Hear, hear", (await Sse.ReadAllAsync(answer))[0].Json.GetProperty("text").GetString());
        await CostIsAsync(user, 90.5);
    }

    [Fact]
    public async Task Speech_is_streamed_as_events_to_those_who_want_them()
    {
        using var user = nodes.NewUser();

        await using var stream = await Sse.OpenAsync(
            user.At(node), "/v1/audio/speech", new JsonObject { ["model"] = Model, ["input"] = "Hello", ["voice"] = "alloy", ["stream_format"] = "sse" });
        var events = await stream.RestAsync();

        Assert.Equal(["speech.audio.delta", "speech.audio.done"], events[..^1].Select(one => one.Json.GetProperty("type").GetString()));
        await CostIsAsync(user, 5);
    }

    private static Task<HttpResponseMessage> TranscribeAsync(ChatUser user, GaiaService node, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(Model), "model" },
            { new StringContent($"{user.Id}"), "prompt" },
            { new ByteArrayContent(new byte[2_500]), "file", "a.mp3" },
        };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return user.At(node).PostAsync("/v1/audio/transcriptions", form, Ct);
    }

    private async Task CostIsAsync(ChatUser user, double dollars) => await Eventually.PassesAsync(
        async () => Assert.Equal(dollars, (await user.GetAsync("/api/v1/usage", node)).GetProperty("total").GetProperty("cost").GetDouble(), tolerance: 0.001),
        ct: Ct);
}
