using System.Net;
using Gaia.Tests.Admission;
using static Gaia.Tests.Regions.RegionPersonas;

namespace Gaia.Tests.Regions;

public enum Partition
{
    /// <summary>Both sides see that the link is down.</summary>
    Cut,

    /// <summary>What home sends is lost.</summary>
    FromHome,

    /// <summary>What is sent to home is lost.</summary>
    ToHome,

    /// <summary>What either sends is lost.</summary>
    Silent,
}

/// <summary>What networks and servers do without closing a connection or reporting an error.</summary>
public sealed class DistantRegionTests(DistantRegion regions) : IClassFixture<DistantRegion>
{
    /// <summary>Within which a credential that was revoked at home is refused.</summary>
    private static readonly TimeSpan RevocationBound = TimeSpan.FromSeconds(1);

    /// <summary>What a busy machine needs for one answer.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    /// <summary>One second was measured; a connection that waits to send again may need longer.</summary>
    private static readonly TimeSpan CaughtUpWithin = TimeSpan.FromSeconds(30);

    /// <summary>What is sent and not taken for twenty seconds is given up.</summary>
    private static readonly TimeSpan GivenUpWithin = TimeSpan.FromSeconds(40);

    /// <summary>Nearly as long as an instance may answer nothing.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(4);

    private GatewayApi Home => new(regions.Home);

    private GatewayApi Away => new(regions.Away);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Partition.Cut)]
    [InlineData(Partition.FromHome)]
    [InlineData(Partition.ToHome)]
    [InlineData(Partition.Silent)]
    public async Task Nothing_old_is_answered_and_nobody_revoked_is_admitted_while_the_network_loses_what_is_sent(Partition partition)
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        var (gone, stays) = (await Home.SignUpAsync(), await Home.SignUpAsync());
        var persona = await CreateAsync(Home, admin, "before");
        var path = $"{RegionPersonas.Path}/{persona}";
        Assert.Equal("before", await DescriptionAsync(Away, persona));
        Assert.Equal(HttpStatusCode.OK, await Away.StatusOfAsync(gone.AccessToken, path: path));
        Assert.Equal(HttpStatusCode.OK, await Away.StatusOfAsync(stays.AccessToken, path: path));

        try
        {
            await BreakAsync(partition);
            var broken = TimeProvider.System.GetTimestamp();
            await ChangeAsync(Home, admin, persona, "after");
            await Home.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: gone.AccessToken);
            var changed = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(broken) < Length)
            {
                var asked = TimeProvider.System.GetTimestamp();
                var since = TimeProvider.System.GetElapsedTime(changed, asked);
                var status = await Away.StatusOfAsync(gone.AccessToken, path: path);
                Assert.True(status != HttpStatusCode.OK || since < RevocationBound + Slack, $"Admitted {since} after the revocation.");

                since = TimeProvider.System.GetElapsedTime(changed);
                using var answer = await Away.SendAsync(HttpMethod.Get, path);
                var isOld = (await answer.Content.ReadAsStringAsync(Ct)).Contains("\"before\"", StringComparison.Ordinal);
                Assert.True(!isOld || since < DistantRegion.Bound + Slack, $"Answered what was changed {since} before.");
            }
        }
        finally
        {
            await regions.Network.HealAsync(CancellationToken.None);
        }

        await Eventually.IsTrueAsync(async () => await Away.StatusOfAsync(stays.AccessToken, path: path) == HttpStatusCode.OK, CaughtUpWithin, Ct);
        await Eventually.PassesAsync(async () => Assert.Equal("after", await DescriptionAsync(Away, persona)), CaughtUpWithin, Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, await Away.StatusOfAsync(gone.AccessToken, path: path));
    }

    [Fact]
    public async Task Nobody_waits_long_for_a_home_that_does_not_answer()
    {
        const int readers = 8;
        Assert.All(await ReadersAsync(), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));

        try
        {
            await BreakAsync(Partition.Silent);

            // What is under way when the network breaks ends as well, and nobody waits after that.
            Assert.All(await ReadersAsync(), answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status));
            Assert.All(await ReadersAsync(), answer => Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable && answer.Took < Late, $"{answer}"));
        }
        finally
        {
            await regions.Network.HealAsync(CancellationToken.None);
        }

        await Eventually.IsTrueAsync(async () => (await ReadUnknownAsync(Away)).Status == HttpStatusCode.OK, CaughtUpWithin, Ct);

        Task<(HttpStatusCode Status, TimeSpan Took)[]> ReadersAsync() => Task.WhenAll(Enumerable.Range(0, readers).Select(_ => ReadUnknownAsync(Away)));
    }

    [Fact]
    public async Task An_instance_that_does_not_answer_is_passed_over()
    {
        await regions.SecondChat.FreezeAsync(Ct);
        try
        {
            var answers = new List<(HttpStatusCode Status, TimeSpan Took)>();
            for (var i = 0; i < 20; i++)
            {
                answers.Add(await ReadUnknownAsync(Home));
            }

            var late = answers.Where(answer => answer.Status != HttpStatusCode.OK).ToList();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, Assert.Single(late).Status);
        }
        finally
        {
            await regions.SecondChat.ThawAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_write_that_is_under_way_when_the_network_breaks_is_given_up()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        var persona = await CreateAsync(Home, admin, "before");
        await ChangeAsync(Away, admin, persona, "by then");

        try
        {
            await BreakAsync(Partition.Silent);

            using var answer = await Away.SendAsync(HttpMethod.Put, $"{RegionPersonas.Path}/{persona}", new { description = "lost" }, admin).WaitAsync(GivenUpWithin, Ct);
            await Problem.ExpectAsync(answer, HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            await regions.Network.HealAsync(CancellationToken.None);
        }

        await Eventually.IsTrueAsync(async () => await Away.StatusOfAsync(admin) == HttpStatusCode.OK, CaughtUpWithin, Ct);
    }

    /// <summary>No cache has it.</summary>
    private static async Task<(HttpStatusCode Status, TimeSpan Took)> ReadUnknownAsync(GatewayApi gateway)
    {
        var asked = TimeProvider.System.GetTimestamp();
        var status = await gateway.StatusOfAsync(path: $"{RegionPersonas.Path}?created_by={Guid.NewGuid()}");
        return (status, TimeProvider.System.GetElapsedTime(asked));
    }

    private async Task BreakAsync(Partition partition)
    {
        if (partition is Partition.Cut)
        {
            await regions.Network.CutAsync(Ct);
        }

        if (partition is Partition.FromHome or Partition.Silent)
        {
            await regions.Network.LoseFromHomeAsync(Ct);
        }

        if (partition is Partition.ToHome or Partition.Silent)
        {
            await regions.Network.LoseToHomeAsync(Ct);
        }
    }
}
