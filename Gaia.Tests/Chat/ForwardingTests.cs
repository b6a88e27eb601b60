using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>What an OpenAI-compatible provider is sent and what it answers, of which Gaia changes nothing that is not its own.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class ForwardingTests(ChatNodes nodes)
{
    private const string Path = "/v1/chat/completions";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"reasoning_effort":"low"}""")]
    [InlineData("""{"logit_bias":{"50256":-100}}""")]
    [InlineData("""{"top_k":40}""")]
    [InlineData("""{"n":2}""")]
    [InlineData("""{"seed":9007199254740993}""")]
    [InlineData("""{"user":"u1"}""")]
    [InlineData("""{"max_tokens":5}""")]
    [InlineData("""{"max_completion_tokens":5}""")]
    [InlineData("""{"temperature":0.7,"top_p":0.1}""")]
    [InlineData("""{"logprobs":true,"top_logprobs":3}""")]
    [InlineData("""{"some_provider_parameter":{"deep":[1,2.50,"é"]}}""")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"x","description":"d","strict":true,"schema":{"type":"object"}}}}""")]
    [InlineData("""{"tools":[{"type":"custom","custom":{"name":"code"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto"}}}""")]
    public async Task Parameters_are_sent_as_they_came(string parameters)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var request = Ask(script.Key);
        foreach (var (name, value) in JsonNode.Parse(parameters)!.AsObject())
        {
            request[name] = value!.DeepClone();
        }

        await user.PostAsync(Path, request);

        var sent = JsonObject.Create(Assert.Single(script.Requests))!;
        Assert.True(JsonNode.DeepEquals(request, sent), sent.ToJsonString());
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\": "}}]}""")]
    [InlineData("""{"role":"user","name":"ada","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}}]}""")]
    [InlineData("""{"role":"assistant","content":"42","reasoning_content":"thinking"}""")]
    [InlineData("""{"role":"developer","content":"Be brief."}""")]
    [InlineData("""{"role":"assistant","content":"","function_call":{"name":"f","arguments":"{}"}}""")]
    [InlineData("""{"role":"function","name":"f","content":"1"}""")]
    public async Task Messages_are_sent_as_they_came(string message)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var request = Ask(script.Key);
        request["messages"]!.AsArray().Insert(0, JsonNode.Parse(message));

        await user.PostAsync(Path, request);

        var sent = JsonNode.Parse(Assert.Single(script.Requests).GetProperty("messages")[0].GetRawText())!.AsObject();
        var expected = JsonNode.Parse(message)!.AsObject();
        if (expected["content"] is null)
        {
            expected.Remove("content");
            sent.Remove("content");
        }

        Assert.True(JsonNode.DeepEquals(expected, sent), sent.ToJsonString());
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":null,"refusal":"I can't help with that."}""")]
    [InlineData("""{"role":"assistant","content":"42","reasoning_content":"thinking hard"}""")]
    [InlineData("""{"role":"assistant","content":"Hi","annotations":[{"type":"url_citation","url_citation":{"url":"https://example.com"}}]}""")]
    [InlineData("""{"role":"assistant","content":null,"audio":{"id":"audio_1","data":"AAAA","transcript":"hi"}}""")]
    public async Task An_answer_is_passed_on_as_it_came(string message)
    {
        using var user = nodes.NewUser();
        var body = $$$"""
            {"id":"upstream","object":"chat.completion","created":1700000001,"model":"dated-model","system_fingerprint":"fp_42","service_tier":"default",
            "choices":[{"index":0,"message":{{{message}}},"logprobs":{"content":[{"token":"Hello","logprob":-0.01}]},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,"completion_tokens_details":{"reasoning_tokens":2} } }
            """;
        var script = nodes.Models.Play(new() { Body = body });

        var answer = JsonObject.Create(await user.PostAsync(Path, Ask(script.Key)))!;

        var expected = JsonNode.Parse(body)!.AsObject();
        Assert.StartsWith("chatcmpl-", answer["id"]!.GetValue<string>(), StringComparison.Ordinal);
        expected["id"] = answer["id"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(expected, answer), answer.ToJsonString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_chunks_of_a_stream_are_passed_on_as_they_came(bool includeUsage)
    {
        using var user = nodes.NewUser();
        string[] choices =
        [
            """{"index":0,"delta":{"role":"assistant","reasoning_content":"think"},"logprobs":null,"finish_reason":null}""",
            """{"index":0,"delta":{"refusal":"I can't"},"finish_reason":null}""",
            """{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":null}""",
            """{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]},"finish_reason":null}""",
            """{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":null}""",
            """{"index":0,"delta":{},"finish_reason":"tool_calls"}""",
        ];
        var usage = """{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":3}}""";
        var script = nodes.Models.Play(new() { Chunks = [.. choices.Select(choice => Chunk($"[{choice}]")), Chunk("[]", usage), "[DONE]"] });
        var request = Ask(script.Key);
        request["stream"] = true;
        if (includeUsage)
        {
            request["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        using var answer = await user.TryAsync(Path, request);
        var events = await Sse.ReadAllAsync(answer);

        var chunks = events[..^1].Select(e => e.Json).ToList();
        Assert.Equal(choices, chunks.Take(choices.Length).Select(c => c.GetProperty("choices")[0].GetRawText()));
        Assert.All(chunks, c => Assert.Equal("fp_42", c.GetProperty("system_fingerprint").GetString()));
        Assert.Equal(includeUsage ? choices.Length + 1 : choices.Length, chunks.Count);
        Assert.All(chunks.Take(choices.Length), c => Assert.Equal(includeUsage, c.TryGetProperty("usage", out var none) && none.ValueKind is JsonValueKind.Null));
        if (includeUsage)
        {
            Assert.Equal(usage, chunks[^1].GetProperty("usage").GetRawText());
            Assert.Empty(chunks[^1].GetProperty("choices").EnumerateArray());
        }
    }

    [Theory]
    [InlineData(429, """{"message":"Rate limit reached in organization org-Secret42 on requests","code":"rate_limit_exceeded"}""", 429, "rate_limit_exceeded", null)]
    [InlineData(429, """{"message":"You exceeded your quota","type":"insufficient_quota","code":"insufficient_quota"}""", 429, "insufficient_quota", null)]
    [InlineData(400, """{"message":"Filtered","code":"content_filter","param":"prompt"}""", 400, "content_filter", "prompt")]
    [InlineData(400, """{"message":"Unsupported","code":"unsupported_parameter","param":"temperature"}""", 400, "unsupported_parameter", "temperature")]
    [InlineData(400, """{"message":"Too long for project proj_Secret42","code":"context_length_exceeded","param":"messages"}""", 400, "context_length_exceeded", "messages")]
    [InlineData(404, """{"message":"No such model for org-Secret42","code":"model_not_found","param":"model"}""", 404, "model_not_found", "model")]
    [InlineData(422, """{"message":"Key sk-Secret42 may not","param":"tools"}""", 422, "provider_refused", "tools")]
    public async Task A_providers_error_reaches_the_client_without_the_account(int status, string error, int expected, string code, string? param)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = status, Body = $$$"""{"error":{{{error}}}}""", RetryAfter = status == 429 ? 7 : null });

        using var answer = await user.TryAsync(Path, Ask(script.Key));

        var problem = await Problem.ExpectAsync(answer, (HttpStatusCode)expected);
        Assert.Equal(code, problem.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(param, problem.GetProperty("error").GetProperty("param").GetString());
        Assert.DoesNotContain("Secret42", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(7) : null, answer.Headers.RetryAfter?.Delta);
        Assert.Single(script.Requests);
    }

    [Theory]
    [InlineData("""{"model":"fake-large","messages":[]}""", "messages")]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":"Hi"}],"temperature":9}""", "temperature")]
    [InlineData("""{"model":"fake-large","messages":[{"role":"king","content":"Hi"}]}""", "messages[0].role")]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "messages[0].content[0]")]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":"Hi"}],"models":["dear"]}""", "models")]
    public async Task An_error_names_the_field(string body, string field)
    {
        using var user = nodes.NewUser();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await user.At().PostAsync(Path, content, Ct);

        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("error");
        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.Equal(field, error.GetProperty("param").GetString());
    }

    [Theory]
    [InlineData(Path)]
    [InlineData("/api/v1/chat")]
    public async Task A_stream_has_headers_and_a_comment_before_its_first_token(string path)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Late"], IsStepwise = true });
        var request = Ask(script.Key);
        request["stream"] = true;

        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(request) };
        using var answer = await user.At().SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Ct);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Ct));

        Assert.Equal("text/event-stream; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.StartsWith(":", await lines.ReadLineAsync(Ct), StringComparison.Ordinal);
        script.Step();
        Assert.Contains("Late", await lines.ReadToEndAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_request_under_one_idempotency_key_is_answered_once()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var client = user.At();
        client.DefaultRequestHeaders.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");

        var ids = new List<string?>();
        foreach (var _ in (int[])[1, 2])
        {
            using var answer = await client.PostAsJsonAsync(Path, Ask(script.Key), Ct);
            ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetString());
        }

        using var other = await client.PostAsJsonAsync(Path, Ask("another"), Ct);
        Assert.Single(ids.Distinct());
        Assert.Single(script.Requests);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    private static JsonObject Ask(string message) => new()
    {
        ["model"] = ChatNodes.Model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
    };

    private static string Chunk(string choices, string? usage = null) =>
        $$$"""{"id":"upstream","object":"chat.completion.chunk","created":1700000001,"model":"m","system_fingerprint":"fp_42","choices":{{{choices}}}{{{(usage is null ? "" : $",\"usage\":{usage}")}}}}""";
}
