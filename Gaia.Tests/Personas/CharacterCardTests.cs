using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Personas;

[Collection(ChatNodesDefinition.Name)]
public sealed class CharacterCardTests(ChatNodes nodes)
{
    private const string Path = "/api/v1/chat/personas";

    [Fact]
    public async Task A_card_comes_out_as_it_went_in()
    {
        using var user = nodes.NewUser();
        var card = Card();

        var persona = (await user.PostAsync($"{Path}/import", card)).GetProperty("persona");
        var exported = await user.GetAsync($"{Path}/{persona.GetProperty("id").GetString()}/card");

        Assert.True(JsonNode.DeepEquals(card, JsonNode.Parse(exported.GetRawText())), exported.ToString());
        Assert.Equal("You are Ada.", persona.GetProperty("system_prompt").GetString());
    }

    [Fact]
    public async Task What_was_changed_since_is_all_that_differs()
    {
        using var user = nodes.NewUser();
        var card = Card();
        var id = (await user.PostAsync($"{Path}/import", card)).GetProperty("persona").GetProperty("id").GetString();

        using var changed = await user.At().PutAsJsonAsync(
            $"{Path}/{id}", new { description = "Older now", personality_traits = new { warmth = 1 } }, TestContext.Current.CancellationToken);
        var exported = await user.GetAsync($"{Path}/{id}/card");

        card["data"]!["description"] = "Older now";
        card["data"]!["extensions"]!["gaia"] = new JsonObject { ["personality_traits"] = new JsonObject { ["warmth"] = 1 } };
        Assert.True(JsonNode.DeepEquals(card, JsonNode.Parse(exported.GetRawText())), exported.ToString());
    }

    [Fact]
    public async Task A_card_without_a_prompt_gets_one_from_its_description()
    {
        using var user = nodes.NewUser();
        var card = Card();
        card["data"]!["system_prompt"] = "";

        var persona = (await user.PostAsync($"{Path}/import", card)).GetProperty("persona");

        Assert.Equal("A mathematician\n\nCurious", persona.GetProperty("system_prompt").GetString());
    }

    [Fact]
    public async Task A_persona_made_here_can_be_taken_elsewhere_and_back()
    {
        using var user = nodes.NewUser();
        using var other = nodes.NewUser();
        var made = (await user.PostAsync(Path, new JsonObject
        {
            ["name"] = $"Nomad {Guid.CreateVersion7()}",
            ["description"] = "Travels",
            ["system_prompt"] = "You travel.",
            ["capabilities"] = new JsonObject { ["maps"] = true },
        })).GetProperty("persona");

        var card = await user.GetAsync($"{Path}/{made.GetProperty("id").GetString()}/card");
        var back = (await other.PostAsync($"{Path}/import", JsonNode.Parse(card.GetRawText())!)).GetProperty("persona");

        Assert.Equal("chara_card_v2", card.GetProperty("spec").GetString());
        Assert.All(
            ["name", "description", "system_prompt", "capabilities"],
            member => Assert.True(JsonElement.DeepEquals(made.GetProperty(member), back.GetProperty(member)), member));
    }

    [Theory]
    [InlineData("""{"spec":"chara_card_v3","data":{"name":"Ada"}}""")]
    [InlineData("""{"name":"Ada"}""")]
    [InlineData("""{"spec":"chara_card_v9","data":{"name":"Ada","description":"Of a version to come"}}""")]
    [InlineData("""{"spec":"chara_card_v3","data":{"name":"Ada","description":["no text"]}}""")]
    [InlineData("""{"spec":"chara_card_v3","data":{"name":"Ada","character_book":{"entries":[{"keys":"engine","content":"C"}]}}}""")]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":"","system_prompt":"You"}}""")]
    [InlineData("""{"spec":"chara_card_v2"}""")]
    [InlineData("""{"spec":"chara_card_v2","data":null}""")]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":7,"system_prompt":"You"}}""")]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":"Ada"}}""")]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":"Ada","name":"Bob","system_prompt":"You"}}""")]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":"Ada","system_prompt":"You","extensions":{"deep":{"a":1,"a":2}}}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public Task What_is_no_card_is_refused(string card) => ExpectAsync(card, HttpStatusCode.UnprocessableEntity);

    [Theory]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":"Ada",""")]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":"Ada\u0000","system_prompt":"You"}}""")]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":"Ada","system_prompt":"half \ud83d of a pair"}}""")]
    [InlineData("""{"spec":"chara_card_v2","data":{"name":"Ada","system_prompt":"You","extensions":{"gaia":{"capabilities":{"a":"\u0000"}}}}}""")]
    public Task What_is_no_text_is_refused(string card) => ExpectAsync(card, HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_long_description_is_cut_between_two_characters()
    {
        using var user = nodes.NewUser();
        var card = Card();
        card["data"]!["description"] = "a" + string.Concat(Enumerable.Repeat("\U0001F600", 3_000));

        var persona = (await user.PostAsync($"{Path}/import", card)).GetProperty("persona");
        var exported = await user.GetAsync($"{Path}/{persona.GetProperty("id").GetString()}/card");

        Assert.Equal(3_999, persona.GetProperty("description").GetString()!.Length);
        Assert.True(JsonNode.DeepEquals(card, JsonNode.Parse(exported.GetRawText())));
    }

    private async Task ExpectAsync(string card, HttpStatusCode status)
    {
        using var user = nodes.NewUser();
        using var content = new StringContent(card, System.Text.Encoding.UTF8, "application/json");

        using var answer = await user.At().PostAsync($"{Path}/import", content, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, status);
    }

    private static JsonObject Card() => JsonNode.Parse($$"""
        {
          "spec": "chara_card_v2",
          "spec_version": "2.0",
          "data": {
            "name": "Ada {{Guid.CreateVersion7()}}",
            "description": "A mathematician",
            "personality": "Curious",
            "scenario": "",
            "first_mes": "Good day!",
            "mes_example": "",
            "creator_notes": "",
            "system_prompt": "You are Ada.",
            "post_history_instructions": "",
            "alternate_greetings": ["Hello."],
            "character_book": { "entries": [{ "keys": ["engine"], "content": "The analytical engine", "extensions": { "deep": [1, 2.50, null] }, "enabled": true, "insertion_order": 1 }], "extensions": {} },
            "tags": ["history"],
            "creator": "somebody",
            "character_version": "main",
            "extensions": { "depth_prompt": { "prompt": "Remember", "depth": 4 }, "another/tool": 12345678901234567890 }
          }
        }
        """)!.AsObject();
}
