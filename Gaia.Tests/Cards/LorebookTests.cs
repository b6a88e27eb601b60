using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

[Collection(ChatNodesDefinition.Name)]
public sealed class LorebookTests(ChatNodes nodes) : IDisposable
{
    private readonly CardSpeaker speaker = new(nodes);

    [Theory]
    [InlineData(""" "keys": ["engine"] """, "The Engine runs", true)]
    [InlineData(""" "keys": ["engine"] """, "Nothing", false)]
    [InlineData(""" "keys": ["boat", "engine"] """, "The engine", true)]
    [InlineData(""" "keys": [""] """, "Anything", false)]
    [InlineData(""" "keys": ["Engine"], "case_sensitive": true """, "The engine", false)]
    [InlineData(""" "keys": ["Engine"], "case_sensitive": true """, "The Engine", true)]
    [InlineData(""" "keys": [], "constant": true """, "Anything", true)]
    [InlineData(""" "keys": ["engine"], "enabled": false, "constant": true """, "The engine", false)]
    [InlineData(""" "keys": ["engine"], "selective": true, "secondary_keys": ["steam"] """, "The engine", false)]
    [InlineData(""" "keys": ["engine"], "selective": true, "secondary_keys": ["coal, steam"] """, "The steam engine", true)]
    [InlineData(""" "keys": ["engine"], "selective": true, "secondary_keys": "coal, steam" """, "The steam engine", true)]
    [InlineData(""" "keys": ["engine"], "selective": false, "secondary_keys": ["steam"] """, "The engine", true)]
    [InlineData(""" "keys": ["eng.ne$"], "use_regex": true """, "The ENGINE", true)]
    [InlineData(""" "keys": ["/eng.ne/"], "use_regex": true """, "The ENGINE", false)]
    [InlineData(""" "keys": ["/eng.ne/i"], "use_regex": true """, "The ENGINE", true)]
    [InlineData(""" "keys": ["(?<=the )engine"], "use_regex": true """, "the engine", true)]
    [InlineData(""" "keys": ["engine", "("], "use_regex": true """, "The engine", false)]
    [InlineData(""" "keys": ["boat"], "constant": true, "use_regex": true """, "The engine", false)]
    [InlineData(""" "keys": ["eng.ne"] """, "The engine", false)]
    public async Task An_entry_is_found_by_its_keys(string entry, string said, bool isFound)
    {
        var prompt = await speaker.PromptAsync(Book($$"""{ {{entry}}, "content": "LORE" }"""), said);

        Assert.Equal(isFound, prompt.Contains("LORE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("@@activate_only_after 2", false)]
    [InlineData("@@activate_only_after 1", true)]
    [InlineData("@@activate_only_every 2", false)]
    [InlineData("@@activate_only_every 1", true)]
    [InlineData("@@dont_activate_after_match", false)]
    [InlineData("@@scan_depth 1\\n@@keep_activate_after_match", true)]
    [InlineData("@@scan_depth 1", false)]
    [InlineData("@@scan_depth 3", true)]
    [InlineData("@@dont_activate", false)]
    [InlineData("@@dont_activate\\n@@activate", true)]
    [InlineData("@@additional_keys steam,coal", false)]
    [InlineData("@@additional_keys boat\\n@@additional_keys steam", false)]
    [InlineData("@@additional_keys boat,coal", true)]
    [InlineData("@@exclude_keys boat", false)]
    [InlineData("@@exclude_keys steam", true)]
    [InlineData("@@is_greeting 1", true)]
    [InlineData("@@unknown 1\\n@@@dont_activate", false)]
    [InlineData("@@unknown 1\\n@@@other\\n@@@third\\n@@@fourth\\n@@@fifth\\n@@@dont_activate", false)]
    [InlineData("@@unknown 1\\n@@@scan_depth 3\\n@@@dont_activate", true)]
    [InlineData("@@scan_depth 3\\n@@@dont_activate", true)]
    [InlineData("@@scan_depth many\\n@@@dont_activate", false)]
    [InlineData("@@instruct_scan_depth 1\\n@@@dont_activate", false)]
    [InlineData("@@scan_depth 3\\n@@scan_depth 1", true)]
    [InlineData("@@unknown", true)]
    public async Task Decorators_decide_when_an_entry_is_active(string decorators, bool isActive)
    {
        var prompt = await speaker.PromptAsync(
            Book($$"""{ "keys": ["engine"], "content": "{{decorators}}\n\nLORE" }"""), "The engine", "Yes?", "Now the boat");

        Assert.Equal(isActive, prompt.Contains("\n\nLORE\n\n", StringComparison.Ordinal));
        Assert.DoesNotContain("@@", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_was_found_once_stays_with_keep_activate_after_match()
    {
        var members = Book("""{ "keys": ["engine"], "content": "@@keep_activate_after_match\n@@scan_depth 1\nLORE" }""");

        Assert.Contains("LORE", await speaker.PromptAsync(members, "The engine", "Yes?", "Now the boat"), StringComparison.Ordinal);
        Assert.DoesNotContain("LORE", await speaker.PromptAsync(members, "The train", "Yes?", "Now the boat"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task Only_so_many_messages_are_searched_as_the_book_says(int depth, bool isFound)
    {
        var prompt = await speaker.PromptAsync(Book("""{ "keys": ["engine"], "content": "LORE" }""", $"\"scan_depth\": {depth}"), "The engine", "Yes?", "Now the boat");

        Assert.Equal(isFound, prompt.Contains("LORE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Entries_find_each_other_only_in_a_recursive_book(string isRecursive, bool isFound)
    {
        var members = Book(
            """
            { "keys": ["engine"], "content": "See the boiler{{hidden_key:valve}}{{// gauge}}{{comment: gauge}}" }, { "keys": ["boiler"], "content": "SECOND" }, { "keys": ["valve"], "content": "THIRD" },
            { "keys": ["gauge"], "content": "NEVER" }
            """,
            $"\"recursive_scanning\": {isRecursive}, \"scan_depth\": 1");

        var prompt = await speaker.PromptAsync(members, "The engine");

        Assert.Equal(isFound, prompt.Contains("SECOND", StringComparison.Ordinal));
        Assert.Equal(isFound, prompt.Contains("THIRD", StringComparison.Ordinal));
        Assert.DoesNotContain("NEVER", prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("valve", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_stand_in_their_order_and_place_and_once()
    {
        var prompt = await speaker.PromptAsync(
            Book(
                """
                { "keys": ["engine", "the"], "content": "L2", "insertion_order": 2 }, { "keys": ["engine"], "content": "L1", "insertion_order": 1, "position": "before_char" },
                { "keys": ["engine"], "content": "L3", "position": "after_char" }, { "keys": ["engine"], "content": "@@position after_desc\nL4" },
                { "keys": ["engine"], "content": "@@position before_desc\nL5", "insertion_order": 9 }, { "keys": ["engine"], "content": "@@position personality\nL6" },
                { "keys": ["engine"], "content": "@@position scenario\nL7" }, { "keys": ["engine"], "content": "@@position moon\n  " }
                """),
            "The engine");

        Assert.Equal("system: SYST\n\nL1\n\nL2\n\nL5\n\nDESC\n\nL4\n\nPersonality:\nPERS\n\nL6\n\nScenario:\nSCEN\n\nL7\n\nL3\n\nExample conversations:\nEXAM", prompt);
    }

    [Fact]
    public async Task Entries_with_a_depth_stand_within_the_conversation_in_their_role()
    {
        var sent = await speaker.AskAsync(
            Book(
                """
                { "keys": ["engine"], "content": "@@depth 0\nEND" }, { "keys": ["engine"], "content": "@@depth 1\n@@role user\nLAST" }, { "keys": ["engine"], "content": "@@depth 2\n@@role assistant\nMIDDLE" },
                { "keys": ["engine"], "content": "@@depth 99\nTOP" }, { "keys": ["engine"], "content": "@@reverse_depth 1\nSECOND" }, { "keys": ["engine"], "content": "@@depth 1\n@@position after_desc\nABOVE" }
                """)
            + ", \"post_history_instructions\": \"POST\"",
            "The engine",
            "Yes?",
            "Now the boat");

        Assert.Equal(
            ["system: TOP", "user: The engine", "assistant: MIDDLE", "system: SECOND", "assistant: Yes?", "user: LAST", "user: Now the boat", "system: END", "system: POST"],
            sent.Skip(1));
        Assert.Contains("DESC\n\nABOVE", sent[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_can_switch_off_the_prompts_around_it()
    {
        var sent = await speaker.AskAsync(
            Book(
                """
                { "keys": ["engine"], "content": "@@disable_ui_prompt post_history_instructions\nONE" }, { "keys": ["engine"], "content": "@@disable_ui_prompt system_prompt\nTWO" }
                """)
            + ", \"post_history_instructions\": \"POST\"",
            "The engine");

        Assert.StartsWith("system: ONE\n\nTWO\n\nDESC", sent[0], StringComparison.Ordinal);
        Assert.Equal("user: The engine", sent[^1]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task An_entry_can_belong_to_one_greeting(int greeting, bool isActive)
    {
        var id = await speaker.ImportAsync(CardSpeaker.Card("3", Book("""{ "keys": ["engine"], "content": "@@is_greeting 0\nLORE" }""") + ", \"first_mes\": \"G0 {{user}}\", \"alternate_greetings\": [\"G1\"]"));
        var script = nodes.Models.Play(new());
        var messages = new JsonArray(
            new JsonObject { ["role"] = "assistant", ["content"] = greeting == 0 ? "G0 User" : "G1" }, new JsonObject { ["role"] = "user", ["content"] = $"The engine {script.Key}" });

        await speaker.User.PostAsync("/v1/chat/completions", new JsonObject { ["model"] = $"persona:{id}", ["messages"] = messages });

        Assert.Equal(isActive, CardSpeaker.Sent(script)[0].Contains("LORE", StringComparison.Ordinal));
    }

    public void Dispose() => speaker.Dispose();

    internal static string Book(string entries, string? settings = null) => $$"""
        "system_prompt": "SYST", "description": "DESC", "personality": "PERS", "scenario": "SCEN", "mes_example": "EXAM",
        "character_book": { {{(settings is null ? "" : settings + ",")}} "extensions": {}, "entries": [{{entries}}] }
        """;
}
