using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

[Collection(ChatNodesDefinition.Name)]
public sealed class CardPromptTests(ChatNodes nodes) : IDisposable
{
    private const string Parts =
        """ "description": "DESC of {{char}}", "personality": "PERS", "scenario": "SCEN", "first_mes": "Good day!", "mes_example": "<START>\n{{user}}: hi\n{{char}}: EXAM" """;

    private readonly CardSpeaker speaker = new(nodes);

    [Theory]
    [InlineData("1", "")]
    [InlineData("2", "")]
    [InlineData("2", ", \"system_prompt\": \"SYST\", \"post_history_instructions\": \"POST\"")]
    [InlineData("3", ", \"system_prompt\": \"SYST\", \"post_history_instructions\": \"POST\"")]
    public async Task All_parts_of_a_card_reach_the_model_beside_a_system_prompt_too(string spec, string more)
    {
        var card = CardSpeaker.Card(spec, Parts + more);
        var name = (string?)card["name"] ?? (string)card["data"]!["name"]!;

        var sent = await speaker.AskPersonaAsync(await speaker.ImportAsync(card), "Hello");

        Assert.All(["DESC of " + name, "PERS", "SCEN", $"User: hi\n{name}: EXAM"], part => Assert.Contains(part, sent[0], StringComparison.Ordinal));
        Assert.Equal(more.Length > 0, sent[0].StartsWith("system: SYST\n\n", StringComparison.Ordinal));
        Assert.Equal(more.Length > 0 ? ["user: Hello", "system: POST"] : ["user: Hello"], sent.Skip(1));
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/responses")]
    [InlineData("/api/v1/chat")]
    [InlineData("/api/v1/conversations")]
    public async Task A_character_is_the_same_on_every_route(string route)
    {
        var id = await speaker.ImportAsync(CardSpeaker.Card("3", Parts + """
            , "post_history_instructions": "POST", "character_book": { "entries": [{ "keys": ["engine"], "content": "LORE", "enabled": true, "insertion_order": 1 }] }
            """));
        var script = nodes.Models.Play(new());
        var said = $"The engine {script.Key}";

        switch (route)
        {
            case "/v1/chat/completions":
                await speaker.User.PostAsync(route, new JsonObject { ["model"] = $"persona:{id}", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = said }) });
                break;
            case "/v1/responses":
                await speaker.User.PostAsync(route, new JsonObject { ["model"] = $"persona:{id}", ["input"] = said });
                break;
            case "/api/v1/chat":
                await speaker.User.PostAsync(route, new JsonObject { ["persona_id"] = id, ["message"] = said });
                break;
            default:
                var conversation = await speaker.User.PostAsync(route, new JsonObject { ["persona_id"] = id });
                await speaker.User.PostAsync("/api/v1/chat", new JsonObject { ["conversation_id"] = conversation.GetProperty("id").GetString(), ["message"] = said });
                break;
        }

        var sent = CardSpeaker.Sent(script);
        Assert.All(["DESC", "PERS", "SCEN", "EXAM", "LORE"], part => Assert.Contains(part, sent[0], StringComparison.Ordinal));
        Assert.Equal(["user: The engine", "system: POST"], sent.TakeLast(2));
        Assert.Equal(route.StartsWith("/api", StringComparison.Ordinal) ? ["assistant: Good day!"] : [], sent.Skip(1).SkipLast(2));
    }

    [Fact]
    public async Task A_persona_without_a_card_is_told_its_system_prompt_and_nothing_else()
    {
        var made = await speaker.User.PostAsync(CardSpeaker.Personas, new JsonObject
        {
            ["name"] = $"Plain {Guid.CreateVersion7()}",
            ["description"] = "Not for the model",
            ["system_prompt"] = "You are {{char}}.",
        });

        var sent = await speaker.AskPersonaAsync(made.GetProperty("persona").GetProperty("id").GetString()!, "Hi");

        Assert.Equal(["system: You are {{char}}.", "user: Hi"], sent);
    }

    [Fact]
    public async Task Original_stands_for_the_prompt_that_would_have_been_used()
    {
        var sent = await speaker.AskAsync(""" "description": "D", "system_prompt": "Before. {{Original}} After.", "post_history_instructions": "[{{original}}]" """, "Hi");

        Assert.StartsWith("system: Before. Write Ada", sent[0], StringComparison.Ordinal);
        Assert.Contains("never speak for User. After.", sent[0], StringComparison.Ordinal);
        Assert.Equal("system: []", sent[^1]);
    }

    [Fact]
    public async Task An_empty_system_prompt_falls_back_to_the_default()
    {
        var prompt = await speaker.PromptAsync(""" "description": "D", "system_prompt": "" """);

        Assert.StartsWith("system: Write Ada", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_since_the_import_goes_before_the_card()
    {
        var id = await speaker.ImportAsync(CardSpeaker.Card("2", Parts));
        using var changed = await speaker.User.At().PutAsJsonAsync(
            $"{CardSpeaker.Personas}/{id}", new { description = "NEWD", system_prompt = "NEWS" }, TestContext.Current.CancellationToken);

        var sent = await speaker.AskPersonaAsync(id, "Hi");

        Assert.StartsWith("system: NEWS\n\nNEWD\n\n", sent[0], StringComparison.Ordinal);
        Assert.DoesNotContain("DESC", sent[0], StringComparison.Ordinal);
        Assert.Contains("PERS", sent[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notes_tags_creator_and_version_never_reach_the_model()
    {
        var sent = await speaker.AskAsync(
            """
            "description": "D", "creator_notes": "HIDDEN", "tags": ["HIDDEN"], "creator": "HIDDEN", "character_version": "HIDDEN", "source": ["HIDDEN"],
            "creator_notes_multilingual": { "en": "HIDDEN" }, "extensions": { "x": "HIDDEN" }, "group_only_greetings": ["HIDDEN"],
            "character_book": { "name": "HIDDEN", "description": "HIDDEN", "entries": [{ "keys": [], "constant": true, "content": "L", "name": "HIDDEN", "comment": "HIDDEN", "enabled": true, "insertion_order": 0 }] }
            """,
            "Hi");

        Assert.DoesNotContain(sent, message => message.Contains("HIDDEN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Examples_give_way_to_the_conversation()
    {
        var example = string.Concat(Enumerable.Repeat("EXAM ple ", 300));
        var history = string.Concat(Enumerable.Repeat("long talk ", 300));

        var spacious = await speaker.AskAsync($"\"description\": \"D\", \"mes_example\": \"{example}\"", "Hi");
        var full = await speaker.AskAsync($"\"description\": \"D\", \"mes_example\": \"{example}\"", history, "Yes", "Hi");

        Assert.Contains("EXAM", spacious[0], StringComparison.Ordinal);
        Assert.DoesNotContain("EXAM", full[0], StringComparison.Ordinal);
        Assert.Equal(4, full.Count);
    }

    public void Dispose() => speaker.Dispose();
}
