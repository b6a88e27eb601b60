using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

[Collection(ChatNodesDefinition.Name)]
public sealed class PersonaSettingsTests(ChatNodes nodes) : IDisposable
{
    private const string Settings = """{ "model": "fake-small", "temperature": 0.7, "stop": ["END", "USER:"], "max_tokens": 77 }""";

    private readonly CardSpeaker speaker = new(nodes);

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/responses")]
    [InlineData("/api/v1/chat")]
    public async Task What_a_request_does_not_say_the_persona_says(string route)
    {
        var id = (await CreateAsync()).GetProperty("id").GetString();

        var sent = await AskAsync(route, id!, new());

        Assert.Equal("fake-small", sent.GetProperty("model").GetString());
        Assert.Equal("0.7", sent.GetProperty("temperature").GetRawText());
        Assert.Equal("""["END","USER:"]""", sent.GetProperty("stop").GetRawText());
        Assert.Equal(77, sent.GetProperty("max_tokens").GetInt32());
    }

    [Fact]
    public async Task What_a_request_says_goes_before_it()
    {
        var id = (await CreateAsync()).GetProperty("id").GetString();

        var sent = await AskAsync("/v1/chat/completions", id!, new() { ["temperature"] = 0, ["stop"] = "HALT", ["max_tokens"] = 5 });

        Assert.Equal("0", sent.GetProperty("temperature").GetRawText());
        Assert.Equal("HALT", sent.GetProperty("stop").GetString());
        Assert.Equal(5, sent.GetProperty("max_tokens").GetInt32());
    }

    [Fact]
    public async Task Settings_are_shown_changed_taken_away_and_travel_in_the_card()
    {
        var made = await CreateAsync();
        var path = $"{CardSpeaker.Personas}/{made.GetProperty("id").GetString()}";
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Settings), made.GetProperty("settings")));

        var card = JsonNode.Parse((await speaker.User.GetAsync($"{path}/card")).GetRawText())!;
        card["data"]!["name"] = $"Copy {Guid.CreateVersion7()}";
        var copy = (await speaker.User.PostAsync($"{CardSpeaker.Personas}/import", card)).GetProperty("persona");
        Assert.True(JsonElement.DeepEquals(made.GetProperty("settings"), copy.GetProperty("settings")));

        using var cleared = await speaker.User.At().PutAsJsonAsync(path, new { settings = new { } }, TestContext.Current.CancellationToken);
        Assert.False((await speaker.User.GetAsync(path)).GetProperty("persona").TryGetProperty("settings", out _));

        var restored = await speaker.User.PostAsync($"{path}/versions/1/restore", new JsonObject());
        Assert.True(JsonElement.DeepEquals(made.GetProperty("settings"), restored.GetProperty("persona").GetProperty("settings")));
    }

    [Theory]
    [InlineData("""{ "temperature": 3 }""")]
    [InlineData("""{ "max_tokens": 0 }""")]
    [InlineData("""{ "stop": ["a", "b", "c", "d", "e"] }""")]
    [InlineData("""{ "stop": [""] }""")]
    [InlineData("""{ "model": "" }""")]
    public async Task Settings_that_no_model_takes_are_refused(string settings)
    {
        using var answer = await speaker.User.TryAsync(CardSpeaker.Personas, Draft(settings));

        await Problem.ExpectAsync(answer, HttpStatusCode.UnprocessableEntity);
    }

    public void Dispose() => speaker.Dispose();

    private async Task<JsonElement> AskAsync(string route, string id, JsonObject body)
    {
        var script = nodes.Models.Play(new());
        var say = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = script.Key });
        var (name, value) = route switch { "/v1/responses" => ("input", (JsonNode)script.Key), "/api/v1/chat" => ("message", script.Key), _ => ("messages", say) };
        body[name] = value;
        body["model"] = $"persona:{id}";
        await speaker.User.PostAsync(route, body);
        return script.Requests.Last();
    }

    private async Task<JsonElement> CreateAsync() => (await speaker.User.PostAsync(CardSpeaker.Personas, Draft(Settings))).GetProperty("persona");

    private static JsonObject Draft(string settings) => new()
    {
        ["name"] = $"Set {Guid.CreateVersion7()}",
        ["description"] = "D",
        ["system_prompt"] = "You are set.",
        ["settings"] = JsonNode.Parse(settings),
    };
}
