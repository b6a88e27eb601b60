using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>OpenAI's own library for JavaScript (see Clients/openai.mjs) at the gateway: nothing is changed but its base URL and key.</summary>
[Collection(ChatGatewayDefinition.Name)]
public sealed class NpmOpenAITests(ChatGatewayFixture fixture)
{
    private const string Weather = """{"city":"Paris"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_chats_with_a_persona()
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { Words = ["Good", " day"] });
        var persona = await user.SendAsync(HttpMethod.Post, "/api/v1/chat/personas", new JsonObject
        {
            ["name"] = script.Key,
            ["description"] = "Greets",
            ["system_prompt"] = "You are polite.",
        });
        var id = persona.GetProperty("persona").GetProperty("id").GetString();

        var answer = await RunAsync(user, "chat", $"persona:{id}", script.Key);

        Assert.Equal("Good day", Choice(answer).GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("stop", Choice(answer).GetProperty("finish_reason").GetString());
        Assert.Equal(13, answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal("You are polite.", Assert.Single(script.Requests).GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task It_streams()
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { Words = ["One", " two", " three"] });

        var seen = await RunAsync(user, "stream", ChatNodes.Model, script.Key);

        Assert.Equal("One two three", seen.GetProperty("text").GetString());
        Assert.Equal(1, seen.GetProperty("ids").GetInt32());
        Assert.Equal("stop", seen.GetProperty("finish_reason").GetString());
        Assert.Equal(14, seen.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task Its_tools_are_called_and_their_results_are_sent_back()
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { ToolCall = ("get_weather", Weather), Words = ["It is", " sunny."] });

        var seen = await RunAsync(user, "tools", ChatNodes.Model, script.Key);

        Assert.Equal("It is sunny.", seen.GetProperty("text").GetString());
        Assert.Equal("Paris", Assert.Single(seen.GetProperty("seen").EnumerateArray()).GetString());
        Assert.Equal("Sunny", script.Requests.Last().GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString());
    }

    [Fact]
    public async Task The_calls_of_a_stream_are_put_together()
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { ToolCall = ("get_weather", Weather) });

        var call = Assert.Single((await RunAsync(user, "streamedTools", ChatNodes.Model, script.Key)).EnumerateArray()).GetProperty("function");

        Assert.Equal("get_weather", call.GetProperty("name").GetString());
        Assert.Equal("Paris", JsonElement.Parse(call.GetProperty("arguments").GetString()!).GetProperty("city").GetString());
    }

    [Fact]
    public async Task What_follows_a_schema_is_parsed()
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { Words = ["{\"city\":", "\"Paris\"}"] });

        var place = await RunAsync(user, "parse", ChatNodes.Model, script.Key);

        Assert.Equal("Paris", place.GetProperty("city").GetString());
        Assert.True(Assert.Single(script.Requests).GetProperty("response_format").GetProperty("json_schema").GetProperty("strict").GetBoolean());
    }

    [Fact]
    public async Task It_creates_images()
    {
        await using var images = await ChatImages.StartAsync(fixture);
        using var user = await fixture.SignUpAsync();

        var lengths = await NodeClient.RunAsync(images.Gateway, user.Token, "openai", "images", "", "A red sunset");

        Assert.Equal(2, lengths.GetArrayLength());
        Assert.All(lengths.EnumerateArray(), length => Assert.InRange(length.GetInt32(), 100, 100_000));
    }

    [Fact]
    public async Task It_lists_models()
    {
        using var user = await fixture.SignUpAsync();

        var seen = await RunAsync(user, "models", ChatNodes.Model, "");

        Assert.Contains(seen.GetProperty("models").EnumerateArray(), m => m.GetProperty("id").GetString() == ChatNodes.Model);
        Assert.Contains(seen.GetProperty("models").EnumerateArray(), m => m.GetProperty("owned_by").GetString() == "Mu");
        Assert.Equal(ChatNodes.Model, seen.GetProperty("one").GetProperty("id").GetString());
    }

    [Fact]
    public async Task It_creates_responses_that_go_on_from_each_other()
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { Words = ["Good", " day"] });

        var seen = await RunAsync(user, "response", ChatNodes.Model, script.Key);

        Assert.Equal(("Good day", "Good day"), (seen.GetProperty("text").GetString(), seen.GetProperty("more").GetString()));
        Assert.Equal(13, seen.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal(3, script.Requests.Last().GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task It_streams_a_response_that_calls_a_function()
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { ToolCall = ("get_weather", Weather) });

        var seen = await RunAsync(user, "streamedResponse", ChatNodes.Model, script.Key);

        Assert.Contains(seen.GetProperty("events").EnumerateArray(), type => type.GetString() == "response.completed");
        var call = Assert.Single(seen.GetProperty("output").EnumerateArray());
        Assert.Equal(("get_weather", Weather), (call.GetProperty("name").GetString(), call.GetProperty("arguments").GetString()));
    }

    [Fact]
    public async Task It_embeds_speaks_and_hears()
    {
        using var user = await fixture.SignUpAsync();

        var embeddings = await RunAsync(user, "embeddings", ChatNodes.Model, "Hello");
        var audio = await RunAsync(user, "audio", ChatNodes.Model, "Hello");

        Assert.Equal("[0.25,-1]", embeddings.GetProperty("embedding").GetRawText());
        Assert.Equal((4, "Hear, hear"), (audio.GetProperty("bytes").GetInt32(), audio.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("nobody", "Hello", "NotFoundError", 404, "model_not_found")]
    [InlineData("persona:nobody", "Hello", "NotFoundError", 404, "not_found")]
    [InlineData(ChatNodes.Model, "refused", "BadRequestError", 400, "provider_refused")]
    [InlineData(ChatNodes.Model, "broken", "InternalServerError", 503, "provider_unavailable")]
    public async Task It_understands_errors(string model, string prompt, string kind, int status, string code)
    {
        using var user = await fixture.SignUpAsync();
        var script = prompt switch
        {
            "refused" => fixture.Models.Play(new() { Status = 400, Body = """{"error":{"message":"Not with me"}}""" }),
            "broken" => fixture.Models.Play(new() { Status = 500, Body = "{}" }),
            _ => null,
        };

        await ExpectErrorAsync(user, model, script?.Key ?? prompt, kind, status, code);
    }

    [Fact]
    public async Task It_understands_that_a_key_is_wrong()
    {
        using var nobody = new ChatCaller(fixture, "sk-wrong");

        await ExpectErrorAsync(nobody, ChatNodes.Model, "Hello", "AuthenticationError", 401, "invalid_api_key");
    }

    [Fact]
    public async Task An_answer_that_it_reads_no_further_is_cancelled_upstream()
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { IsStepwise = true, Words = ["First", " never", " said"] });
        script.Step();

        var first = await RunAsync(user, "leave", ChatNodes.Model, script.Key);

        Assert.Equal("First", first.GetString());
        await script.Abandoned.WaitAsync(TimeSpan.FromMinutes(1), Ct);
    }

    private async Task ExpectErrorAsync(ChatCaller user, string model, string prompt, string kind, int status, string? code)
    {
        var error = (await NodeClient.ExecuteAsync(fixture.One, user.Token, "openai", "chat", model, prompt)).GetProperty("error");
        Assert.Equal(kind, error.GetProperty("kind").GetString());
        Assert.Equal(status, error.GetProperty("status").GetInt32());
        Assert.Equal(code, error.TryGetProperty("code", out var given) ? given.GetString() : null);
        Assert.StartsWith($"{status} ", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("no body", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private Task<JsonElement> RunAsync(ChatCaller user, string name, string model, string prompt) => NodeClient.RunAsync(fixture.One, user.Token, "openai", name, model, prompt);

    private static JsonElement Choice(JsonElement answer) => answer.GetProperty("choices")[0];
}
