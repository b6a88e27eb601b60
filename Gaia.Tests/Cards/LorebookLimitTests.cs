using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

/// <summary>What a lorebook may take of the prompt, and of the time.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class LorebookLimitTests(ChatNodes nodes) : IDisposable
{
    private readonly CardSpeaker speaker = new(nodes);

    [Fact]
    public async Task What_matters_least_gives_way_to_the_budget()
    {
        var text = string.Concat(Enumerable.Repeat("word", 10));
        var members = LorebookTests.Book(
            $$"""
            { "keys": ["engine"], "content": "A {{text}}", "priority": 3, "insertion_order": 1 }, { "keys": ["engine"], "content": "B {{text}}", "priority": 1, "insertion_order": 2 },
            { "keys": ["engine"], "content": "C {{text}}", "insertion_order": 2 }
            """,
            "\"token_budget\": 25");

        var prompt = await speaker.PromptAsync(members, "The engine");

        Assert.Contains("\n\nA word", prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("\n\nB word", prompt, StringComparison.Ordinal);
        Assert.Contains("\n\nC word", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lorebook_leaves_room_for_the_conversation()
    {
        var text = string.Concat(Enumerable.Repeat("much lore ", 150));
        var entries = string.Join(',', Enumerable.Range(0, 20).Select(n => $$"""{ "keys": [], "constant": true, "content": "E{{n}} {{text}}" }"""));

        var sent = await speaker.AskAsync(LorebookTests.Book(entries, "\"token_budget\": 1000000"), "Hi");

        Assert.Equal("user: Hi", sent[^1]);
    }

    [Fact]
    public async Task What_is_optional_gives_way_to_the_conversation()
    {
        var lore = string.Concat(Enumerable.Repeat("much lore ", 150));
        var history = string.Concat(Enumerable.Repeat("long talk ", 450));
        var members = LorebookTests.Book($$"""{ "keys": [], "constant": true, "content": "@@ignore_on_max_context\nLORE {{lore}}" }""");

        Assert.Contains("LORE", await speaker.PromptAsync(members, "Hi"), StringComparison.Ordinal);
        Assert.DoesNotContain("LORE", await speaker.PromptAsync(members, history, "Yes", "Hi"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_backtracks_for_ever_costs_no_more_than_a_moment()
    {
        var keys = string.Join(',', Enumerable.Range(0, 100).Select(n => $"\"(?=x)(x+x+)+y{n}\""));
        var entries = string.Join(',', Enumerable.Range(0, 200).Select(n => $$"""{ "keys": [{{keys}}], "use_regex": true, "content": "LORE" }"""));

        var prompt = await speaker.PromptAsync(LorebookTests.Book(entries), new string('x', 2_000));

        Assert.DoesNotContain("LORE", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_book_of_keys_without_end_costs_no_more_than_a_moment()
    {
        var keys = string.Join(',', Enumerable.Range(0, 200).Select(n => $"\"x{n}y\""));
        var entries = string.Join(',', Enumerable.Range(0, 1_000).Select(n => $$"""{ "keys": [{{keys}}], "content": "@@keep_activate_after_match\nLORE" }"""));
        var said = Enumerable.Repeat(new string('x', 400), 9).ToArray();
        var id = await speaker.ImportAsync(CardSpeaker.Card("3", LorebookTests.Book(entries)));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var sent = await speaker.AskPersonaAsync(id, said);

        Assert.DoesNotContain("LORE", sent[0], StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }

    public void Dispose() => speaker.Dispose();
}
