using System.Globalization;
using System.Net;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Admission;

/// <summary>What admission costs the servers behind it.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class WarmAndColdTests(GatewayFixture fixture)
{
    private GatewayApi Gateway => new(fixture.One);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_warm_requests_cost_Redis_at_most_two_commands()
    {
        await using var server = await fixture.StartAsync();
        var gateway = new GatewayApi(server);
        var user = await gateway.SignUpAsync();
        var (_, key) = await gateway.CreateKeyAsync(user.AccessToken);

        // The first hundreds also compile what they run through, which takes time, as a busy machine does, and time costs renewals.
        await Eventually.PassesAsync(async () =>
        {
            var before = await CommandsAsync();
            await SendAHundredAsync();
            Assert.InRange(await CommandsAsync() - before, 0, 4);
        }, ct: Ct);

        // Of each credential.
        async Task SendAHundredAsync()
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync(user.AccessToken));
                Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync(key: key));
            }
        }
    }

    [Fact]
    public async Task What_is_wrong_at_first_sight_is_refused_without_Redis_and_without_Auth()
    {
        var key = ApiKeyText.Create("dev");
        await fixture.Redis.FreezeAsync(Ct);
        fixture.AuthLink.Cut();
        try
        {
            foreach (var wrong in new[] { "nonsense", "gaia_dev_0000", key[..^1] + (key[^1] == 'x' ? 'y' : 'x') })
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await Gateway.StatusOfAsync(key: wrong));
                Assert.Equal(HttpStatusCode.Unauthorized, await Gateway.StatusOfAsync(token: wrong));
            }
        }
        finally
        {
            fixture.AuthLink.Heal();
            await fixture.Redis.ThawAsync(Ct);
        }
    }

    [Fact]
    public async Task Invented_keys_reach_Auth_only_so_often()
    {
        await using var server = await fixture.StartAsync(new() { ["RateLimits:Policies:unknown-credential:Limit"] = "20" });
        var gateway = new GatewayApi(server);
        var statuses = new List<HttpStatusCode>();

        for (var i = 0; i < 100; i++)
        {
            statuses.Add(await gateway.StatusOfAsync(key: ApiKeyText.Create("dev")));
        }

        Assert.InRange(statuses.Count(status => status == HttpStatusCode.Unauthorized), 1, 60);
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    public async Task Good_tokens_are_not_held_against_the_address_that_they_come_from()
    {
        await using var server = await fixture.StartAsync(new() { ["RateLimits:Policies:unknown-credential:Limit"] = "2" });
        var office = new GatewayApi(server);

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await office.StatusOfAsync((await office.SignUpAsync()).AccessToken));
        }

        // Invented ones are: here until the address has used up what it may invent.
        await Eventually.IsTrueAsync(async () => await office.StatusOfAsync(key: ApiKeyText.Create("dev")) == HttpStatusCode.TooManyRequests, ct: Ct);
    }

    [Fact]
    public async Task A_valid_token_wins_over_a_key_and_a_key_decides_when_the_token_is_bad()
    {
        var (ada, bob) = (await Gateway.SignUpAsync(), await Gateway.SignUpAsync());
        var (_, key) = await Gateway.CreateKeyAsync(bob.AccessToken);

        Assert.Equal(ada.Id, await WhoIsAsync(ada.AccessToken, key));
        Assert.Equal(bob.Id, await WhoIsAsync("eyJhbGciOiJFUzI1NiJ9.e30.AAAA", key));
        Assert.Equal(bob.Id, await WhoIsAsync(key, null));
        Assert.Equal(ada.Id, await WhoIsAsync(ada.AccessToken, "nonsense"));
    }

    [Fact]
    public async Task Whoever_still_sends_an_old_token_can_log_in()
    {
        var user = await Gateway.SignUpAsync();
        await Gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken);

        await Gateway.ExpectAsync(
            HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/login", new { email = user.Email, password = AuthApi.Password }, token: user.AccessToken);
    }

    [Theory]
    [InlineData("X-Gaia-Identity")]
    [InlineData("x-gaia-identity")]
    [InlineData("X-Gaia-Client-Address")]
    public async Task Nobody_brings_an_identity_along(string header)
    {
        var forged = new InternalIdentity(
            Microsoft.Extensions.Options.Options.Create(new IdentityOptions { Key = new string('x', 40) }), TimeProvider.System).Mint(GatewayPrincipal.Instance);

        using var answer = await Gateway.SendAsync(HttpMethod.Get, GatewayApi.Me, headers: (header, forged));

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/internal/revocations")]
    [InlineData("/api/v1/auth/../../../internal/revocations")]
    [InlineData("/api/v1/auth/..%2f..%2f..%2finternal/revocations")]
    [InlineData("/api/v1/auth/%2e%2e/%2e%2e/%2e%2e/internal/revocations")]
    public async Task Internal_routes_cannot_be_reached(string path)
    {
        var admin = await Gateway.SignInAsAdministratorAsync();

        using var answer = await Gateway.SendAsync(HttpMethod.Get, path, token: admin.AccessToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<Guid> WhoIsAsync(string token, string? key) =>
        (await Gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, GatewayApi.Me, token: token, key: key)).GetProperty("user").GetProperty("id").GetGuid();

    private async Task<long> CommandsAsync()
    {
        var stats = await fixture.Redis.CommandAsync("INFO commandstats", Ct);
        return stats.Split('\n')
            .Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal) && !line.StartsWith("cmdstat_info", StringComparison.Ordinal) && !line.StartsWith("cmdstat_ping", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture));
    }
}
