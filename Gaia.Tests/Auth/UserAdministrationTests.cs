using System.Net;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class UserAdministrationTests(AuthFixture fixture)
{
    private static readonly string[] Unknown = ["root"];

    [Fact]
    public async Task A_disabled_user_is_out_with_every_credential_and_comes_back_when_enabled()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());
        var admin = await api.SignInAsAdministratorAsync();
        var key = (await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "api-keys", new { name = "k" }, user.Principal)).GetProperty("key").GetString()!;

        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"users/{user.Id}/disable", caller: admin.Principal);

        Assert.False(await api.AcceptsAsync(user.AccessToken));
        Assert.Null(await api.FindByApiKeyAsync(key));
        await api.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "login", new { email = user.Email, password = AuthApi.Password });
        await api.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "refresh", new { refresh_token = user.RefreshToken });

        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"users/{user.Id}/enable", caller: admin.Principal);
        Assert.True(await api.AcceptsAsync((await api.SignInAsync(user.Email)).AccessToken));
        Assert.NotNull(await api.FindByApiKeyAsync(key));
        Assert.False(await api.AcceptsAsync(user.AccessToken));
    }

    [Fact]
    public async Task Changed_scopes_hold_from_the_next_refresh_and_old_tokens_do_not_outlive_them()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());
        var admin = await api.SignInAsAdministratorAsync();

        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"users/{user.Id}/scopes", new { scopes = AuthApi.OnlyChat }, admin.Principal);

        Assert.False(await api.AcceptsAsync(user.AccessToken));
        var renewed = SignedIn.Of(await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "refresh", new { refresh_token = user.RefreshToken }));
        Assert.True(await api.AcceptsAsync(renewed.AccessToken));
        Assert.Equal(["chat"], renewed.Principal.Scopes);
    }

    [Fact]
    public async Task Administrators_do_not_lock_themselves_out()
    {
        var admin = await fixture.Api.SignInAsAdministratorAsync();

        await fixture.Api.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"users/{admin.Id}/disable", caller: admin.Principal);
        await fixture.Api.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Put, $"users/{admin.Id}/scopes", new { scopes = AuthApi.OnlyChat }, admin.Principal);
    }

    [Fact]
    public async Task The_list_is_read_page_by_page_and_shows_no_secrets()
    {
        await using var auth = await fixture.StartAsync("pages");
        var api = new AuthApi(auth);
        var admin = await api.SignInAsAdministratorAsync();
        var users = new[] { await api.SignUpAsync(), await api.SignUpAsync(), await api.SignUpAsync() };

        var seen = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"users?limit=2{cursor}", caller: admin.Principal);
            seen.AddRange(page.GetProperty("users").EnumerateArray().Select(u => u.GetProperty("id").GetGuid()));
            Assert.DoesNotContain("hash", page.GetRawText(), StringComparison.Ordinal);
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal([admin.Id, .. users.Select(u => u.Id)], seen);
    }

    [Fact]
    public async Task A_user_administers_nobody()
    {
        var (ada, bob) = (await fixture.Api.SignUpAsync(), await fixture.Api.SignUpAsync());

        await fixture.Api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, "users", caller: ada.Principal);
        await fixture.Api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, $"users/{bob.Id}/disable", caller: ada.Principal);
        await fixture.Api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, $"users/{ada.Id}/scopes", new { scopes = AuthApi.OnlyAdmin }, ada.Principal);
        await fixture.Api.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "users");
    }

    [Fact]
    public async Task What_is_no_scope_or_no_user_is_said_so()
    {
        var admin = await fixture.Api.SignInAsAdministratorAsync();

        await fixture.Api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, $"users/{Guid.NewGuid()}/disable", caller: admin.Principal);
        await fixture.Api.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "users/nobody/disable", caller: admin.Principal);
        await fixture.Api.ExpectAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Put, $"users/{Guid.NewGuid()}/scopes", new { scopes = Unknown }, admin.Principal);
    }
}
