using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gaia.Tests.Admission;

namespace Gaia.Tests.Regions;

/// <summary>A gateway of a region that follows another: it reads and admits by itself, and what it changes is changed at home.</summary>
public sealed class FollowerGatewayTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private const string Personas = "/api/v1/chat/personas";
    private const string Position = "X-Gaia-Position";
    private const string Statistics = "/api/v1/admin/cache/stats";

    private GatewayApi Home => new(regions.Home);

    private GatewayApi Away => new(regions.Away);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_at_home_is_read_in_the_other_region()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        var persona = await CreateAsync(Home, admin, "before");
        Assert.Equal("before", await DescriptionAsync(Away, persona));

        await ChangeAsync(Home, admin, persona, "after");

        await Eventually.PassesAsync(async () => Assert.Equal("after", await DescriptionAsync(Away, persona)), ct: Ct);
    }

    [Fact]
    public async Task Whoever_changes_something_in_the_other_region_reads_it_there_at_once()
    {
        var admin = (await Away.SignInAsAdministratorAsync()).AccessToken;
        var persona = await CreateAsync(Away, admin, "0");
        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal($"{i - 1}", await DescriptionAsync(Away, persona));
            await ChangeAsync(Away, admin, persona, $"{i}");
        }

        Assert.Equal("20", await DescriptionAsync(Away, persona));
        await Eventually.PassesAsync(async () => Assert.Equal("20", await DescriptionAsync(Home, persona)), ct: Ct);
    }

    [Fact]
    public async Task A_position_from_home_is_read_from_in_the_other_region_before_the_change_arrives_there()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        var persona = await CreateAsync(Home, admin, "before");
        Assert.Equal("before", await DescriptionAsync(Away, persona));
        regions.CutLog();
        try
        {
            using var change = await Home.SendAsync(HttpMethod.Put, $"{Personas}/{persona}", new { description = "after" }, admin);
            var position = Assert.Single(change.Headers.GetValues(Position));

            Assert.Equal("after", await DescriptionAsync(Away, persona, position));
            Assert.Equal("after", await DescriptionAsync(Away, persona));
        }
        finally
        {
            regions.Heal();
        }
    }

    [Fact]
    public async Task A_position_covers_what_its_caller_wrote_before_and_the_position_they_brought()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        string[] personas = [await CreateAsync(Home, admin, "before"), await CreateAsync(Home, admin, "before"), await CreateAsync(Home, admin, "before")];

        await ChangeAsync(Home, admin, personas[0], "after");
        using var second = await Home.SendAsync(HttpMethod.Put, $"{Personas}/{personas[1]}", new { description = "after" }, admin);
        var brought = Assert.Single(second.Headers.GetValues(Position));
        using var third = await Away.SendAsync(HttpMethod.Put, $"{Personas}/{personas[2]}", new { description = "after" }, admin, headers: (Position, brought));

        var content = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Assert.Single(third.Headers.GetValues(Position))));
        Assert.All(personas, persona => Assert.Contains($"persona:{persona}", content, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("42")]
    [InlineData("no base64!")]
    [InlineData("W3sia2V5IjoicGVyc29uYTpvbmUiLCJ2Ijo5MjIzMzcyMDM2ODU0Nzc1ODA3fV1bey")]
    public async Task A_position_that_no_gateway_gave_out_is_refused(string position)
    {
        using var answer = await Away.SendAsync(HttpMethod.Get, Personas, headers: (Position, position));

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest, "The X-Gaia-Position header is none that Gaia gave out. Repeat the request without it.");
    }

    [Fact]
    public async Task What_home_revokes_is_refused_in_the_other_region_and_so_is_everybody_while_home_is_out_of_reach()
    {
        var (gone, stays) = (await Home.SignUpAsync(), await Home.SignUpAsync());
        Assert.Equal(HttpStatusCode.OK, await Away.StatusOfAsync(gone.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await Away.StatusOfAsync(stays.AccessToken));

        await Home.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: gone.AccessToken);
        await BecomesAsync(HttpStatusCode.Unauthorized, gone.AccessToken);

        regions.Cut();
        try
        {
            await BecomesAsync(HttpStatusCode.ServiceUnavailable, stays.AccessToken);
        }
        finally
        {
            regions.Heal();
        }

        await BecomesAsync(HttpStatusCode.OK, stays.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, await Away.StatusOfAsync(gone.AccessToken));
    }

    [Fact]
    public async Task Callers_that_the_other_region_knows_are_admitted_within_a_bound_where_a_setting_says_so_but_never_as_administrators()
    {
        await using var lenient = await regions.StartAwayAsync(("REGION_AUTH", "bounded:20s"), ("REGION_STALENESS", "20"));
        var there = new GatewayApi(lenient);
        var (admin, user) = ((await Home.SignInAsAdministratorAsync()).AccessToken, (await Home.SignUpAsync()).AccessToken);
        var persona = $"{Personas}/{await CreateAsync(Home, admin, "known")}";
        Assert.Equal(HttpStatusCode.OK, await there.StatusOfAsync(user, path: persona));
        Assert.Equal(HttpStatusCode.OK, await there.StatusOfAsync(admin, path: Statistics));
        Assert.Equal(HttpStatusCode.OK, await Away.StatusOfAsync(user, path: persona));

        regions.Cut();
        try
        {
            await Eventually.IsTrueAsync(async () => await Away.StatusOfAsync(user, path: persona) == HttpStatusCode.ServiceUnavailable, ct: Ct);
            await Eventually.IsTrueAsync(async () => await there.StatusOfAsync(admin, path: Statistics) == HttpStatusCode.ServiceUnavailable, ct: Ct);

            Assert.Equal(HttpStatusCode.OK, await there.StatusOfAsync(user, path: persona));
            await Eventually.IsTrueAsync(async () => await there.StatusOfAsync(user, path: persona) == HttpStatusCode.ServiceUnavailable, ct: Ct);
        }
        finally
        {
            regions.Heal();
        }

        await Eventually.IsTrueAsync(async () => await there.StatusOfAsync(admin, path: Statistics) == HttpStatusCode.OK, ct: Ct);
    }

    [Fact]
    public async Task Nothing_older_than_the_bound_is_answered_while_home_is_out_of_reach()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        var persona = await CreateAsync(Home, admin, "before");
        Assert.Equal("before", await DescriptionAsync(Away, persona));

        regions.Cut();
        try
        {
            await ChangeAsync(Home, admin, persona, "after");
            var changed = TimeProvider.System.GetTimestamp();
            HttpStatusCode status;
            do
            {
                status = await Away.StatusOfAsync(path: $"{Personas}/{persona}");
                Assert.True(status == HttpStatusCode.ServiceUnavailable || TimeProvider.System.GetElapsedTime(changed) < TwoRegions.Bound * 1.5, $"{status} beyond the bound.");
            }
            while (status == HttpStatusCode.OK);
        }
        finally
        {
            regions.Heal();
        }

        await Eventually.PassesAsync(async () => Assert.Equal("after", await DescriptionAsync(Away, persona)), ct: Ct);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_limit_is_shared_by_all_regions(bool isUsedAtHome)
    {
        const int limit = 6_000;
        const int used = 2_000;
        var (here, there) = isUsedAtHome ? (Home, Away) : (Away, Home);
        var user = await Home.SignUpAsync();
        var made = await Home.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/auth/api-keys", new { name = "shared", rate_limit = limit }, user.AccessToken);
        var key = made.GetProperty("key").GetString()!;

        await Parallel.ForEachAsync(Enumerable.Range(0, used), Ct, async (_, _) => Assert.Equal(HttpStatusCode.OK, await here.StatusOfAsync(key: key)));

        // A hundred are refilled in a second.
        await Eventually.PassesAsync(async () => Assert.InRange(await RemainingAsync(there, key), 0, limit - (used / 2)), TimeSpan.FromSeconds(8), Ct);
        Assert.InRange(await RemainingAsync(here, key), limit - used - 100, limit - (used / 2));
    }

    [Fact]
    public async Task Keys_of_the_cache_are_removed_at_home_only()
    {
        var admin = (await Away.SignInAsAdministratorAsync()).AccessToken;

        using var flush = await Away.SendAsync(HttpMethod.Post, "/api/v1/admin/cache/flush", new { pattern = "persona:*" }, admin);
        using var delete = await Away.SendAsync(HttpMethod.Delete, "/api/v1/admin/cache/keys/persona:1", token: admin);

        await Problem.ExpectAsync(flush, HttpStatusCode.Conflict, "Keys are removed in region home, which this one follows.");
        await Problem.ExpectAsync(delete, HttpStatusCode.Conflict, "Keys are removed in region home, which this one follows.");
    }

    private static async Task<string> CreateAsync(GatewayApi gateway, string token, string description) =>
        (await gateway.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, Personas, new { name = $"Muse {Guid.NewGuid():N}", description, system_prompt = "You are a muse." }, token))
            .GetProperty("persona").GetProperty("id").GetString()!;

    private static async Task ChangeAsync(GatewayApi gateway, string token, string id, string description) =>
        await gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Personas}/{id}", new { description }, token);

    private static async Task<string?> DescriptionAsync(GatewayApi gateway, string id, string? position = null)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, $"{Personas}/{id}", headers: position is null ? [] : [(Position, position)]);
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        return JsonElement.Parse(body).GetProperty("persona").GetProperty("description").GetString();
    }

    private static async Task<int> RemainingAsync(GatewayApi gateway, string key)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, GatewayApi.Me, key: key);
        return int.Parse(Regex.Match(answer.Headers.GetValues("RateLimit").Single(), @"r=(\d+)").Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private Task BecomesAsync(HttpStatusCode status, string token) => Eventually.IsTrueAsync(async () => await Away.StatusOfAsync(token) == status, ct: Ct);
}
