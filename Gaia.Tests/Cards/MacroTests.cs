using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

[Collection(ChatNodesDefinition.Name)]
public sealed class MacroTests(ChatNodes nodes) : IDisposable
{
    private readonly CardSpeaker speaker = new(nodes);

    [Theory]
    [InlineData("{{char}} {{CHAR}} <BOT> <bot> <char>", "^Nick Nick Nick Nick Nick$")]
    [InlineData("{{user}} {{User}} <USER> <user>", "^User User User User$")]
    [InlineData("{{random:Hello,Hi}}", "^(Hello|Hi)$")]
    [InlineData("{{RANDOM:a\\,b}}", "^a,b$")]
    [InlineData("{{random:{{char}},{{char}}}}", "^Nick$")]
    [InlineData("{{pick::Hello,Hi}}", "^(Hello|Hi)$")]
    [InlineData("{{roll:6}}", "^[1-6]$")]
    [InlineData("{{roll:D6}}", "^[1-6]$")]
    [InlineData("{{roll:1}}", "^1$")]
    [InlineData("{{roll:many}}", @"^\{\{roll:many\}\}$")]
    [InlineData("a{{// not this}}b", "^ab$")]
    [InlineData("a{{hidden_key:not this}}b", "^ab$")]
    [InlineData("a{{comment: not this}}b", "^ab$")]
    [InlineData("{{reverse:Hello}}", "^olleH$")]
    [InlineData("{{reverse:{{char}}}}", "^kciN$")]
    [InlineData("{{unknown:{{char}}}} {{", @"^\{\{unknown:Nick\}\} \{\{$")]
    [InlineData("{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{ }}", @"^\{+ \}\}$")]
    public async Task Macros_are_replaced(string text, string expected)
    {
        var prompt = await speaker.PromptAsync(
            $$""" "nickname": "Nick", "system_prompt": "S", "description": {{JsonValue.Create(text).ToJsonString()}}, "mes_example": "End" """);

        Assert.Matches(expected, prompt.Split("\n\n")[1]);
    }

    [Fact]
    public async Task A_card_of_macros_grows_only_so_far()
    {
        var card = CardSpeaker.Card("3", $"\"nickname\": \"{new string('n', 100)}\", \"description\": \"{string.Concat(Enumerable.Repeat("<bot>", 200_000))}\"");
        var id = await speaker.ImportAsync(card);

        using var answer = await speaker.User.TryAsync(
            "/v1/chat/completions", new JsonObject { ["model"] = $"persona:{id}", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" }) });

        // Two thousand tokens is all that the model takes; of what is too much it tells how much.
        var problem = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.InRange(int.Parse(System.Text.RegularExpressions.Regex.Match(problem, "about ([0-9]+) too long").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 1_000_000 / 4, 6_000_000 / 4);
    }

    [Fact]
    public async Task An_empty_nickname_is_none()
    {
        var prompt = await speaker.PromptAsync(""" "nickname": "", "description": "This is {{char}}" """);

        Assert.Contains("This is Ada ", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pick_stays_the_same_for_the_same_prompt()
    {
        var choices = string.Join(',', Enumerable.Range(0, 1_000).Select(n => $"n{n}"));
        var pick = $"{{{{pick:{choices}}}}}";
        var id = await speaker.ImportAsync(CardSpeaker.Card("3", $"\"system_prompt\": \"{pick} and {pick}\""));

        var first = (await speaker.AskPersonaAsync(id, "Hi"))[0];
        var second = (await speaker.AskPersonaAsync(id, "Again"))[0];

        Assert.Equal(first, second);
        Assert.Matches("^system: n[0-9]+ and n[0-9]+$", first);
    }

    [Fact]
    public async Task The_users_name_comes_from_their_message_and_is_not_read_again()
    {
        var id = await speaker.ImportAsync(CardSpeaker.Card("3", """ "system_prompt": "For {{user}}." """));
        var script = nodes.Models.Play(new());
        var message = new JsonObject { ["role"] = "user", ["name"] = "{{char}}", ["content"] = script.Key };

        await speaker.User.PostAsync("/v1/chat/completions", new JsonObject { ["model"] = $"persona:{id}", ["messages"] = new JsonArray(message) });

        Assert.Equal("system: For {{char}}.", CardSpeaker.Sent(script)[0]);
    }

    public void Dispose() => speaker.Dispose();
}
