using System.Net;
using Gaia.Tests.Admission;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Regions;

/// <summary>A gateway of a region that follows another: it reads and admits by itself, and what it changes is changed at home.</summary>
public sealed class FollowerGatewayTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    private const string Personas = "/api/v1/chat/personas";

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

    private static async Task<string?> DescriptionAsync(GatewayApi gateway, string id) =>
        (await gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{Personas}/{id}")).GetProperty("persona").GetProperty("description").GetString();

    private Task BecomesAsync(HttpStatusCode status, string token) => Eventually.IsTrueAsync(async () => await Away.StatusOfAsync(token) == status, ct: Ct);
}
