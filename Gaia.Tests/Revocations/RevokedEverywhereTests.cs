using System.Net;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Revocations;

/// <summary>Ends credentials through one gateway while both have them cached.</summary>
[Collection(nameof(GatewayGround))]
public sealed class RevokedEverywhereTests(GatewayGround ground)
{
    private GatewayApi One => new(ground.One);

    private GatewayApi Two => new(ground.Two);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_that_is_logged_out_is_over_on_both()
    {
        var (ada, bob) = (await One.SignUp(), await One.SignUp());
        await Admitted(token: ada.AccessToken);
        await Admitted(token: bob.AccessToken);

        await One.Expect(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: ada.AccessToken);

        await Refused(token: ada.AccessToken);
        await Admitted(token: bob.AccessToken);
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_every_session_and_leaves_keys()
    {
        var here = await One.SignUp();
        var there = await One.SignIn(here.Email);
        var (_, key) = await One.CreateKey(here.AccessToken);
        await Admitted(token: there.AccessToken);
        await Admitted(key: key);

        await One.Expect(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", new { everywhere = true }, here.AccessToken);

        await Refused(token: here.AccessToken);
        await Refused(token: there.AccessToken);
        await Admitted(key: key);
    }

    [Fact]
    public async Task A_changed_password_ends_the_other_sessions()
    {
        var here = await One.SignUp();
        var there = await One.SignIn(here.Email);
        await Admitted(token: there.AccessToken);

        await One.Expect(
            HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/password", new { current_password = AuthApi.Password, new_password = "another long one" }, here.AccessToken);

        await Refused(token: there.AccessToken);
    }

    [Fact]
    public async Task A_revoked_key_is_over_on_both()
    {
        var user = await One.SignUp();
        var (id, key) = await One.CreateKey(user.AccessToken);
        await Admitted(key: key);

        await One.Expect(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/auth/api-keys/{id}", token: user.AccessToken);

        await Refused(key: key);
    }

    [Fact]
    public async Task Of_a_rotated_key_the_new_text_is_good_and_the_old_one_is_not()
    {
        var user = await One.SignUp();
        var (id, old) = await One.CreateKey(user.AccessToken);
        await Admitted(key: old);

        var rotated = await One.Expect(HttpStatusCode.OK, HttpMethod.Post, $"/api/v1/auth/api-keys/{id}/rotate", token: user.AccessToken);

        await Refused(key: old);
        await Admitted(key: rotated.GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_disabled_user_is_shut_out_with_tokens_and_keys()
    {
        var (admin, user) = (await One.SignInAsAdministrator(), await One.SignUp());
        var (_, key) = await One.CreateKey(user.AccessToken);
        await Admitted(token: user.AccessToken);
        await Admitted(key: key);

        await One.Expect(HttpStatusCode.OK, HttpMethod.Post, $"/api/v1/auth/users/{user.Id}/disable", token: admin.AccessToken);

        await Refused(token: user.AccessToken);
        await Refused(key: key);
    }

    [Fact]
    public async Task Scopes_that_were_taken_away_are_gone_from_tokens_and_keys()
    {
        var (admin, user) = (await One.SignInAsAdministrator(), await One.SignUp());
        var (_, key) = await One.CreateKey(user.AccessToken);
        await Admitted(token: user.AccessToken);
        await Admitted(key: key);

        await One.Expect(HttpStatusCode.OK, HttpMethod.Put, $"/api/v1/auth/users/{user.Id}/scopes", new { scopes = AuthApi.OnlyChat }, admin.AccessToken);

        await Refused(token: user.AccessToken);
        foreach (var gateway in new[] { One, Two })
        {
            await Eventually.IsTrue(
                async () => (await gateway.Expect(HttpStatusCode.OK, HttpMethod.Get, GatewayApi.Me, key: key)).GetProperty("scopes").GetArrayLength() == 1, ct: Ct);
        }
    }

    [Fact]
    public async Task A_gateway_that_starts_afterwards_refuses_at_its_first_request()
    {
        var user = await One.SignUp();
        await Admitted(token: user.AccessToken);
        await One.Expect(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken);

        await using var third = await ground.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await new GatewayApi(third).StatusOf(user.AccessToken));
    }

    private Task Admitted(string? token = null, string? key = null) => ground.Become(HttpStatusCode.OK, token, key);

    private Task Refused(string? token = null, string? key = null) => ground.Become(HttpStatusCode.Unauthorized, token, key);
}
