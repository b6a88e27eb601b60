using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>OpenAI's routes beside chat, which the provider answers: nothing is changed on the way there or back, and it is paid for.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class ForwardedRoutesTests(ChatNodes nodes)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"fake-large","input":["one","two"],"dimensions":2,"encoding_format":"float"}""", 5, 0)]
    [InlineData("/v1/completions", """{"model":"fake-large","prompt":"Say it","suffix":"again","max_tokens":9}""", 7, 2)]
    [InlineData("/v1/moderations", """{"input":"Hello"}""", 0, 0)]
    [InlineData("/v1/moderations", """{"model":"fake-large","input":[{"type":"text","text":"Hello"}]}""", 0, 0)]
    [InlineData("/v1/audio/speech", """{"model":"fake-large","input":"Hello there","voice":"alloy","speed":1.25}""", 7, 16)]
    public async Task A_request_is_sent_as_it_came_and_what_it_took_is_recorded(string path, string request, int prompt, int completion)
    {
        using var user = nodes.NewUser();
        var body = JsonNode.Parse(request)!;
        body["user"] = $"{user.Id}";

        using var answer = await user.TryAsync(path, body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(JsonNode.DeepEquals(body, JsonNode.Parse(SentBy(user).Body)), SentBy(user).Body);
        await UsageIsAsync(user, prompt, completion);
    }

    [Fact]
    public async Task The_answer_is_the_providers()
    {
        using var user = nodes.NewUser();

        var embedding = await user.PostAsync("/v1/embeddings", new JsonObject { ["model"] = ChatNodes.Model, ["input"] = "Hello" });
        using var speech = await user.TryAsync("/v1/audio/speech", new JsonObject { ["model"] = ChatNodes.Model, ["input"] = "Hello", ["voice"] = "alloy" });

        Assert.Equal("[0.25,-1]", embedding.GetProperty("data")[0].GetProperty("embedding").GetRawText());
        Assert.Equal("audio/mpeg", speech.Content.Headers.ContentType?.MediaType);
        Assert.Equal([0xFF, 0xFB, 0x00, 0x01], await speech.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task A_text_completion_is_streamed()
    {
        using var user = nodes.NewUser();
        var request = new JsonObject { ["model"] = ChatNodes.Model, ["prompt"] = "Say it", ["stream"] = true };

        await using var events = await Sse.OpenAsync(user.At(), "/v1/completions", request);
        var data = (await events.RestAsync()).Select(one => one.Data).ToList();

        Assert.Equal("[DONE]", data[^1]);
        Assert.Equal("Once more", string.Concat(data[..2].Select(one => JsonElement.Parse(one).GetProperty("choices")[0].GetProperty("text").GetString())));
        await UsageIsAsync(user, 7, 2);
    }

    [Fact]
    public async Task A_text_completion_that_breaks_off_ends_with_an_error_and_is_paid_as_far_as_it_came()
    {
        using var user = nodes.NewUser();
        var request = new JsonObject { ["model"] = ChatNodes.Model, ["prompt"] = "garbled", ["stream"] = true };

        await using var events = await Sse.OpenAsync(user.At(), "/v1/completions", request);
        var data = (await events.RestAsync()).Select(one => one.Json).ToList();

        Assert.Equal("Once ", data[0].GetProperty("choices")[0].GetProperty("text").GetString());
        Assert.NotEmpty(data[^1].GetProperty("error").GetProperty("message").GetString()!);
        await UsageIsAsync(user, 6, 2);
    }

    [Fact]
    public async Task A_recording_is_sent_with_all_its_fields()
    {
        using var user = nodes.NewUser();
        using var form = new MultipartFormDataContent
        {
            { new StringContent(ChatNodes.Model), "model" },
            { new StringContent("word"), "timestamp_granularities[]" },
            { new StringContent("segment"), "timestamp_granularities[]" },
            { new StringContent($"{user.Id}"), "prompt" },
        };
        var file = new ByteArrayContent([1, 2, 3, 250]);
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        form.Add(file, "file", "hear.wav");

        using var answer = await user.At().PostAsync("/v1/audio/transcriptions", form, Ct);

        Assert.Equal("Hear, hear", (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("text").GetString());
        var sent = SentBy(user);
        Assert.StartsWith("multipart/form-data", sent.Type, StringComparison.Ordinal);
        foreach (var part in (string[])["\r\n\r\nword\r\n", "\r\n\r\nsegment\r\n", "hear.wav", "audio/wav", "\r\n\r\n\u0001\u0002\u0003\u00fa\r\n"])
        {
            Assert.Contains(part, sent.Body, StringComparison.Ordinal);
        }

        await UsageIsAsync(user, 14, 3);
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"input":"x"}""", HttpStatusCode.UnprocessableEntity, null, "model")]
    [InlineData("/v1/embeddings", """{"model":"fake-large"}""", HttpStatusCode.UnprocessableEntity, null, "input")]
    [InlineData("/v1/embeddings", """{"model":"nobody","input":"x"}""", HttpStatusCode.NotFound, "model_not_found", "model")]
    [InlineData("/v1/embeddings", """{"model":"persona:Mu","input":"x"}""", HttpStatusCode.NotFound, "model_not_found", "model")]
    public async Task What_cannot_be_answered_is_refused_with_the_name_of_its_field(string path, string request, HttpStatusCode status, string? code, string field)
    {
        using var user = nodes.NewUser();

        using var answer = await user.TryAsync(path, JsonNode.Parse(request)!);

        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("error");
        Assert.Equal((status, field), (answer.StatusCode, error.GetProperty("param").GetString()));
        Assert.True(code is null || code == error.GetProperty("code").GetString(), error.ToString());
    }

    [Fact]
    public async Task The_providers_refusal_is_told_and_costs_nothing()
    {
        using var user = nodes.NewUser();
        using var form = new MultipartFormDataContent { { new StringContent(ChatNodes.Model), "model" }, { new ByteArrayContent([1]), "file", "a.wav" } };

        using var answer = await user.At().PostAsync("/v1/audio/translations", form, Ct);

        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("error");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(("not_here", "input"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        await UsageIsAsync(user, 0, 0);
    }

    [Theory]
    [InlineData("application/json", """{"model":"fake-large"}""", HttpStatusCode.UnsupportedMediaType, null)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nbroken", HttpStatusCode.BadRequest, null)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nfake-large\r\n--x--\r\n", HttpStatusCode.BadRequest, "file")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n1\r\n--x--\r\n", HttpStatusCode.BadRequest, "model")]
    public async Task A_recording_that_is_no_form_or_not_all_of_it_is_refused(string type, string text, HttpStatusCode status, string? field)
    {
        using var user = nodes.NewUser();
        using var content = new StringContent(text);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        using var answer = await user.At().PostAsync("/v1/audio/transcriptions", content, Ct);

        Assert.Equal(field, (await Problem.ExpectAsync(answer, status)).GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task The_same_key_asks_the_provider_once()
    {
        using var user = nodes.NewUser();
        var client = user.At();
        client.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var request = new JsonObject { ["model"] = ChatNodes.Model, ["input"] = $"{user.Id}" };

        using var first = await client.PostAsJsonAsync("/v1/embeddings", request, Ct);
        using var second = await client.PostAsJsonAsync("/v1/embeddings", request, Ct);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Ct), await second.Content.ReadAsStringAsync(Ct));
        SentBy(user);
    }

    private (string Path, string? Type, string Body) SentBy(ChatUser user) =>
        Assert.Single(nodes.Models.Others, other => other.Body.Contains($"{user.Id}", StringComparison.Ordinal));

    private static async Task UsageIsAsync(ChatUser user, int prompt, int completion) => await Eventually.PassesAsync(
        async () =>
        {
            var total = (await user.GetAsync("/api/v1/usage")).GetProperty("total");
            Assert.Equal((prompt, completion), (total.GetProperty("prompt_tokens").GetInt32(), total.GetProperty("completion_tokens").GetInt32()));
        },
        ct: Ct);
}
