using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Admission;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Personas;

/// <summary>Personas as the gateways answer them out of the cache.</summary>
[Collection(ChatGatewayDefinition.Name)]
public sealed class PersonaReadTests(ChatGatewayFixture fixture)
{
    private const string Path = "/api/v1/chat/personas";
    private const string Legacy = "/api/v0.2/personas";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_cached_is_answered_without_Chat()
    {
        using var user = await fixture.SignUpAsync();
        using var anyone = fixture.Anyone();
        var (known, unknown) = (await MakeAsync(user), Guid.CreateVersion7());
        string[] paths = [$"{Path}/{known}", $"{Legacy}/{known}", Path, Legacy];
        var before = new List<(ChatCaller Caller, GatewayServer Gateway, string Path, string Tag, string Body)>();
        foreach (var (caller, gateway, path) in from caller in (ChatCaller[])[user, anyone] from gateway in Gateways from path in paths select (caller, gateway, path))
        {
            using var answer = await caller.TryAsync(HttpMethod.Get, path, gateway: gateway);
            var body = await answer.Content.ReadAsStringAsync(Ct);
            Assert.True(answer.StatusCode is HttpStatusCode.OK, body);
            before.Add((caller, gateway, path, answer.Headers.ETag!.Tag, body));
        }

        await WithoutChatAsync(async () =>
        {
            foreach (var (caller, gateway, path, tag, body) in before)
            {
                using var answer = await caller.TryAsync(HttpMethod.Get, path, gateway: gateway);
                using var again = await caller.TryAsync(HttpMethod.Get, path, gateway: gateway, ifNoneMatch: tag);

                Assert.Equal(body, await answer.Content.ReadAsStringAsync(Ct));
                Assert.Equal("private, no-cache", answer.Headers.NonValidated["Cache-Control"].ToString());
                Assert.True(answer.Headers.Contains("RateLimit"));
                Assert.False(answer.Headers.Contains("Cache-Status"));
                Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
                Assert.Equal(tag, again.Headers.ETag!.Tag);
            }

            using var uncached = await user.TryAsync(HttpMethod.Get, $"{Path}/{unknown}");
            using var page = await user.TryAsync(HttpMethod.Get, $"{Path}?limit=1");
            await Problem.ExpectAsync(uncached, HttpStatusCode.ServiceUnavailable, "Service chat unavailable");
            await Problem.ExpectAsync(page, HttpStatusCode.ServiceUnavailable, "Service chat unavailable");
        });
    }

    [Fact]
    public async Task Whoever_writes_through_a_gateway_reads_there_what_they_wrote()
    {
        using var user = await fixture.SignUpAsync();
        var id = await MakeAsync(user);

        for (var round = 0; round < 30; round++)
        {
            var (gateway, text) = (Gateways[round % 2], $"Round {round}");
            await user.SendAsync(HttpMethod.Put, $"{Path}/{id}", new JsonObject { ["description"] = text }, gateway);

            Assert.Equal(text, DescriptionOf(await user.GetAsync($"{Path}/{id}", gateway)));
            var own = await user.GetAsync($"{Path}?created_by={await MakerAsync(user, id)}", gateway);
            Assert.Equal(text, Assert.Single(own.GetProperty("personas").EnumerateArray()).GetProperty("description").GetString());
            await EventuallyAsync(async () => Assert.Equal(text, DescriptionOf(await user.GetAsync($"{Path}/{id}", Gateways[(round + 1) % 2]))));
        }
    }

    [Fact]
    public async Task A_deleted_persona_leaves_the_list_of_active_ones_on_both_gateways()
    {
        using var user = await fixture.SignUpAsync();
        var id = await MakeAsync(user);
        var mine = $"{Path}?created_by={await MakerAsync(user, id)}";
        foreach (var gateway in Gateways)
        {
            Assert.Equal(1, (await user.GetAsync(mine, gateway)).GetProperty("total").GetInt32());
        }

        await user.SendAsync(HttpMethod.Delete, $"{Path}/{id}");

        Assert.Equal(0, (await user.GetAsync(mine)).GetProperty("total").GetInt32());
        await EventuallyAsync(async () => Assert.Equal(0, (await user.GetAsync(mine, fixture.Two)).GetProperty("total").GetInt32()));
        Assert.Equal(1, (await user.GetAsync($"{mine}&active_only=false")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_prompt_is_for_callers_with_a_name_and_so_is_its_tag()
    {
        using var user = await fixture.SignUpAsync();
        using var anyone = fixture.Anyone();
        var id = await MakeAsync(user);

        using var named = await user.TryAsync(HttpMethod.Get, $"{Path}/{id}");
        using var open = await anyone.TryAsync(HttpMethod.Get, $"{Path}/{id}", ifNoneMatch: named.Headers.ETag!.Tag);

        Assert.Equal("\"1\"", named.Headers.ETag.Tag);
        Assert.Contains("You are kind.", await named.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.DoesNotContain("You are kind.", await open.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"0\", W/\"1\"")]
    [InlineData("*")]
    public async Task Whoever_has_a_persona_in_some_form_is_told_so(string tags)
    {
        using var user = await fixture.SignUpAsync();

        using var answer = await user.TryAsync(HttpMethod.Get, $"{Path}/{await MakeAsync(user)}", ifNoneMatch: tags);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task A_credential_that_is_none_reads_nothing()
    {
        using var nobody = new ChatCaller(fixture, "not-a-token");

        using var answer = await nobody.TryAsync(HttpMethod.Get, Path);

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Without_Redis_personas_are_read_and_written_all_the_same()
    {
        using var user = await fixture.SignUpAsync();
        var id = await MakeAsync(user);
        await user.GetAsync($"{Path}/{id}");

        await fixture.Redis.KillAsync(Ct);
        try
        {
            Assert.Equal("Inspires", DescriptionOf(await user.GetAsync($"{Path}/{id}")));
            await user.SendAsync(HttpMethod.Put, $"{Path}/{id}", new JsonObject { ["description"] = "Changed" });
            Assert.Equal("Changed", DescriptionOf(await user.GetAsync($"{Path}/{id}")));
            Assert.Equal("Changed", DescriptionOf(await user.GetAsync($"{Path}/{id}", fixture.Two)));
        }
        finally
        {
            await fixture.Redis.RestartAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_has_outlived_its_time_still_answers_without_Chat_and_says_so()
    {
        await using var gateway = await fixture.StartGatewayAsync(("PERSONA_CACHE_TTL", "1"));
        using var user = await fixture.SignUpAsync();
        var id = await MakeAsync(user);
        await user.GetAsync($"{Path}/{id}", gateway);

        await WithoutChatAsync(() => EventuallyAsync(async () =>
        {
            using var answer = await user.TryAsync(HttpMethod.Get, $"{Path}/{id}", gateway: gateway);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("gaia; hit; detail=stale", answer.Headers.GetValues("Cache-Status").Single());
        }));

        await EventuallyAsync(async () =>
        {
            using var answer = await user.TryAsync(HttpMethod.Get, $"{Path}/{id}", gateway: gateway);
            Assert.False(answer.Headers.Contains("Cache-Status"));
        });
    }

    [Fact]
    public async Task A_long_list_is_read_page_by_page()
    {
        using var user = await fixture.SignUpAsync();
        var made = new List<string>();
        for (var n = 0; n < 103; n++)
        {
            made.Add(await MakeAsync(user));
        }

        var list = $"{Path}?created_by={await MakerAsync(user, made[0])}";
        var first = await user.GetAsync(list);
        var second = await user.GetAsync($"{list}&cursor={first.GetProperty("next_cursor").GetString()}");
        var small = await user.GetAsync($"{list}&limit=2");

        Assert.Equal(103, first.GetProperty("total").GetInt32());
        Assert.Equal(103, second.GetProperty("total").GetInt32());
        Assert.Equal(made, Ids(first).Concat(Ids(second)));
        Assert.False(second.TryGetProperty("next_cursor", out _));
        Assert.Equal(made.Take(2), Ids(small));
    }

    [Theory]
    [InlineData("limit=0", HttpStatusCode.UnprocessableEntity)]
    [InlineData("limit=101", HttpStatusCode.UnprocessableEntity)]
    [InlineData("limit=x", HttpStatusCode.BadRequest)]
    [InlineData("cursor=x", HttpStatusCode.BadRequest)]
    [InlineData("active_only=x", HttpStatusCode.BadRequest)]
    [InlineData("created_by=x", HttpStatusCode.BadRequest)]
    public async Task A_list_that_cannot_be_is_refused(string query, HttpStatusCode expected)
    {
        using var anyone = fixture.Anyone();

        using var answer = await anyone.TryAsync(HttpMethod.Get, $"{Path}?{query}");

        await Problem.ExpectAsync(answer, expected);
    }

    private GatewayServer[] Gateways => [fixture.One, fixture.Two];

    private async Task WithoutChatAsync(Func<Task> assertions)
    {
        await Task.WhenAll(fixture.Chats.Select(chat => chat.KillAsync(Ct)));
        try
        {
            await assertions();
        }
        finally
        {
            await Task.WhenAll(fixture.Chats.Select(chat => chat.RestartAsync(CancellationToken.None)));
        }
    }

    private static Task EventuallyAsync(Func<Task> assertions) => Eventually.PassesAsync(assertions, ct: Ct);

    private static async Task<string> MakeAsync(ChatCaller user) => (await user.SendAsync(HttpMethod.Post, Path, new JsonObject
    {
        ["name"] = $"Muse {Guid.CreateVersion7()}",
        ["description"] = "Inspires",
        ["system_prompt"] = "You are kind.",
    })).GetProperty("persona").GetProperty("id").GetString()!;

    private static async Task<string> MakerAsync(ChatCaller user, string id) =>
        (await user.GetAsync($"{Path}/{id}")).GetProperty("persona").GetProperty("created_by").GetString()!;

    private static string DescriptionOf(JsonElement answer) => answer.GetProperty("persona").GetProperty("description").GetString()!;

    private static IEnumerable<string> Ids(JsonElement list) => list.GetProperty("personas").EnumerateArray().Select(p => p.GetProperty("id").GetString()!);
}
