using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Testing.Models;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class StreamTests(ChatNodes nodes)
{
    private const string Path = "/api/v1/chat";

    [Fact]
    public async Task A_stream_begins_with_metadata_and_ends_when_the_answer_is_stored()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["One", " two", " three"] });

        using var response = await user.TryAsync(Path, Ask(script));
        var events = await Sse.ReadAllAsync(response);

        Assert.Equal("metadata", events[0].Json.GetProperty("type").GetString());
        Assert.Equal(ChatNodes.Model, events[0].Json.GetProperty("model").GetString());
        Assert.Equal("One two three", TextOf(events));
        Assert.Equal("done", events[^2].Json.GetProperty("type").GetString());
        Assert.Equal("stop", events[^2].Json.GetProperty("finish_reason").GetString());
        Assert.Equal("[DONE]", events[^1].Data);
        Assert.Equal(events.Count, events.Select(e => e.Id).Distinct().Count());
        Assert.Equal("One two three", await AnswerAsync(user, events[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_is_resumed_where_it_was_cut_off(bool onAnotherNode)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = [.. Enumerable.Range(0, 20).Select(i => $"{i} ")], IsStepwise = true });
        script.Step(5);

        var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));
        List<SseEvent> seen = [];
        while (TextOf(seen) != "0 1 2 ")
        {
            seen.Add(await stream.NextAsync());
        }

        await stream.DisposeAsync();
        await using var resumed = await ResumeAsync(user, RequestIdOf(stream), seen[^1].Id, onAnotherNode ? nodes.Second : nodes.First);
        seen.Add(await resumed.NextAsync());
        script.Step(15);
        seen.AddRange(await resumed.RestAsync());

        Assert.Equal(string.Concat(script.Words), TextOf(seen));
        Assert.Equal("[DONE]", seen[^1].Data);
        Assert.Equal(string.Concat(script.Words), await AnswerAsync(user, seen[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_is_over_can_still_be_read_whole(bool onAnotherNode)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));
        var events = await stream.RestAsync();

        await using var again = await ResumeAsync(user, RequestIdOf(stream), null, onAnotherNode ? nodes.Second : nodes.First);

        Assert.Equal(events, await again.RestAsync());
    }

    [Fact]
    public async Task A_client_that_vanishes_finds_the_whole_answer_in_the_conversation()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["All", " of", " it"], IsStepwise = true });
        script.Step();
        var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));
        var metadata = await stream.NextAsync();
        await stream.DisposeAsync();

        script.Step(2);

        await Eventually.PassesAsync(async () => Assert.Equal("All of it", await AnswerAsync(user, metadata)), ct: TestContext.Current.CancellationToken);
    }

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

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Somebody_elses_stream_does_not_exist(string method)
    {
        using var ada = nodes.NewUser();
        using var bob = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Mine", " alone"], IsStepwise = true });
        script.Step();
        await using var stream = await Sse.OpenAsync(ada.At(), Path, Ask(script));

        using var request = new HttpRequestMessage(new(method), $"/api/v1/chat/streams/{RequestIdOf(stream)}");
        using var answer = await bob.At().SendAsync(request, TestContext.Current.CancellationToken);
        script.Step();

        await Problem.ExpectAsync(answer, HttpStatusCode.NotFound, "Stream not found");
        Assert.Equal("Mine alone", TextOf(await stream.RestAsync()));
    }

    [Fact]
    public async Task Two_streams_cannot_have_one_request_id_at_once()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { IsStepwise = true });
        script.Step();
        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script));

        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = System.Net.Http.Json.JsonContent.Create(Ask(script)) };
        request.Headers.Add("X-Request-Id", RequestIdOf(stream));
        using var second = await user.At().SendAsync(request, TestContext.Current.CancellationToken);
        script.Step(2);

        await Problem.ExpectAsync(second, HttpStatusCode.Conflict);
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

    [Fact]
    public async Task An_event_id_that_is_none_is_refused()
    {
        using var user = nodes.NewUser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/chat/streams/any");
        request.Headers.Add("Last-Event-ID", "yesterday");

        using var answer = await user.At().SendAsync(request, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
    }

    private static JsonObject Ask(ModelScript script) => new() { ["message"] = script.Key, ["stream"] = true };

    private static string RequestIdOf(Sse stream) => Assert.Single(stream.Response.Headers.GetValues("X-Request-Id"));

    private static Task<Sse> ResumeAsync(ChatUser user, string requestId, string? lastEventId, GaiaService node)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/chat/streams/{requestId}");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return Sse.OpenAsync(user.At(node), request);
    }

    private static string TextOf(IEnumerable<SseEvent> events) => string.Concat(events.Where(e => e.Data != "[DONE]").Select(e => Sse.ContentOf(e.Json)));

    /// <summary>What the conversation of a stream says that was answered.</summary>
    private static async Task<string?> AnswerAsync(ChatUser user, SseEvent metadata)
    {
        var conversation = metadata.Json.GetProperty("conversation_id").GetString();
        var messages = (await user.GetAsync($"/api/v1/conversations/{conversation}/messages")).GetProperty("messages").EnumerateArray().ToList();
        return messages.LastOrDefault(m => m.GetProperty("role").GetString() == "assistant") is { ValueKind: JsonValueKind.Object } answer
            ? answer.GetProperty("content").GetString()
            : null;
    }
}
