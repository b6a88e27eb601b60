using System.Net;
using static Gaia.Tests.Chat.StreamSteps;

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
    public async Task An_event_id_that_is_none_is_refused()
    {
        using var user = nodes.NewUser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/chat/streams/any");
        request.Headers.Add("Last-Event-ID", "yesterday");

        using var answer = await user.At().SendAsync(request, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
    }
}
