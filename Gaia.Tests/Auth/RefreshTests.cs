using System.Net;

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

    private static async Task<(HttpStatusCode Status, SignedIn? Session)> RefreshAsync(AuthApi api, string refreshToken)
    {
        using var answer = await api.PostAsync("refresh", new { refresh_token = refreshToken });
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? SignedIn.Of(System.Text.Json.JsonElement.Parse(text)) : null);
    }
}
