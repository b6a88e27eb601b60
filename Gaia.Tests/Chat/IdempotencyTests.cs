using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class IdempotencyTests(ChatNodes nodes)
{
    [Fact]
    public async Task A_persona_that_is_sent_twice_is_made_once()
    {
        using var user = nodes.NewUser();
        var draft = new JsonObject { ["name"] = $"Twin {Guid.CreateVersion7()}", ["description"] = "One", ["system_prompt"] = "You are one." };

        using var first = await SendAsync(user, "/api/v1/chat/personas", draft, "make-it", nodes.First);
        using var second = await SendAsync(user, "/api/v1/chat/personas", draft, "make-it", nodes.Second);

        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(await TextAsync(first), await TextAsync(second));
    }

    [Fact]
    public async Task A_message_that_is_sent_twice_is_answered_once()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var message = new JsonObject { ["message"] = script.Key };

        using var first = await SendAsync(user, "/api/v1/chat", message, "say-it");
        using var second = await SendAsync(user, "/api/v1/chat", message, "say-it");

        Assert.Equal(await TextAsync(first), await TextAsync(second));
        Assert.Single(script.Requests);
        Assert.Single((await user.GetAsync("/api/v1/conversations")).GetProperty("conversations").EnumerateArray());
    }

    [Fact]
    public async Task A_key_belongs_to_one_request()
    {
        using var user = nodes.NewUser();
        using var first = await SendAsync(user, "/api/v1/conversations", new JsonObject { ["title"] = "One" }, "again");

        using var second = await SendAsync(user, "/api/v1/conversations", new JsonObject { ["title"] = "Two" }, "again");

        await Problem.ExpectAsync(second, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_key_belongs_to_one_user()
    {
        using var ada = nodes.NewUser();
        using var bob = nodes.NewUser();

        using var first = await SendAsync(ada, "/api/v1/conversations", new JsonObject { ["title"] = "One" }, "ours");
        using var second = await SendAsync(bob, "/api/v1/conversations", new JsonObject { ["title"] = "One" }, "ours");

        Assert.NotEqual(IdOf(await TextAsync(first)), IdOf(await TextAsync(second)));
    }

    [Fact]
    public async Task A_repetition_while_the_first_is_in_flight_is_a_conflict()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { IsStepwise = true });
        var message = new JsonObject { ["message"] = script.Key };

        var first = SendAsync(user, "/api/v1/chat", message, "slow");
        await Eventually.IsTrueAsync(() => !script.Requests.IsEmpty, ct: TestContext.Current.CancellationToken);
        using var second = await SendAsync(user, "/api/v1/chat", message, "slow", nodes.Second);
        script.Step(script.Words.Count);

        await Problem.ExpectAsync(second, HttpStatusCode.Conflict);
        using var answer = await first;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task What_failed_may_be_tried_again()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = 401, Body = "{}", Failures = 1 });
        var message = new JsonObject { ["message"] = script.Key };

        using var first = await SendAsync(user, "/api/v1/chat", message, "retry");
        using var second = await SendAsync(user, "/api/v1/chat", message, "retry");

        Assert.Equal(HttpStatusCode.BadGateway, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(ChatUser user, string path, JsonNode body, string key, GaiaService? node = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        return await user.At(node ?? nodes.First).SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static string IdOf(string conversation) => JsonElement.Parse(conversation).GetProperty("id").GetString()!;
}
