using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Survival;

/// <summary>Idempotency keys of personas, conversations and chat hold without Redis, on two replicas with servers of their own.</summary>
public sealed class ChatIdempotencyFaultTests(ChatNodes nodes) : IClassFixture<ChatNodes>
{
    private const string Personas = "/api/v1/chat/personas";
    private const string Conversations = "/api/v1/conversations";
    private const string Chat = "/api/v1/chat";

    // A service waits for Redis ten times as long unless it has a deadline of its own.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_request_is_answered_alike_after_Redis_lost_everything()
    {
        using var user = nodes.NewUser();
        var bodies = Bodies();
        var first = await SendAllAsync(user, bodies, nodes.First);

        await nodes.Redis.CommandAsync("FLUSHALL", Ct);

        Assert.Equal(first, await SendAllAsync(user, bodies, nodes.Second));
    }

    [Fact]
    public async Task While_Redis_is_frozen_a_repeated_request_is_answered_alike_and_nobody_waits_for_it()
    {
        using var user = nodes.NewUser();
        var bodies = Bodies();
        await nodes.Redis.FreezeAsync(Ct);
        try
        {
            Assert.Equal(await SendAllAsync(user, bodies, nodes.First), await SendAllAsync(user, bodies, nodes.Second));
        }
        finally
        {
            await nodes.Redis.ThawAsync(Ct);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_that_arrive_together_at_two_replicas_are_processed_once(bool redisIsFrozen)
    {
        using var user = nodes.NewUser();
        if (redisIsFrozen)
        {
            await nodes.Redis.FreezeAsync(Ct);
        }

        try
        {
            foreach (var (path, body) in Bodies())
            {
                using var first = user.At(nodes.First);
                using var second = user.At(nodes.Second);
                var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
                {
                    using var answer = await SendAsync(i % 2 == 0 ? first : second, path, body);
                    Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict, $"{answer.StatusCode}");
                    return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(Ct) : null;
                }));

                Assert.Single(answers.OfType<string>().Distinct());
            }
        }
        finally
        {
            if (redisIsFrozen)
            {
                await nodes.Redis.ThawAsync(Ct);
            }
        }

        // One of the request for a conversation, one of the chat.
        Assert.Equal(2, (await user.GetAsync(Conversations)).GetProperty("conversations").GetArrayLength());
    }

    [Fact]
    public async Task A_chat_whose_replica_was_killed_can_be_repeated_at_another()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { IsStepwise = true });
        var body = new JsonObject { ["message"] = script.Key };
        var doomed = await GaiaService.StartAsync(Resources.Chat, nodes.Settings(nodes.Models), Ct);
        using var client = user.At(doomed);
        var first = SendAsync(client, Chat, body);
        await Eventually.IsTrueAsync(() => !script.Requests.IsEmpty, ct: Ct);

        await doomed.DisposeAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => first);
        script.Step(2 * script.Words.Count);

        using var other = user.At(nodes.Second);
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var answer = await SendAsync(other, Chat, body);
                return answer.StatusCode switch { HttpStatusCode.OK => true, HttpStatusCode.Conflict => false, var status => throw new InvalidOperationException($"{status}") };
            },
            TimeSpan.FromSeconds(90),
            Ct);
        Assert.Equal(2, script.Requests.Count);
    }

    [Fact]
    public async Task A_replica_that_was_frozen_until_another_answered_tells_and_stores_nothing()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { IsStepwise = true });
        var body = new JsonObject { ["message"] = script.Key };
        await using var frozen = await GaiaService.StartAsync(Resources.Chat, nodes.Settings(nodes.Models), Ct);
        using var client = user.At(frozen);
        var late = SendAsync(client, Chat, body);
        await Eventually.IsTrueAsync(() => !script.Requests.IsEmpty, ct: Ct);
        await frozen.FreezeAsync(Ct);
        try
        {
            script.Step(2 * script.Words.Count);
            using var other = user.At(nodes.Second);
            await Eventually.IsTrueAsync(
                async () =>
                {
                    using var answer = await SendAsync(other, Chat, body);
                    return answer.IsSuccessStatusCode;
                },
                TimeSpan.FromSeconds(90),
                Ct);
        }
        finally
        {
            await frozen.ThawAsync(Ct);
        }

        using var refused = await late;
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(1, (await user.GetAsync(Conversations)).GetProperty("conversations").GetArrayLength());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repeated_write_tells_the_gateway_which_cached_keys_it_changed(bool redisLostEverything)
    {
        using var user = nodes.NewUser();
        var body = Bodies()[Personas];
        using var first = user.At(nodes.First);
        using var second = user.At(nodes.Second);
        using var answer = await SendAsync(first, Personas, body);
        if (redisLostEverything)
        {
            await nodes.Redis.CommandAsync("FLUSHALL", Ct);
        }

        using var repeated = await SendAsync(second, Personas, body);

        Assert.Equal(answer.StatusCode, repeated.StatusCode);
        Assert.NotEmpty(ChangedKeysOf(answer));
        Assert.Equal(ChangedKeysOf(answer), ChangedKeysOf(repeated));
    }

    private static string[] ChangedKeysOf(HttpResponseMessage answer) =>
        [.. JsonNode.Parse(answer.Headers.GetValues("X-Gaia-Cache-Changes").Single())!.AsArray().Select(change => $"{change!["key"]}").Order(StringComparer.Ordinal)];

    private Dictionary<string, JsonObject> Bodies() => new()
    {
        [Personas] = new() { ["name"] = $"Once {Guid.CreateVersion7()}", ["description"] = "One", ["system_prompt"] = "You are one." },
        [Conversations] = new() { ["title"] = "One" },
        [Chat] = new() { ["message"] = nodes.Models.Play(new()).Key },
    };

    private static async Task<string> SendAllAsync(ChatUser user, Dictionary<string, JsonObject> bodies, GaiaService node)
    {
        using var client = user.At(node);
        List<string> answers = [];
        foreach (var (path, body) in bodies)
        {
            using var answer = await SendAsync(client, path, body).WaitAsync(Deadline, Ct);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
            answers.Add($"{answer.StatusCode} {answer.Headers.Location} {answer.Headers.ETag} {await answer.Content.ReadAsStringAsync(Ct)}");
        }

        return string.Join('\n', answers);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, JsonNode body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", "once" } } };
        return await client.SendAsync(request, Ct);
    }
}
