using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>The flat format and version 0.3, which clients of before still use.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class LegacyReplyTests(ChatNodes nodes)
{
    private const string Path = "/api/v1/chat";

    [Theory]
    [InlineData("v0.3")]
    [InlineData("V0.3")]
    public async Task The_header_asks_for_the_flat_format(string format)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Flat"] });
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(new JsonObject { ["message"] = script.Key }) };
        request.Headers.Add("X-Response-Format", format);

        using var response = await user.At().SendAsync(request, TestContext.Current.CancellationToken);
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(["response", "message", "conversation_id", "_metadata"], answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Flat", answer.GetProperty("response").GetString());
    }

    [Fact]
    public async Task Version_0_3_answers_with_exactly_two_members()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Old", " style"] });

        var answer = await user.PostAsync("/api/v0.3/chat", new JsonObject { ["message"] = script.Key });
        var again = await user.PostAsync("/api/v0.3/chat", new JsonObject { ["message"] = "Again", ["conversation_id"] = answer.GetProperty("conversation_id").GetString() });

        Assert.Equal(["response", "conversation_id"], answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Old style", answer.GetProperty("response").GetString());
        Assert.Equal(answer.GetProperty("conversation_id").GetString(), again.GetProperty("conversation_id").GetString());
    }

    [Fact]
    public async Task Version_0_3_streams_its_own_events()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Old", " style"] });

        using var response = await user.TryAsync("/api/v0.3/chat", new JsonObject { ["message"] = script.Key, ["stream"] = true });
        var events = (await Sse.ReadAllAsync(response)).Select(e => e.Json).ToList();

        Assert.Equal(["metadata", "content", "content", "done"], events.Select(e => e.GetProperty("type").GetString()));
        Assert.Equal("Old style", string.Concat(events[1..3].Select(e => e.GetProperty("content").GetString())));
    }

    [Fact]
    public async Task Version_0_3_has_errors_of_its_own()
    {
        using var user = nodes.NewUser();

        using var missing = await user.TryAsync("/api/v0.3/chat", new JsonObject());
        using var unknown = await user.TryAsync("/api/v0.3/chat", new JsonObject { ["message"] = "Hi", ["conversation_id"] = $"{Guid.CreateVersion7()}" });

        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        Assert.Equal("""{"error":"Missing required field: message"}""", await missing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Problem.ExpectAsync(unknown, HttpStatusCode.NotFound, "Conversation not found");
    }
}
