using System.Net;
using System.Text.Json;

namespace Gaia.Tests.Admission;

/// <summary>A quota is its user's, whatever number of keys they have; a key may have a lower one within it.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class KeyLimitTests(GatewayFixture fixture)
{
    private const string Keys = "/api/v1/auth/api-keys";
    private const string AllKeys = "/api/v1/admin/api-keys";

    [Fact]
    public async Task All_keys_and_sessions_of_a_user_share_one_quota()
    {
        await using var gateway = await fixture.StartAsync(new() { ["RATE_LIMIT_AUTHENTICATED"] = "20" });
        var api = new GatewayApi(gateway);
        var user = await api.SignUpAsync();
        var keys = new[] { await api.CreateKeyAsync(user.AccessToken), await api.CreateKeyAsync(user.AccessToken) };

        List<HttpStatusCode> statuses = [];
        for (var i = 0; i < 40; i++)
        {
            statuses.Add(await (i % 3 is 2 ? api.StatusOfAsync(token: user.AccessToken) : api.StatusOfAsync(key: keys[i % 3].Key)));
        }

        // A minute refills the quota evenly, and a busy machine takes a part of it.
        Assert.InRange(statuses.Count(status => status is HttpStatusCode.OK), 10, 30);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task A_key_with_a_limit_of_its_own_is_told_it_and_held_to_it()
    {
        var api = new GatewayApi(fixture.One);
        var (user, admin) = (await api.SignUpAsync(), await api.SignInAsAdministratorAsync());
        var other = await api.CreateKeyAsync(user.AccessToken);
        var made = await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, Keys, new { name = "slow", rate_limit = 3 }, user.AccessToken);
        var (id, key) = (made.GetProperty("id").GetGuid(), made.GetProperty("key").GetString()!);
        Assert.Equal(3, made.GetProperty("rate_limit").GetInt32());

        using var first = await api.SendAsync(HttpMethod.Get, GatewayApi.Me, key: key);
        Assert.Equal("\"api-key\";q=3;w=60", Assert.Single(first.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"api-key\";r=", Assert.Single(first.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        await Eventually.IsTrueAsync(async () => await api.StatusOfAsync(key: key) is HttpStatusCode.TooManyRequests, ct: TestContext.Current.CancellationToken);

        // The user's quota goes on, and its other key with it.
        using var unlimited = await api.SendAsync(HttpMethod.Get, GatewayApi.Me, key: other.Key);
        Assert.Equal(HttpStatusCode.OK, unlimited.StatusCode);
        Assert.StartsWith("\"authenticated\";", Assert.Single(unlimited.Headers.GetValues("RateLimit-Policy")), StringComparison.Ordinal);

        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Put, $"{AllKeys}/{id}/rate-limit", new { rate_limit = 1_000 }, admin.AccessToken);
        await Eventually.IsTrueAsync(async () => await PolicyAsync(key) == "\"api-key\";q=1000;w=60", ct: TestContext.Current.CancellationToken);
        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Put, $"{AllKeys}/{id}/rate-limit", new { rate_limit = (int?)null }, admin.AccessToken);
        await Eventually.IsTrueAsync(async () => await PolicyAsync(key) is "\"authenticated\";q=12000;w=60", ct: TestContext.Current.CancellationToken);

        async Task<string> PolicyAsync(string text)
        {
            using var answer = await api.SendAsync(HttpMethod.Get, GatewayApi.Me, key: text);
            return answer.Headers.GetValues("RateLimit-Policy").Single();
        }
    }

    [Fact]
    public async Task A_token_that_a_key_was_exchanged_for_has_the_key_s_limit()
    {
        var api = new GatewayApi(fixture.One);
        var user = await api.SignUpAsync();
        var key = (await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, Keys, new { name = "slow", rate_limit = 50 }, user.AccessToken)).GetProperty("key").GetString();
        var token = (await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/api-key-login", key: key)).GetProperty("access_token").GetString();

        using var answer = await api.SendAsync(HttpMethod.Get, GatewayApi.Me, token: token);

        Assert.Equal("\"api-key\";q=50;w=60", Assert.Single(answer.Headers.GetValues("RateLimit-Policy")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(12_001)]
    public async Task A_limit_above_the_user_s_is_refused(int limit)
    {
        var api = new GatewayApi(fixture.One);
        var (user, admin) = (await api.SignUpAsync(), await api.SignInAsAdministratorAsync());
        var key = await api.CreateKeyAsync(user.AccessToken);

        var errors = await api.ExpectAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, Keys, new { name = "fast", rate_limit = limit }, user.AccessToken);
        await api.ExpectAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Put, $"{AllKeys}/{key.Id}/rate-limit", new { rate_limit = limit }, admin.AccessToken);

        Assert.Equal(JsonValueKind.Array, errors.GetProperty("errors").GetProperty("rate_limit").ValueKind);
        await api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Put, $"{AllKeys}/{Guid.CreateVersion7()}/rate-limit", new { rate_limit = 5 }, admin.AccessToken);
    }
}
