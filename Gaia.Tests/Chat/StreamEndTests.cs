using System.Net;
using NATS.Client.Core;
using NATS.Client.JetStream;
using static Gaia.Tests.Chat.StreamSteps;

namespace Gaia.Tests.Chat;

/// <summary>Streams that end before the model has said everything.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class StreamEndTests(ChatNodes nodes)
{
    private const string Path = "/api/v1/chat";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_is_stopped_from_any_node_and_what_was_said_is_kept(bool fromAnotherNode)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Half", " whole"], IsStepwise = true });
        script.Step();
        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));
        var metadata = await stream.NextAsync();
        await stream.NextAsync();

        using var stopped = await user.At(fromAnotherNode ? nodes.Second : nodes.First)
            .DeleteAsync($"/api/v1/chat/streams/{RequestIdOf(stream)}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
        await script.Abandoned.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var rest = await stream.RestAsync();
        Assert.Equal("stopped", rest[^2].Json.GetProperty("finish_reason").GetString());
        Assert.Equal("Half", await AnswerAsync(user, metadata));
    }

    [Fact]
    public async Task A_message_whose_answer_is_stopped_before_it_began_is_kept()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { IsStepwise = true });
        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));

        using var stopped = await user.At().DeleteAsync($"/api/v1/chat/streams/{RequestIdOf(stream)}", TestContext.Current.CancellationToken);
        var events = await stream.RestAsync();

        Assert.Equal("stopped", events[^2].Json.GetProperty("finish_reason").GetString());
        Assert.Equal(1, (await user.GetAsync("/api/v1/chat/status")).GetProperty("message_count").GetInt32());
    }

    [Fact]
    public async Task An_answer_that_breaks_off_ends_with_an_error_and_its_beginning_is_kept()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["One", " two", " three"], CutAfter = 2, IsStepwise = true });
        script.Step(2);

        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));
        List<SseEvent> events = [await stream.NextAsync(), await stream.NextAsync(), await stream.NextAsync()];
        script.Step();
        events.AddRange(await stream.RestAsync());

        Assert.Equal("error", events[^3].Json.GetProperty("type").GetString());
        Assert.Equal("error", events[^2].Json.GetProperty("finish_reason").GetString());
        Assert.Equal("One two", await AnswerAsync(user, events[0]));
    }

    [Fact]
    public async Task The_end_of_a_node_is_told_to_those_who_resume_elsewhere()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Cut", " short"], IsStepwise = true });
        script.Step();
        await using var third = await GaiaService.StartAsync(Resources.Chat, nodes.Settings(nodes.Models), TestContext.Current.CancellationToken);
        var stream = await Sse.OpenAsync(user.At(third), Path, Ask(script));
        await stream.NextAsync();
        await using var resumed = await ResumeAsync(user, RequestIdOf(stream), null, nodes.Second);
        List<SseEvent> seen = [];
        while (TextOf(seen) != "Cut")
        {
            seen.Add(await resumed.NextAsync());
        }

        await third.KillAsync(TestContext.Current.CancellationToken);
        seen.AddRange(await resumed.RestAsync());

        Assert.Equal("Cut", TextOf(seen));
        Assert.Equal("stream_lost", seen[^2].Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_question_is_kept_when_its_node_is_killed_and_the_streams_are_lost()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Cut", " short"], IsStepwise = true });
        script.Step();
        await using var third = await GaiaService.StartAsync(Resources.Chat, nodes.Settings(nodes.Models), TestContext.Current.CancellationToken);
        await using var nats = new NatsConnection(new() { Url = nodes.Nats.Url });
        var streams = new NatsJSContext(nats);
        var stream = await Sse.OpenAsync(user.At(third), Path, Ask(script));
        var conversation = (await stream.NextAsync()).Json.GetProperty("conversation_id").GetString();

        await streams.DeleteStreamAsync("CHAT_STREAMS", TestContext.Current.CancellationToken);
        await third.KillAsync(TestContext.Current.CancellationToken);

        var messages = (await user.GetAsync($"/api/v1/conversations/{conversation}/messages")).GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(script.Key, messages[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_node_that_ends_in_order_finishes_what_it_says()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["To", " the", " end"], IsStepwise = true });
        script.Step();
        await using var third = await GaiaService.StartAsync(Resources.Chat, nodes.Settings(nodes.Models), TestContext.Current.CancellationToken);
        var stream = await Sse.OpenAsync(user.At(third), Path, Ask(script));
        var metadata = await stream.NextAsync();
        await stream.DisposeAsync();

        var ending = third.TerminateAsync(TestContext.Current.CancellationToken);
        script.Step(2);
        await ending;

        Assert.Equal("To the end", await AnswerAsync(user, metadata));
    }
}
