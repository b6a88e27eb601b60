using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>OpenAI's Responses API, for whatever provider has the model.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class ResponseTests(ChatNodes nodes)
{
    private const string Path = "/v1/responses";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_is_a_message_and_its_usage()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());

        var response = await user.PostAsync(Path, Ask(script.Key, ("instructions", "Be brief"), ("metadata", new JsonObject { ["a"] = "b" })));

        Assert.Equal(("response", "completed", ChatNodes.Model), (Text(response, "object"), Text(response, "status"), Text(response, "model")));
        var item = Assert.Single(response.GetProperty("output").EnumerateArray());
        Assert.Equal(("message", "completed"), (Text(item, "type"), Text(item, "status")));
        Assert.Equal("Hello there.", Text(Assert.Single(item.GetProperty("content").EnumerateArray()), "text"));
        Assert.Equal((11, 3, 14), (Tokens(response, "input_tokens"), Tokens(response, "output_tokens"), Tokens(response, "total_tokens")));
        Assert.Equal("b", Text(response.GetProperty("metadata"), "a"));
        Assert.Equal([("system", "Be brief"), ("user", script.Key)], Said(Assert.Single(script.Requests)));
    }

    [Fact]
    public async Task A_stream_tells_every_step_and_ends_with_the_response()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["One", " two"] });

        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script.Key, ("stream", true)));
        var events = (await stream.RestAsync()).Select(one => one.Json).ToList();

        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            events.Select(one => Text(one, "type")));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(one => one.GetProperty("sequence_number").GetInt32()));
        Assert.Equal("One two", string.Concat(events.Where(one => Text(one, "type") is "response.output_text.delta").Select(one => Text(one, "delta"))));
        var response = events[^1].GetProperty("response");
        Assert.Equal("One two", Text(response.GetProperty("output")[0].GetProperty("content")[0], "text"));
        Assert.Equal(13, Tokens(response, "total_tokens"));
        Assert.Equal(response.ToString(), (await user.GetAsync($"{Path}/{Text(response, "id")}")).ToString());
    }

    [Fact]
    public async Task A_stream_that_breaks_off_ends_with_a_failure()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["One", " two"], CutAfter = 1, IsStepwise = true });
        script.Step();

        await using var stream = await Sse.OpenAsync(user.At(), Path, Ask(script.Key, ("stream", true)));
        while (Text((await stream.NextAsync()).Json, "type") is not "response.output_text.delta")
        {
            // What comes before the first word.
        }

        script.Step();
        var last = (await stream.RestAsync())[^1].Json;

        Assert.Equal("response.failed", Text(last, "type"));
        Assert.Equal("failed", Text(last.GetProperty("response"), "status"));
        Assert.NotEmpty(Text(last.GetProperty("response").GetProperty("error"), "message")!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_call_of_a_function_is_an_item_and_its_output_goes_back_to_the_model(bool streams)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { ToolCall = ("get_weather", """{"city":"Paris"}"""), Words = ["Sunny"] });
        var tools = new JsonArray(JsonNode.Parse("""{"type":"function","name":"get_weather","strict":true,"parameters":{"type":"object","properties":{"city":{"type":"string"}}}}"""));

        var first = await CreateAsync(user, Ask(script.Key, ("tools", tools)), streams);
        var call = Assert.Single(first.GetProperty("output").EnumerateArray());
        Assert.Equal(("function_call", "get_weather", """{"city":"Paris"}"""), (Text(call, "type"), Text(call, "name"), Text(call, "arguments")));

        var second = await CreateAsync(
            user,
            new()
            {
                ["model"] = ChatNodes.Model,
                ["previous_response_id"] = Text(first, "id"),
                ["input"] = new JsonArray(new JsonObject { ["type"] = "function_call_output", ["call_id"] = Text(call, "call_id"), ["output"] = "22 degrees" }),
            },
            streams);

        Assert.Equal("Sunny", Text(second.GetProperty("output")[0].GetProperty("content")[0], "text"));
        var sent = script.Requests.Select(request => request.GetProperty("messages")).Last();
        Assert.Equal(3, sent.GetArrayLength());
        Assert.Equal("call_1", Text(sent[1].GetProperty("tool_calls")[0], "id"));
        Assert.Equal(("tool", "call_1", "22 degrees"), (Text(sent[2], "role"), Text(sent[2], "tool_call_id"), Text(sent[2], "content")));
        Assert.True(script.Requests.First().GetProperty("tools")[0].GetProperty("function").GetProperty("strict").GetBoolean());
    }

    [Fact]
    public async Task A_response_is_gone_on_from_by_its_user_until_it_is_deleted()
    {
        using var user = nodes.NewUser();
        using var other = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Yes"] });
        var first = Text(await user.PostAsync(Path, Ask(script.Key, ("instructions", "Once"))), "id")!;

        // On another node, and without the instructions of the first request.
        var second = await user.PostAsync(Path, Ask("And then?", ("previous_response_id", first)), nodes.Second);
        Assert.Equal([("user", script.Key), ("assistant", "Yes"), ("user", "And then?")], Said(script.Requests.Last()));
        var third = await user.PostAsync(Path, Ask("And now?", ("previous_response_id", Text(second, "id")!)));
        Assert.Equal(5, Said(script.Requests.Last()).Count);
        Assert.Equal("completed", Text(third, "status"));

        using var stolen = await other.TryAsync(Path, Ask("And then?", ("previous_response_id", first)));
        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
        Assert.Equal("previous_response_id", Text((await stolen.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("error"), "param"));

        using var foreign = await other.At().DeleteAsync($"{Path}/{first}", Ct);
        using var deleted = await user.At().DeleteAsync($"{Path}/{first}", Ct);
        using var gone = await user.At().GetAsync($"{Path}/{first}", Ct);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.NotFound), (foreign.StatusCode, deleted.StatusCode, gone.StatusCode));
    }

    [Fact]
    public async Task Items_are_referred_to_by_their_user()
    {
        using var user = nodes.NewUser();
        using var other = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Yes"] });
        var first = await user.PostAsync(Path, Ask(script.Key));
        var references = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = script.Key },
            new JsonObject { ["type"] = "item_reference", ["id"] = Text(first.GetProperty("output")[0], "id") },
            new JsonObject { ["role"] = "user", ["content"] = "And then?" });

        await user.PostAsync(Path, new JsonObject { ["model"] = ChatNodes.Model, ["input"] = references.DeepClone() }, nodes.Second);
        using var stolen = await other.TryAsync(Path, new JsonObject { ["model"] = ChatNodes.Model, ["input"] = references });

        var sent = script.Requests.Last().GetProperty("messages");
        Assert.Equal(3, sent.GetArrayLength());
        Assert.Equal(("assistant", "Yes"), (Text(sent[1], "role"), Text(sent[1].GetProperty("content")[0], "text")));
        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
    }

    [Fact]
    public async Task What_is_not_to_be_stored_is_not_found()
    {
        using var user = nodes.NewUser();
        var response = await user.PostAsync(Path, Ask(nodes.Models.Play(new()).Key, ("store", false)));

        using var answer = await user.At().GetAsync($"{Path}/{Text(response, "id")}", Ct);

        await Problem.ExpectAsync(answer, HttpStatusCode.NotFound, "Response not found");
    }

    [Fact]
    public async Task A_persona_responds()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var persona = await user.PostAsync("/api/v1/chat/personas", new JsonObject { ["name"] = script.Key, ["description"] = "Speaks", ["system_prompt"] = "You are a muse." });
        var model = $"persona:{Text(persona.GetProperty("persona"), "id")}";

        var response = await user.PostAsync(Path, Ask(script.Key, ("model", model), ("instructions", "Rhyme")));

        Assert.Equal(ChatNodes.Model, Text(response, "model"));
        Assert.Equal([("system", "You are a muse."), ("system", "Rhyme"), ("user", script.Key)], Said(Assert.Single(script.Requests)));
    }

    [Fact]
    public async Task A_schema_and_the_effort_reach_the_provider()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var format = JsonNode.Parse("""{"type":"json_schema","name":"x","strict":true,"schema":{"type":"object"}}""");

        await user.PostAsync(Path, Ask(script.Key, ("text", new JsonObject { ["format"] = format }), ("reasoning", new JsonObject { ["effort"] = "low" }), ("max_output_tokens", 50)));

        var sent = Assert.Single(script.Requests);
        Assert.Equal("""{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object"}}}""", sent.GetProperty("response_format").GetRawText());
        Assert.Equal("low", Text(sent, "reasoning_effort"));
        Assert.Equal(50, (sent.TryGetProperty("max_tokens", out var limit) ? limit : sent.GetProperty("max_completion_tokens")).GetInt32());
    }

    [Theory]
    [InlineData("""{"input":[{"type":"computer_call","id":"cc_1"}]}""", "input[0].type")]
    [InlineData("""{"input":[{"type":"item_reference","id":"msg_1"}]}""", "input[0].id")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_file","file_id":"f"}]}]}""", "input[0].content[0]")]
    [InlineData("""{"input":[]}""", "input")]
    [InlineData("""{"input":7}""", "input")]
    [InlineData("""{"input":"x","tools":[{"type":"web_search"}]}""", "tools[0].type")]
    [InlineData("""{"input":"x","background":true}""", "background")]
    [InlineData("""{"input":"x","conversation":"conv_1"}""", "conversation")]
    [InlineData("""{"input":"x","previous_response_id":"resp_unknown"}""", "previous_response_id")]
    public async Task What_Gaia_does_not_have_is_refused_by_name(string request, string field)
    {
        using var user = nodes.NewUser();
        var body = JsonNode.Parse(request)!;
        body["model"] = ChatNodes.Model;

        using var answer = await user.TryAsync(Path, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, Text((await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("error"), "param"));
    }

    private static async Task<JsonElement> CreateAsync(ChatUser user, JsonObject request, bool streams)
    {
        if (!streams)
        {
            return await user.PostAsync(Path, request);
        }

        request["stream"] = true;
        await using var stream = await Sse.OpenAsync(user.At(), Path, request);
        return (await stream.RestAsync())[^1].Json.GetProperty("response");
    }

    private static JsonObject Ask(string input, params (string Name, JsonNode? Value)[] members)
    {
        var request = new JsonObject { ["model"] = ChatNodes.Model, ["input"] = input };
        foreach (var (name, value) in members)
        {
            request[name] = value;
        }

        return request;
    }

    private static List<(string? Role, string? Content)> Said(JsonElement request) =>
        [.. request.GetProperty("messages").EnumerateArray().Select(message => (Text(message, "role"), Text(message, "content")))];

    private static int Tokens(JsonElement response, string name) => response.GetProperty("usage").GetProperty(name).GetInt32();

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
