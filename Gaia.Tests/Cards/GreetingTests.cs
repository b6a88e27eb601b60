using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

[Collection(ChatNodesDefinition.Name)]
public sealed class GreetingTests(ChatNodes nodes) : IDisposable
{
    private const string Conversations = "/api/v1/conversations";

    private readonly CardSpeaker speaker = new(nodes);

    [Fact]
    public async Task A_conversation_begins_with_the_greeting_until_another_is_chosen()
    {
        var id = await CharacterAsync();
        Assert.Equal(["G0 Nick", "G1 User", "G2"], (await speaker.User.GetAsync($"{CardSpeaker.Personas}/{id}/greetings")).GetProperty("greetings").EnumerateArray().Select(g => g.GetString()));
        var conversation = (await speaker.User.PostAsync(Conversations, new JsonObject { ["persona_id"] = id })).GetProperty("id").GetString()!;
        Assert.Equal(["assistant: G0 Nick"], await SaidAsync(conversation));

        using var swiped = await speaker.User.At().PatchAsJsonAsync($"{Conversations}/{conversation}", new { greeting = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, swiped.StatusCode);
        Assert.Equal(["assistant: G1 User"], await SaidAsync(conversation));

        var script = nodes.Models.Play(new() { Words = ["Yes."] });
        await speaker.User.PostAsync("/api/v1/chat", new JsonObject { ["conversation_id"] = conversation, ["message"] = script.Key });
        Assert.Equal("assistant: G1 User", CardSpeaker.Sent(script)[1]);
        Assert.Contains("SECOND", CardSpeaker.Sent(script)[0], StringComparison.Ordinal);
        Assert.DoesNotContain("FIRST", CardSpeaker.Sent(script)[0], StringComparison.Ordinal);

        using var late = await speaker.User.At().PatchAsJsonAsync($"{Conversations}/{conversation}", new { greeting = 0 }, TestContext.Current.CancellationToken);
        await Problem.ExpectAsync(late, HttpStatusCode.Conflict);
        Assert.Equal(["assistant: G1 User", $"user: {script.Key}", "assistant: Yes."], await SaidAsync(conversation));
    }

    [Fact]
    public async Task A_first_message_without_a_conversation_is_an_answer_to_the_greeting()
    {
        var script = nodes.Models.Play(new() { Words = ["Yes."] });

        var answer = await speaker.User.PostAsync("/api/v1/chat", new JsonObject { ["persona_id"] = await CharacterAsync(), ["message"] = script.Key });

        Assert.Equal(
            ["assistant: G0 Nick", $"user: {script.Key}", "assistant: Yes."], await SaidAsync(answer.GetProperty("_metadata").GetProperty("conversation_id").GetString()!));
    }

    [Fact]
    public async Task A_conversation_can_begin_with_an_alternate_greeting()
    {
        var conversation = await speaker.User.PostAsync(Conversations, new JsonObject { ["persona_id"] = await CharacterAsync(), ["greeting"] = 2 });

        Assert.Equal(["assistant: G2"], await SaidAsync(conversation.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task A_greeting_that_is_not_there_is_refused()
    {
        using var answer = await speaker.User.TryAsync(Conversations, new JsonObject { ["persona_id"] = await CharacterAsync(), ["greeting"] = 3 });

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
    }

    public void Dispose() => speaker.Dispose();

    private Task<string> CharacterAsync() => speaker.ImportAsync(CardSpeaker.Card("3", """
        "nickname": "Nick", "description": "D", "first_mes": "G0 {{char}}", "alternate_greetings": ["G1 {{user}}", "G2"],
        "character_book": { "entries": [
            { "keys": [], "constant": true, "content": "@@is_greeting 0\nFIRST", "enabled": true, "insertion_order": 0 },
            { "keys": [], "constant": true, "content": "@@is_greeting 1\nSECOND", "enabled": true, "insertion_order": 0 }] }
        """));

    private async Task<IEnumerable<string>> SaidAsync(string conversation) =>
        (await speaker.User.GetAsync($"{Conversations}/{conversation}/messages")).GetProperty("messages").EnumerateArray()
            .Select(m => $"{m.GetProperty("role").GetString()}: {m.GetProperty("content").GetString()}");
}
