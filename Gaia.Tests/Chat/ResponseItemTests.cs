using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>The items of OpenAI's Responses API beside messages: reasoning, and what a response was the answer to.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class ResponseItemTests(ChatNodes nodes)
{
    private const string Path = "/v1/responses";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task Reasoning_that_a_model_tells_is_an_item_of_its_own(string member)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new()
        {
            Chunks =
            [
                $$$"""{"choices":[{"index":0,"delta":{"role":"assistant","{{{member}}}":"Two and "}}]}""",
                $$$"""{"choices":[{"index":0,"delta":{"{{{member}}}":"two."}}]}""",
                """{"choices":[{"index":0,"delta":{"content":"Four"},"finish_reason":"stop"}]}""",
                "[DONE]",
            ],
        });

        await using var stream = await Sse.OpenAsync(user.At(), Path, new JsonObject { ["model"] = ChatNodes.Model, ["input"] = script.Key, ["stream"] = true });
        var events = (await stream.RestAsync()).Select(one => one.Json).ToList();

        Assert.Equal("Two and two.", string.Concat(events.Where(one => Text(one, "type") is "response.reasoning_text.delta").Select(one => Text(one, "delta"))));
        Assert.Equal("Two and two.", Text(Assert.Single(events, one => Text(one, "type") is "response.reasoning_text.done"), "text"));
        var response = events[^1].GetProperty("response");
        Assert.Equal(["reasoning", "message"], response.GetProperty("output").EnumerateArray().Select(item => Text(item, "type")));
        Assert.Equal("Two and two.", Text(response.GetProperty("output")[0].GetProperty("content")[0], "text"));

        // Sent back as it is, as OpenAI's clients do.
        var items = new JsonArray([.. response.GetProperty("output").EnumerateArray().Select(item => JsonNode.Parse(item.GetRawText())), new JsonObject { ["role"] = "user", ["content"] = "Sure?" }]);
        var again = nodes.Models.Play(new() { Key = "Sure?" });
        await user.PostAsync(Path, new JsonObject { ["model"] = ChatNodes.Model, ["input"] = items });
        Assert.Equal(["assistant", "user"], again.Requests.Last().GetProperty("messages").EnumerateArray().Select(m => Text(m, "role")));
    }

    [Theory]
    [InlineData("""{"include":["message.output_text.logprobs"]}""")]
    [InlineData("""{"top_logprobs":1}""")]
    public async Task Log_probabilities_and_annotations_of_a_text_are_kept(string parameters)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new()
        {
            Chunks =
            [
                """{"choices":[{"index":0,"delta":{"role":"assistant","content":"Yes"},"logprobs":{"content":[{"token":"Yes","logprob":-0.5,"bytes":[89],"top_logprobs":[]}]}}]}""",
                """{"choices":[{"index":0,"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"https://example.com","title":"x","start_index":0,"end_index":2}}]}}]}""",
                """{"choices":[{"index":0,"delta":{"content":"."},"logprobs":{"content":[{"token":".","logprob":-1,"bytes":[46],"top_logprobs":[]}]},"finish_reason":"stop"}]}""",
                "[DONE]",
            ],
        });
        var request = JsonNode.Parse(parameters)!.AsObject();
        (request["model"], request["input"], request["stream"]) = (ChatNodes.Model, script.Key, true);

        await using var stream = await Sse.OpenAsync(user.At(), Path, request);
        var events = (await stream.RestAsync()).Select(one => one.Json).ToList();

        Assert.True(Assert.Single(script.Requests).GetProperty("logprobs").GetBoolean());
        Assert.Equal(["Yes", "."], events.Where(one => Text(one, "type") is "response.output_text.delta").Select(one => Text(one.GetProperty("logprobs")[0], "token")));
        Assert.Equal(2, Assert.Single(events, one => Text(one, "type") is "response.output_text.done").GetProperty("logprobs").GetArrayLength());
        var added = Assert.Single(events, one => Text(one, "type") is "response.output_text.annotation.added");
        var text = events[^1].GetProperty("response").GetProperty("output")[0].GetProperty("content")[0];
        Assert.Equal((0, "https://example.com"), (added.GetProperty("annotation_index").GetInt32(), Text(added.GetProperty("annotation"), "url")));
        Assert.Equal(("url_citation", "https://example.com"), (Text(text.GetProperty("annotations")[0], "type"), Text(text.GetProperty("annotations")[0], "url")));
        Assert.Equal(["Yes", "."], text.GetProperty("logprobs").EnumerateArray().Select(one => Text(one, "token")));
    }

    [Fact]
    public async Task What_cannot_be_included_is_refused_by_name()
    {
        using var user = nodes.NewUser();

        using var answer = await user.TryAsync(Path, new JsonObject { ["model"] = ChatNodes.Model, ["input"] = "Hello", ["include"] = new JsonArray("moon") });

        Assert.Equal("include[0]", Text((await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest)).GetProperty("error"), "param"));
    }

    [Fact]
    public async Task The_input_of_a_response_is_listed_to_its_user()
    {
        using var user = nodes.NewUser();
        using var other = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var input = JsonNode.Parse("""
            [
              {"role":"user","content":[{"type":"input_text","text":"Rome?"},{"type":"input_image","image_url":"https://example.com/a.png"}]},
              {"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},
              {"type":"function_call_output","call_id":"call_1","output":"28 degrees"}
            ]
            """)!.AsArray();
        input.Add(new JsonObject { ["role"] = "user", ["content"] = script.Key });
        var id = Text(await user.PostAsync(Path, new JsonObject { ["model"] = ChatNodes.Model, ["input"] = input }), "id");

        var all = await user.GetAsync($"{Path}/{id}/input_items?order=asc");
        var first = await user.GetAsync($"{Path}/{id}/input_items?limit=3");
        var rest = await user.GetAsync($"{Path}/{id}/input_items?limit=3&after={Text(first, "last_id")}");

        Assert.Equal(["message", "function_call", "function_call_output", "message"], Items(all).Select(item => Text(item, "type")));
        Assert.Equal(["input_text", "input_image"], Items(all)[0].GetProperty("content").EnumerateArray().Select(part => Text(part, "type")));
        Assert.Equal("28 degrees", Text(Items(all)[2], "output"));
        Assert.Equal((true, false), (first.GetProperty("has_more").GetBoolean(), rest.GetProperty("has_more").GetBoolean()));
        Assert.Equal(Items(all).Select(item => Text(item, "id")).Reverse(), Items(first).Concat(Items(rest)).Select(item => Text(item, "id")));
        using var hidden = await other.At().GetAsync($"{Path}/{id}/input_items", Ct);
        await Problem.ExpectAsync(hidden, HttpStatusCode.NotFound);
        using var nowhere = await user.At().GetAsync($"{Path}/{id}/input_items?after=item_0", Ct);
        await Problem.ExpectAsync(nowhere, HttpStatusCode.BadRequest);
    }

    private static List<JsonElement> Items(JsonElement page) => [.. page.GetProperty("data").EnumerateArray()];

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
