using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Testing.Models;

namespace Gaia.Tests.Chat;

/// <summary>Old turns of long conversations are summarized, not left out. The models of these nodes have windows of 2,000 tokens.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class ConversationSummaryTests(ChatNodes nodes)
{
    private const string Chat = "/api/v1/chat";
    private const string Summary = "Ada has a dog called Rex.";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Old_turns_are_summarized_by_the_cheapest_model_and_told_as_a_summary()
    {
        using var user = nodes.NewUser();
        var (conversation, script) = await TalkAsync(user, nodes.First);

        var shown = await AwaitSummaryAsync(user, conversation);
        await user.PostAsync(Chat, new JsonObject { ["conversation_id"] = conversation, ["message"] = "What is my dog's name?" }, nodes.Second);

        Assert.Equal(Summary, shown.GetProperty("summary").GetString());
        Assert.Equal(ChatNodes.Model, shown.GetProperty("model").GetString());
        var covered = shown.GetProperty("message_count").GetInt32();
        var told = script.Requests.Last().GetProperty("messages").EnumerateArray().ToList();
        Assert.Contains(told, m => m.GetProperty("role").GetString() == "system" && m.GetProperty("content").ToString().EndsWith(Summary, StringComparison.Ordinal));
        var all = (await user.GetAsync($"/api/v1/conversations/{conversation}/messages")).GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()).ToList();
        Assert.InRange(covered, 2, all.Count - 3);
        Assert.Equal(all.Skip(covered).Take(all.Count - covered - 1), told.Where(m => m.GetProperty("role").GetString() != "system").Select(m => m.GetProperty("content").GetString()));


        // Its cost is the user's: of seven turns, the question and the summary.
        await Eventually.PassesAsync(async () => Assert.Equal(9 * 11, (await user.GetAsync("/api/v1/usage")).GetProperty("total").GetProperty("prompt_tokens").GetInt64()), ct: Ct);
    }

    [Fact]
    public async Task It_is_written_by_the_cheapest_model()
    {
        using var user = nodes.NewUser();
        await using var node = await GaiaService.StartAsync(
            Resources.Chat,
            new Dictionary<string, string>(nodes.Settings(nodes.Models)) { ["Models__Prices__fake-small__Input"] = "0.1", ["Models__Prices__fake-small__Output"] = "0.1" }, Ct);

        var (conversation, _) = await TalkAsync(user, node);

        Assert.Equal("fake-small", (await AwaitSummaryAsync(user, conversation)).GetProperty("model").GetString());
    }

    [Fact]
    public async Task Its_owner_sees_it_and_deletes_it_for_good()
    {
        using var user = nodes.NewUser();
        using var other = nodes.NewUser();
        var (conversation, script) = await TalkAsync(user, nodes.First);
        var route = $"/api/v1/conversations/{conversation}/summary";
        await AwaitSummaryAsync(user, conversation);

        using var hidden = await other.At().GetAsync(route, Ct);
        await Problem.ExpectAsync(hidden, HttpStatusCode.NotFound);
        using var kept = await other.At().DeleteAsync(route, Ct);
        await Problem.ExpectAsync(kept, HttpStatusCode.NotFound);
        using var deleted = await user.At().DeleteAsync(route, Ct);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        await user.PostAsync(Chat, new JsonObject { ["conversation_id"] = conversation, ["message"] = "And now?" });

        Assert.DoesNotContain("Summary of", script.Requests.Last().GetProperty("messages").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Turn 0:", script.Requests.Last().GetProperty("messages").ToString(), StringComparison.Ordinal);
        using var gone = await user.At().GetAsync(route, Ct);
        await Problem.ExpectAsync(gone, HttpStatusCode.NotFound, "Summary not found");
    }

    [Fact]
    public async Task It_is_off_when_it_is_switched_off()
    {
        using var user = nodes.NewUser();
        await using var node = await GaiaService.StartAsync(Resources.Chat, new Dictionary<string, string>(nodes.Settings(nodes.Models)) { ["CONVERSATION_SUMMARIES"] = "off" }, Ct);

        var (conversation, script) = await TalkAsync(user, node);
        await user.PostAsync(Chat, new JsonObject { ["conversation_id"] = conversation, ["message"] = "What is my dog's name?" }, node);

        // A node that summarizes does so after the same turns: this one would have begun by now.
        var (other, _) = await TalkAsync(user, nodes.First);
        await AwaitSummaryAsync(user, other);
        using var none = await user.At().GetAsync($"/api/v1/conversations/{conversation}/summary", Ct);
        await Problem.ExpectAsync(none, HttpStatusCode.NotFound);
        Assert.DoesNotContain(script.Requests, request => IsSummary(request));
    }

    /// <summary>Says so much that the window is nearly full. The model answers in short, and summarizes when it is asked to.</summary>
    private async Task<(string Conversation, ModelScript Script)> TalkAsync(ChatUser user, GaiaService node)
    {
        var script = nodes.Models.Play(new() { Words = [Summary] });
        string? conversation = null;
        for (var turn = 0; turn < 7; turn++)
        {
            var answer = await user.PostAsync(
                Chat, new JsonObject { ["conversation_id"] = conversation, ["message"] = $"Turn {turn}: {script.Key} {new string('x', 600)}" }, node);
            conversation = answer.GetProperty("_metadata").GetProperty("conversation_id").GetString();
        }

        return (conversation!, script);
    }

    private static bool IsSummary(JsonElement request) => request.GetProperty("messages")[0].GetProperty("content").ToString().StartsWith("You keep the memory", StringComparison.Ordinal);

    private static async Task<JsonElement> AwaitSummaryAsync(ChatUser user, string conversation)
    {
        JsonElement summary = default;
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var answer = await user.At().GetAsync($"/api/v1/conversations/{conversation}/summary", Ct);
                summary = answer.IsSuccessStatusCode ? JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct)) : default;
                return answer.IsSuccessStatusCode;
            },
            ct: Ct);
        return summary;
    }
}
