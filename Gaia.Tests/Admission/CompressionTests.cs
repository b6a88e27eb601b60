using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Admission;

[Collection(ChatGatewayDefinition.Name)]
public sealed class CompressionTests(ChatGatewayFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_large_answer_is_compressed_when_the_client_asks(string encoding)
    {
        using var user = await fixture.SignUpAsync();
        var persona = await LongPersonaAsync(user);

        using var compressed = await GetAsync(user, $"/api/v1/chat/personas/{persona}", encoding);
        using var plain = await GetAsync(user, $"/api/v1/chat/personas/{persona}", null);

        Assert.Equal([encoding], compressed.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", compressed.Headers.Vary);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        var text = await plain.Content.ReadAsStringAsync(Ct);
        Assert.InRange((await compressed.Content.ReadAsByteArrayAsync(Ct)).Length, 1, text.Length / 2);
        Assert.Equal(text, await UnpackAsync(compressed, encoding));
    }

    [Fact]
    public async Task An_answer_too_short_to_be_compressed_varies_as_a_longer_one_would()
    {
        using var user = await fixture.SignUpAsync();

        using var answer = await GetAsync(user, $"/api/v1/chat/personas/{await PersonaAsync(user, "Likes engines.")}", "gzip");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Single(answer.Headers.Vary, "Accept-Encoding");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_compressed_answer_has_an_entity_tag_of_its_own_that_is_as_good_as_the_plain_one(string encoding)
    {
        using var user = await fixture.SignUpAsync();
        var path = $"/api/v1/chat/personas/{await LongPersonaAsync(user)}";
        using var plain = await GetAsync(user, path, null);
        using var compressed = await GetAsync(user, path, encoding);
        using var head = await GetAsync(user, path, encoding, HttpMethod.Head);

        Assert.Equal(compressed.Headers.ETag, head.Headers.ETag);
        Assert.Equal([encoding], head.Content.Headers.ContentEncoding);
        Assert.NotEqual(plain.Headers.ETag, compressed.Headers.ETag);
        Assert.False(compressed.Headers.ETag!.IsWeak);
        foreach (var known in new[] { plain, compressed })
        {
            using var again = await GetAsync(user, path, encoding, ifNoneMatch: $"{known.Headers.ETag}");
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(known.Headers.ETag, again.Headers.ETag);
        }

        using var changed = await ChangeAsync(user, path, $"{compressed.Headers.ETag}");
        using var late = await ChangeAsync(user, path, $"{compressed.Headers.ETag}");
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed], [changed.StatusCode, late.StatusCode]);
    }

    [Theory]
    [InlineData("/api/v1/chat")]
    [InlineData("/v1/chat/completions")]
    [InlineData("/api/v0.3/chat")]
    public async Task Server_sent_events_never_are(string path)
    {
        using var user = await fixture.SignUpAsync();
        var script = fixture.Models.Play(new() { Words = [.. Enumerable.Repeat(" again and again", 200)] });
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(new JsonObject
            {
                ["message"] = script.Key,
                ["messages"] = path == "/api/v0.3/chat" ? null : new JsonArray(new JsonObject { ["role"] = "user", ["content"] = script.Key }),
                ["model"] = path == "/api/v0.3/chat" ? null : ChatNodes.Model,
                ["stream"] = true,
            }),
        };
        request.Headers.Add("Accept-Encoding", "gzip, br");

        using var answer = await user.At().SendAsync(request, Ct);

        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Contains("again and again", text, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> ChangeAsync(ChatCaller user, string path, string ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(new JsonObject { ["system_prompt"] = "Be brief." }) };
        request.Headers.Add("If-Match", ifMatch);
        return await user.At().SendAsync(request, Ct);
    }

    private static async Task<HttpResponseMessage> GetAsync(ChatCaller user, string path, string? encoding, HttpMethod? method = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (ifNoneMatch is not null)
        {
            request.Headers.Add("If-None-Match", ifNoneMatch);
        }

        if (encoding is not null)
        {
            request.Headers.Add("Accept-Encoding", encoding);
        }

        return await user.At().SendAsync(request, Ct);
    }

    private static Task<string?> LongPersonaAsync(ChatCaller user) => PersonaAsync(user, string.Concat(Enumerable.Repeat("Likes engines. ", 100)));

    private static async Task<string?> PersonaAsync(ChatCaller user, string description)
    {
        var draft = new JsonObject { ["name"] = $"Ada {Guid.NewGuid()}", ["description"] = description, ["system_prompt"] = "Be kind." };
        return (await user.SendAsync(HttpMethod.Post, "/api/v1/chat/personas", draft)).GetProperty("persona").GetProperty("id").GetString();
    }

    private static async Task<string> UnpackAsync(HttpResponseMessage answer, string encoding)
    {
        var packed = await answer.Content.ReadAsStreamAsync(Ct);
        using var text = new StreamReader(encoding == "br" ? new BrotliStream(packed, CompressionMode.Decompress) : new GZipStream(packed, CompressionMode.Decompress));
        return await text.ReadToEndAsync(Ct);
    }
}
