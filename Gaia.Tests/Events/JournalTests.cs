using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gaia.Events.Consumers;
using Gaia.Events.Facts;
using Gaia.Events.Journal;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Events;

[Collection(JournalGraphDefinition.Name)]
public sealed class JournalTests(JournalGraph graph)
{
    private const string Events = "/api/v1/admin/events";
    private const string Personas = "/api/v1/chat/personas";
    private const string Keys = "/api/v1/auth/api-keys";

    private readonly GatewayApi api = new(graph.Gateway);
    private readonly JournalApi journal = new(graph.Gateway);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_fact_of_every_service_is_in_the_feed_once()
    {
        var administrator = await api.SignInAsAdministratorAsync();
        var user = await api.SignUpAsync();
        await Eventually.IsTrueAsync(async () => (await journal.ReadAsync(administrator, "?after=0&follow=false")).Any(e => e.Json.GetProperty("subject").GetGuid() == user.Id), ct: Ct);
        var before = (await journal.ReadAsync(administrator, "?after=0&follow=false")).Last().Id;

        var (expected, subject) = await DoEverythingAsync(user, administrator);

        await Eventually.PassesAsync(async () => Assert.Equal(expected.Order(), (await journal.ReadAsync(administrator, $"?after={before}&follow=false")).Select(TypeOf).Order()), ct: Ct);
        var events = await journal.ReadAsync(administrator, $"?after={before}&follow=false");
        Assert.Equal(EventSources.Types.Order(), events.Select(TypeOf).Append(UserRegistered.Type).Distinct().Order());
        Assert.Equal(
            ["gaia.persona.created", "gaia.persona.updated", "gaia.persona.restored", "gaia.persona.deleted"],
            events.Where(e => e.Json.GetProperty("subject").GetGuid() == subject).Select(TypeOf));
        var completed = events.Single(e => TypeOf(e) == MessageCompleted.Type).Json.GetProperty("data");
        Assert.Equal((user.Id, JsonValueKind.Null), (completed.GetProperty("user_id").GetGuid(), completed.GetProperty("text").ValueKind));

        // The id of the last says where to go on; a type selects.
        Assert.Empty(await journal.ReadAsync(administrator, "?follow=false", ("Last-Event-ID", events[^1].Id!)));
        Assert.Equal(
            ["gaia.key.created", "gaia.key.rotated", "gaia.key.revoked"], (await journal.ReadAsync(administrator, $"?after={before}&type=key.*&follow=false")).Select(TypeOf));
    }

    [Fact]
    public async Task A_stream_in_which_nothing_happens_shows_that_it_lives()
    {
        var administrator = await api.SignInAsAdministratorAsync();
        using var client = new HttpClient { BaseAddress = graph.Gateway.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", administrator.AccessToken);
        using var reader = new StreamReader(await client.GetStreamAsync($"{Events}?type=alert.*", Ct));

        // One at once, the next after some seconds.
        for (var heartbeat = 0; heartbeat < 2; heartbeat++)
        {
            Assert.Equal(": heartbeat", await reader.ReadLineAsync(Ct));
            Assert.Equal("", await reader.ReadLineAsync(Ct));
        }
    }

    [Fact]
    public async Task What_happens_is_streamed_while_it_happens_also_after_Redis_was_emptied()
    {
        var administrator = await api.SignInAsAdministratorAsync();
        var user = await api.SignUpAsync();
        using var client = new HttpClient { BaseAddress = graph.Gateway.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}?type=preference.*&from={DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", administrator.AccessToken);
        await using var feed = await Sse.OpenAsync(client, request);

        await SetAsync();
        await NextOwnAsync();
        await graph.Redis.GetDatabase().KeyDeleteAsync(new JournalKeys(JournalGraph.Prefix, EventSources.Chat).Events);
        await SetAsync();
        await NextOwnAsync();

        async Task NextOwnAsync()
        {
            while ((await feed.NextAsync()).Json.GetProperty("subject").GetGuid() != user.Id)
            {
                // Of another test.
            }
        }

        async Task SetAsync()
        {
            var personas = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, Personas, token: user.AccessToken);
            await api.ExpectAsync(
                HttpStatusCode.OK, HttpMethod.Post, $"{Personas}/set", new { persona_id = personas.GetProperty("personas")[0].GetProperty("id").GetGuid() }, user.AccessToken);
        }
    }

    [Fact]
    public async Task A_group_gets_from_the_archive_what_the_stream_no_longer_has()
    {
        var administrator = await api.SignInAsAdministratorAsync();
        var key = await journal.CreateKeyAsync(administrator);
        for (var i = 0; i < 3; i++)
        {
            await journal.CreatePersonaAsync(administrator);
        }

        JournalKeys keys = new(JournalGraph.Prefix, EventSources.Chat);
        var all = (await journal.ReadAsync(administrator, "?after=0&type=persona.created&follow=false")).Select(e => e.Json.GetProperty("subject").GetGuid()).ToList();
        await Eventually.IsTrueAsync(async () => await graph.Redis.GetDatabase().StreamLengthAsync(keys.Events) >= 3, ct: Ct);
        await graph.Redis.GetDatabase().StreamTrimAsync(keys.Events, 1);

        await using var reader = await JournalNode.ArchiveReaderAsync(graph.Servers, $"a{Guid.CreateVersion7():n}", options =>
        {
            (options.KeyPrefix, options.Archive, options.ApiKey) = (JournalGraph.Prefix, graph.Gateway.Address, key);
        });

        await Eventually.PassesAsync(async () => Assert.Equal(all, (await reader.SeenAsync()).Select(seen => seen.Subject).Take(all.Count)), ct: Ct);
    }

    [Fact]
    public async Task Replays_and_dead_letters_are_an_administrators_business()
    {
        var administrator = await api.SignInAsAdministratorAsync();
        await journal.CreatePersonaAsync(administrator);
        JournalKeys keys = new(JournalGraph.Prefix, EventSources.Chat);
        var (redis, group) = (graph.Redis.GetDatabase(), $"g{Guid.CreateVersion7():n}");
        await redis.StreamCreateConsumerGroupAsync(keys.Events, group, "0-0");

        var counted = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Events}/replays", new { group, type = "persona.created", dry_run = true }, administrator.AccessToken);
        Assert.True(counted.GetProperty("sources")[0].GetProperty("events").GetInt32() > 0);
        Assert.DoesNotContain(await redis.StreamRangeAsync(keys.Replays), entry => entry["group"] == group);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Events}/replays", new { group, type = "persona.created" }, administrator.AccessToken);
        Assert.Equal("gaia.persona.created", (string?)(await redis.StreamRangeAsync(keys.Replays)).Single(entry => entry["group"] == group)["types"]);
        await api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, $"{Events}/replays", new { group = "nobody" }, administrator.AccessToken);

        await DeadLetters.AddAsync(redis, keys, group, new(7, "gaia.persona.created", """{"id":"of the event"}"""), 5, "It cannot be.");
        var letter = (await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{Events}/dead", token: administrator.AccessToken)).GetProperty("dead_letters")[0];
        Assert.Equal((group, "chat", 7, "of the event"), (
            letter.GetProperty("group").GetString(), letter.GetProperty("source").GetString(), letter.GetProperty("position").GetInt64(), letter.GetProperty("event").GetProperty("id").GetString()));
        var retry = $"{Events}/dead/{letter.GetProperty("id").GetString()}/retry";
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, retry, token: administrator.AccessToken);
        await api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, retry, token: administrator.AccessToken);
        Assert.Equal((6, 7), (await redis.StreamRangeAsync(keys.Replays)).Where(entry => entry["group"] == group).Select(entry => ((int)entry["after"], (int)entry["until"])).Last());
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_and_a_journal_that_is_off_are_told_so()
    {
        var administrator = await api.SignInAsAdministratorAsync();
        foreach (var after in (string[])["nonsense", "chat:1,chat:2", "nowhere:1", "auth:1&type=persona.*"])
        {
            await api.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"{Events}?after={after}", token: administrator.AccessToken);
        }

        await api.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"{Events}?type=DROP%20TABLE", token: administrator.AccessToken);
        await new GatewayApi(graph.GatewayWithout).ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Get, Events, token: administrator.AccessToken);
    }

    /// <returns>The types of the events that this makes, and the persona whose life it is.</returns>
    private async Task<(IReadOnlyList<string> Types, Guid Persona)> DoEverythingAsync(SignedIn user, SignedIn administrator)
    {
        var token = user.AccessToken;
        var persona = await journal.CreatePersonaAsync(user);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Personas}/{persona}", new { description = "Changed" }, token);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Personas}/{persona}/versions/1/restore", token: token);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Personas}/set", new { persona_id = persona }, token);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, $"{Personas}/current", token: token);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, $"{Personas}/{persona}", token: token);

        var conversation = await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/conversations", new { title = "One" }, token);
        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/conversations/{conversation.GetProperty("id").GetString()}", token: token);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/chat", new { message = graph.Models.Play(new() { Words = ["Yes"] }).Key }, token);
        using (var refused = await api.SendAsync(HttpMethod.Post, "/api/v1/chat", new { message = graph.Models.Play(new() { Status = 401, Body = "{}" }).Key }, token))
        {
            Assert.False(refused.IsSuccessStatusCode);
        }

        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, "/api/v1/chat/history", token: token);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/admin/alerts/test", token: administrator.AccessToken);

        using var content = new ByteArrayContent("a file"u8.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };
        var asset = await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/assets", content, token);
        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/assets/{asset.GetProperty("id").GetString()}", token: token);
        await api.ExpectAsync(HttpStatusCode.Accepted, HttpMethod.Post, "/api/v1/assets/generate", new { description = "a hill" }, token);

        var (key, _) = await api.CreateKeyAsync(token);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Keys}/{key}/rotate", token: token);
        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"{Keys}/{key}", token: token);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/v1/auth/users/{user.Id}/disable", token: administrator.AccessToken);
        return (
        [
            PersonaCreated.Type, PersonaUpdated.Type, PersonaRestored.Type, PreferenceSet.Type, PreferenceSet.Type, PersonaDeleted.Type,
            ConversationCreated.Type, ConversationDeleted.Type, ConversationCreated.Type, MessageCompleted.Type, UsageCharged.Type,
            ConversationCreated.Type, MessageFailed.Type, ConversationDeleted.Type, ConversationDeleted.Type, AlertFired.Type,
            AssetStored.Type, AssetDeleted.Type, AssetGenerated.Type, KeyCreated.Type, KeyRotated.Type, KeyRevoked.Type, UserDisabled.Type,
        ], persona);
    }

    private static string TypeOf(SseEvent e) => e.Json.GetProperty("type").GetString()!;
}
