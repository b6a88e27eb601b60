using System.Net;
using System.Text.Json;
using Gaia.Tests.Secrets;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class RefreshTests(AuthFixture fixture)
{
    [Fact]
    public async Task Fifty_parallel_refreshes_of_one_token_get_one_successor_and_nobody_is_logged_out()
    {
        var api = fixture.Api;
        var user = await api.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RefreshAsync(api, user.RefreshToken)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        var successor = Assert.Single(answers.Select(a => a.Session!.RefreshToken).Distinct());
        Assert.NotEqual(user.RefreshToken, successor);
        Assert.True(await api.AcceptsAsync(answers[0].Session!.AccessToken));
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(api, successor)).Status);
    }

    [Fact]
    public async Task A_token_that_comes_back_later_ends_the_session()
    {
        await using var impatient = await fixture.StartAsync("impatient", new() { ["Sessions:RefreshGrace"] = "00:00:00" });
        var api = new AuthApi(impatient);
        var user = await api.SignUpAsync();
        var thief = (await RefreshAsync(api, user.RefreshToken)).Session!;

        Assert.Equal(HttpStatusCode.Unauthorized, (await RefreshAsync(api, user.RefreshToken)).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await RefreshAsync(api, thief.RefreshToken)).Status);
        Assert.False(await api.AcceptsAsync(thief.AccessToken));
        var revocation = Assert.Single((await api.RevocationsAsync()).Revocations);
        Assert.Equal((RevocationReason.RefreshReused, user.Principal.CredentialId), (revocation.Reason, revocation.Holder.ToString()));
    }

    [Fact]
    public async Task A_sign_in_code_begins_a_session_of_its_creator_once()
    {
        await using var impatient = await fixture.StartAsync("codes", new() { ["Sessions:RefreshGrace"] = "00:00:00" });
        var api = new AuthApi(impatient);
        var administrator = await api.SignInAsAdministratorAsync();
        var created = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/admin/sign-in-codes", caller: administrator.Principal);
        var code = created.GetProperty("code").GetString()!;
        Assert.Equal(600, created.GetProperty("expires_in").GetInt32());

        using var begun = await api.PostAsync("refresh", new { refresh_token = code, cookie = true });
        var (_, session) = await CookieOfAsync(begun);
        var token = session.GetProperty("access_token").GetString()!;
        Assert.True(await api.AcceptsAsync(token));
        Assert.Equal(JsonValueKind.Null, session.GetProperty("refresh_token").ValueKind);

        // Who comes with it later has found it somewhere: it gets nothing, and ends what the first one got.
        Assert.Equal(HttpStatusCode.Unauthorized, (await RefreshAsync(api, code)).Status);
        Assert.False(await api.AcceptsAsync(token));
    }

    [Fact]
    public async Task An_unknown_token_is_refused()
    {
        using var answer = await fixture.Api.PostAsync("refresh", new { refresh_token = "not-one-of-ours" });

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized, "Invalid or expired refresh token.");
    }

    [Fact]
    public async Task A_session_that_was_logged_out_cannot_be_refreshed()
    {
        var api = fixture.Api;
        var user = await api.SignUpAsync();

        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", new { }, user.Principal);

        Assert.Equal(HttpStatusCode.Unauthorized, (await RefreshAsync(api, user.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_browsers_session_is_refreshed_by_a_cookie_that_no_script_and_no_other_site_can_use()
    {
        var api = fixture.Api;
        var user = await api.SignUpAsync();
        using var begun = await api.PostAsync("login", new { email = user.Email, password = AuthApi.Password, cookie = true });
        var (cookie, session) = await CookieOfAsync(begun);
        Assert.Equal(JsonValueKind.Null, session.GetProperty("refresh_token").ValueKind);

        // Without the header it may be a form of another site.
        await api.ExpectAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, "refresh", new { }, headers: ("Cookie", cookie));
        using var refreshed = await api.SendAsync(HttpMethod.Post, "refresh", new { }, null, ("Cookie", cookie), ("X-Requested-With", "page"));
        var (next, renewed) = await CookieOfAsync(refreshed);
        Assert.NotEqual(cookie, next);
        Assert.True(await api.AcceptsAsync(renewed.GetProperty("access_token").GetString()!));

        var caller = AuthApi.Bearer(renewed.GetProperty("access_token").GetString()!);
        using var ended = await api.SendAsync(HttpMethod.Post, "logout", new { }, caller, ("Cookie", next));
        Assert.Contains("gaia_refresh=; expires=Thu, 01 Jan 1970", Assert.Single(ended.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        using var late = await api.SendAsync(HttpMethod.Post, "refresh", new { }, null, ("Cookie", next), ("X-Requested-With", "page"));
        await Problem.ExpectAsync(late, HttpStatusCode.Unauthorized, "Invalid or expired refresh token.");
    }

    /// <returns>What a browser sends back, and what a script sees.</returns>
    private static async Task<(string Cookie, JsonElement Session)> CookieOfAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var parts = Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split("; ");
        Assert.Equal(["httponly", "max-age=2592000", "path=/api/v1/auth", "samesite=strict", "secure"], parts[1..].Order(StringComparer.Ordinal));
        SecretScan.Remember(parts[0].Split('=')[1]);
        return (parts[0], JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("session"));
    }

    private static async Task<(HttpStatusCode Status, SignedIn? Session)> RefreshAsync(AuthApi api, string refreshToken)
    {
        using var answer = await api.PostAsync("refresh", new { refresh_token = refreshToken });
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? SignedIn.Of(JsonElement.Parse(text)) : null);
    }
}
