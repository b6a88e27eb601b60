using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Gaia.Tests.Admission;
using static Gaia.Tests.Regions.RegionPersonas;

namespace Gaia.Tests.Regions;

/// <summary>A gateway of a region that follows another: it reads and admits by itself, and what it changes is changed at home.</summary>
[Collection(nameof(TwoRegions))]
public sealed class FollowerGatewayTests(TwoRegions regions)
{
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
        var persona = $"{RegionPersonas.Path}/{await CreateAsync(Home, admin, "known")}";
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
                status = await Away.StatusOfAsync(path: $"{RegionPersonas.Path}/{persona}");
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
        const int limit = 600;
        var (here, there) = isUsedAtHome ? (Home, Away) : (Away, Home);
        var user = await Home.SignUpAsync();
        var made = await Home.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/auth/api-keys", new { name = "shared", rate_limit = limit }, user.AccessToken);
        var key = made.GetProperty("key").GetString()!;

        // What was asked for there does not explain how little remains there.
        var askedThere = 0;
        await Eventually.IsTrueAsync(
            async () =>
            {
                await Parallel.ForEachAsync(Enumerable.Range(0, 50), Ct, async (_, _) => await here.StatusOfAsync(key: key));
                return await RemainingAsync(there, key) + ++askedThere < limit * 3 / 4;
            },
            ct: Ct);
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

    private static async Task<int> RemainingAsync(GatewayApi gateway, string key)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, GatewayApi.Me, key: key);
        return int.Parse(Regex.Match(answer.Headers.GetValues("RateLimit").Single(), @"r=(\d+)").Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private Task BecomesAsync(HttpStatusCode status, string token) => Eventually.IsTrueAsync(async () => await Away.StatusOfAsync(token) == status, ct: Ct);
}
