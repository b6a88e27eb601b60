using System.Text.Json;
using Gaia.Testing.Models;

namespace Gaia.Tests.Chat;

/// <summary>Libraries for JavaScript that are not OpenAI's (see Clients): Vercel's AI SDK, LangChain, and readers of event streams.</summary>
[Collection(ChatGatewayDefinition.Name)]
public sealed class NpmClientTests(ChatGatewayFixture fixture)
{
    private const string Place = """{"city":"Paris"}""";

    [Theory]
    [InlineData("ai", "chat.text")]
    [InlineData("ai", "compatible.text")]
    [InlineData("ai", "responses.text")]
    [InlineData("langchain", "text")]
    public async Task It_gets_a_text_its_end_and_its_usage(string library, string name)
    {
        var seen = await RunAsync(library, name, new() { Words = ["Good", " day"] });

        Assert.Equal("Good day", seen.GetProperty("text").GetString());
        Assert.Equal("stop", seen.GetProperty("finishReason").GetString());
        Assert.Equal(13, seen.GetProperty("tokens").GetInt32());
    }

    [Theory]
    [InlineData("ai", "chat.stream")]
    [InlineData("ai", "compatible.stream")]
    [InlineData("ai", "responses.stream")]
    [InlineData("langchain", "stream")]
    public async Task It_streams(string library, string name)
    {
        var seen = await RunAsync(library, name, new() { Words = ["One", " two", " three"] });

        var text = seen.TryGetProperty("parts", out var parts) ? string.Concat(parts.EnumerateArray().Select(part => part.GetString())) : seen.GetProperty("text").GetString();
        Assert.Equal("One two three", text);
        Assert.Equal("stop", seen.GetProperty("finishReason").GetString());
        Assert.Equal(14, seen.GetProperty("tokens").GetInt32());
    }

    [Theory]
    [InlineData("ai", "chat.object")]
    [InlineData("ai", "compatible.object")]
    [InlineData("ai", "responses.object")]
    [InlineData("ai", "chat.streamedObject")]
    [InlineData("ai", "compatible.streamedObject")]
    [InlineData("ai", "responses.streamedObject")]
    [InlineData("langchain", "object")]
    public async Task It_gets_an_object_by_a_schema_that_reaches_the_model(string library, string name)
    {
        using var script = new ModelScript { Words = ["{\"city\":", "\"Paris\"}"] };

        var seen = await RunAsync(library, name, script);

        Assert.Equal(Place, seen.GetRawText());
        var format = Assert.Single(script.Requests).GetProperty("response_format");
        Assert.Equal("json_schema", format.GetProperty("type").GetString());
        Assert.True(format.GetProperty("json_schema").GetProperty("schema").GetProperty("properties").TryGetProperty("city", out _));
    }

    [Theory]
    [InlineData("chat.tools")]
    [InlineData("compatible.tools")]
    [InlineData("responses.tools")]
    public async Task The_AI_SDK_calls_the_function_and_sends_back_what_it_returned(string name)
    {
        using var script = new ModelScript { ToolCall = ("get_weather", Place), Words = ["It is", " sunny."] };

        var seen = await RunAsync("ai", name, script);

        Assert.Equal(("It is sunny.", 2), (seen.GetProperty("text").GetString(), seen.GetProperty("steps").GetInt32()));
        Assert.Equal("Paris", Assert.Single(seen.GetProperty("seen").EnumerateArray()).GetString());
        Assert.Contains("Sunny", script.Requests.Last().GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools")]
    [InlineData("streamedTools")]
    public async Task LangChain_puts_calls_together(string name)
    {
        var call = Assert.Single((await RunAsync("langchain", name, new() { ToolCall = ("get_weather", Place) })).EnumerateArray());

        Assert.Equal(("get_weather", "Paris"), (call.GetProperty("name").GetString(), call.GetProperty("args").GetProperty("city").GetString()));
    }

    [Fact]
    public async Task LangChain_gets_an_object_by_a_call() =>
        Assert.Equal(Place, (await RunAsync("langchain", "objectByCall", new() { ToolCall = ("get_weather", Place) })).GetRawText());

    [Fact]
    public async Task LangChain_uses_responses() => Assert.Equal("Good day", (await RunAsync("langchain", "responses", new() { Words = ["Good", " day"] })).GetString());

    [Theory]
    [InlineData("ai", "chat.embedding")]
    [InlineData("ai", "compatible.embedding")]
    [InlineData("langchain", "embedding")]
    public async Task It_embeds(string library, string name) => Assert.Equal("[0.25,-1]", (await RunAsync(library, name, new())).GetRawText());

    [Fact]
    public async Task Readers_of_event_streams_send_a_message_and_read_its_stream_again()
    {
        var seen = await RunAsync("events", "sendAndReadAgain", new() { Words = ["One", " two", " three"] });

        Assert.Equal(("One two three", "One two three"), (seen.GetProperty("sent").GetString(), seen.GetProperty("read").GetString()));
        Assert.Equal(("[DONE]", true), (seen.GetProperty("last").GetString(), seen.GetProperty("ids").GetBoolean()));
    }

    private async Task<JsonElement> RunAsync(string library, string name, ModelScript script)
    {
        using var user = await fixture.SignUpAsync();
        return await NodeClient.RunAsync(fixture.One, user.Token, library, name, ChatNodes.Model, fixture.Models.Play(script).Key);
    }
}
