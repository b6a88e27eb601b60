using System.Net;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Revocations;

/// <summary>Ends credentials through one gateway while both have them cached.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class RevokedEverywhereTests(GatewayFixture fixture)
{
    private GatewayApi One => new(fixture.One);

    private GatewayApi Two => new(fixture.Two);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_that_is_logged_out_is_over_on_both()
    {
        var (ada, bob) = (await One.SignUpAsync(), await One.SignUpAsync());
        await AdmittedAsync(token: ada.AccessToken);
        await AdmittedAsync(token: bob.AccessToken);

        await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: ada.AccessToken);

        await RefusedAsync(token: ada.AccessToken);
        await AdmittedAsync(token: bob.AccessToken);
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_every_session_and_leaves_keys()
    {
        var here = await One.SignUpAsync();
        var there = await One.SignInAsync(here.Email);
        var (_, key) = await One.CreateKeyAsync(here.AccessToken);
        await AdmittedAsync(token: there.AccessToken);
        await AdmittedAsync(key: key);

        await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", new { everywhere = true }, here.AccessToken);

        await RefusedAsync(token: here.AccessToken);
        await RefusedAsync(token: there.AccessToken);
        await AdmittedAsync(key: key);
    }

    [Fact]
    public async Task A_changed_password_ends_the_other_sessions()
    {
        var here = await One.SignUpAsync();
        var there = await One.SignInAsync(here.Email);
        await AdmittedAsync(token: there.AccessToken);

        await One.ExpectAsync(
            HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/password", new { current_password = AuthApi.Password, new_password = "another long one" }, here.AccessToken);

        await RefusedAsync(token: there.AccessToken);
    }

    [Fact]
    public async Task A_revoked_key_is_over_on_both()
    {
        var user = await One.SignUpAsync();
        var (id, key) = await One.CreateKeyAsync(user.AccessToken);
        await AdmittedAsync(key: key);

        await One.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/auth/api-keys/{id}", token: user.AccessToken);

        await RefusedAsync(key: key);
    }

    [Fact]
    public async Task Of_a_rotated_key_the_new_text_is_good_and_the_old_one_is_not()
    {
        var user = await One.SignUpAsync();
        var (id, old) = await One.CreateKeyAsync(user.AccessToken);
        await AdmittedAsync(key: old);

        var rotated = await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/v1/auth/api-keys/{id}/rotate", token: user.AccessToken);

        await RefusedAsync(key: old);
        await AdmittedAsync(key: rotated.GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_disabled_user_is_shut_out_with_tokens_and_keys()
    {
        var (admin, user) = (await One.SignInAsAdministratorAsync(), await One.SignUpAsync());
        var (_, key) = await One.CreateKeyAsync(user.AccessToken);
        await AdmittedAsync(token: user.AccessToken);
        await AdmittedAsync(key: key);

        await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/v1/auth/users/{user.Id}/disable", token: admin.AccessToken);

        await RefusedAsync(token: user.AccessToken);
        await RefusedAsync(key: key);
    }

    [Fact]
    public async Task Scopes_that_were_taken_away_are_gone_from_tokens_and_keys()
    {
        var (admin, user) = (await One.SignInAsAdministratorAsync(), await One.SignUpAsync());
        var (_, key) = await One.CreateKeyAsync(user.AccessToken);
        await AdmittedAsync(token: user.AccessToken);
        await AdmittedAsync(key: key);

        await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"/api/v1/auth/users/{user.Id}/scopes", new { scopes = AuthApi.OnlyChat }, admin.AccessToken);

        await RefusedAsync(token: user.AccessToken);
        foreach (var gateway in new[] { One, Two })
        {
            await Eventually.IsTrueAsync(
                async () => (await gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, GatewayApi.Me, key: key)).GetProperty("scopes").GetArrayLength() == 1, ct: Ct);
        }
    }

    [Fact]
    public async Task A_gateway_that_starts_afterwards_refuses_at_its_first_request()
    {
        var user = await One.SignUpAsync();
        await AdmittedAsync(token: user.AccessToken);
        await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken);

        await using var third = await fixture.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await new GatewayApi(third).StatusOfAsync(user.AccessToken));
    }

    private Task AdmittedAsync(string? token = null, string? key = null) => fixture.BecomeAsync(HttpStatusCode.OK, token, key);

    private Task RefusedAsync(string? token = null, string? key = null) => fixture.BecomeAsync(HttpStatusCode.Unauthorized, token, key);
}
