using System.Net;
using System.Text.Json;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class ApiKeyTests(AuthFixture fixture)
{
    private static readonly string[] NoPersonas = [Scopes.Chat, Scopes.AssetsWrite];
    private static readonly string[] Unknown = ["everything"];

    [Fact]
    public async Task A_key_is_shown_once_and_can_do_what_its_owner_can()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());

        var key = await CreateAsync(api, user, new { name = "laptop" });

        Assert.True(ApiKeyText.IsWellFormed(key.Text));
        var found = await api.FindByApiKeyAsync(key.Text);
        Assert.Equal((user.Id, AuthType.ApiKey, key.Id.ToString()), (found!.Principal.Subject, found.Principal.AuthType, found.Principal.CredentialId));
        Assert.Equal(user.Principal.Scopes, found.Principal.Scopes);
        var list = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "api-keys", caller: user.Principal);
        Assert.Equal(1, list.GetProperty("total").GetInt32());
        Assert.DoesNotContain(key.Text, list.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKeyText.Hash(key.Text), list.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_never_does_more_than_its_owner()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());
        var admin = await api.SignInAsAdministratorAsync();
        var key = await CreateAsync(api, user, new { name = "writer", scopes = NoPersonas });

        await api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "api-keys", new { name = "greedy", scopes = AuthApi.OnlyAdmin }, user.Principal);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"users/{user.Id}/scopes", new { scopes = AuthApi.OnlyChat }, admin.Principal);

        Assert.Equal(["chat"], (await api.FindByApiKeyAsync(key.Text))!.Principal.Scopes);
    }

    [Fact]
    public async Task A_rotated_key_lives_on_for_its_grace_and_no_longer()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());
        var old = await CreateAsync(api, user, new { name = "server" });
        var before = (await api.FindByApiKeyAsync(old.Text))!;

        var renewed = Key.Of(await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"api-keys/{old.Id}/rotate", new { grace_seconds = 600 }, user.Principal));

        var (oldFound, newFound) = ((await api.FindByApiKeyAsync(old.Text))!, (await api.FindByApiKeyAsync(renewed.Text))!);
        Assert.Equal(old.Id, renewed.Id);
        Assert.InRange(oldFound.Principal.ExpiresAt!.Value, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddSeconds(600));
        Assert.Null(newFound.Principal.ExpiresAt);
        // What a gateway kept of the old text has no end: the revocation makes it ask again.
        Assert.Contains((await api.RevocationsAsync()).Revocations, r => r.Holder == old.Id && before.AsOf < r.Position && r.Position <= oldFound.AsOf);

        var last = Key.Of(await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"api-keys/{old.Id}/rotate", caller: user.Principal));
        Assert.Null(await api.FindByApiKeyAsync(old.Text));
        Assert.Null(await api.FindByApiKeyAsync(renewed.Text));
        Assert.NotNull(await api.FindByApiKeyAsync(last.Text));
    }

    [Fact]
    public async Task A_revoked_key_is_gone_with_the_tokens_it_was_exchanged_for()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());
        var key = await CreateAsync(api, user, new { name = "script" });
        var token = (await LogInAsync(api, key)).GetProperty("access_token").GetString()!;
        Assert.True(await api.AcceptsAsync(token));

        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"api-keys/{key.Id}", caller: user.Principal);

        Assert.Null(await api.FindByApiKeyAsync(key.Text));
        Assert.False(await api.AcceptsAsync(token));
        await api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Delete, $"api-keys/{key.Id}", caller: user.Principal);
    }

    [Fact]
    public async Task A_key_is_exchanged_for_a_token_that_says_so()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());
        var key = await CreateAsync(api, user, new { name = "exchange", scopes = AuthApi.OnlyChat });

        var answer = await LogInAsync(api, key);

        Assert.Equal(("bearer", 900), (answer.GetProperty("token_type").GetString(), answer.GetProperty("expires_in").GetInt32()));
        Assert.Equal((user.Id, user.Email), (answer.GetProperty("user").GetProperty("id").GetGuid(), answer.GetProperty("user").GetProperty("email").GetString()));
        var claims = ForgedToken.Open(answer.GetProperty("access_token").GetString()!).Claims;
        Assert.Equal(
            [user.Id.ToString(), user.Id.ToString(), user.Email, "authenticated", "authenticated", "chat", "api_key_exchange"],
            new[] { claims["sub"], claims["user_id"], claims["email"], claims["aud"], claims["role"], claims["scope"], claims["user_metadata"]!["auth_source"] }.Select(c => (string)c!));
    }

    [Fact]
    public async Task A_key_makes_no_other_keys_unless_an_administrators()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());
        var key = await CreateAsync(api, user, new { name = "stolen" });
        var exchanged = AuthApi.Bearer((await LogInAsync(api, key)).GetProperty("access_token").GetString()!);
        var admin = await api.SignInAsAdministratorAsync();
        var adminKey = await CreateAsync(api, admin, new { name = "root", scopes = AuthApi.OnlyAdmin });

        await api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, "api-keys", caller: (await api.FindByApiKeyAsync(key.Text))!.Principal);
        await api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "api-keys", new { name = "heir" }, exchanged);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "api-keys", caller: (await api.FindByApiKeyAsync(adminKey.Text))!.Principal);
    }

    [Fact]
    public async Task Someone_elses_key_does_not_exist()
    {
        var (api, ada, bob) = (fixture.Api, await fixture.Api.SignUpAsync(), await fixture.Api.SignUpAsync());
        var key = await CreateAsync(api, ada, new { name = "mine" });

        await api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, $"api-keys/{key.Id}/rotate", new { }, bob.Principal);
        await api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Delete, $"api-keys/{key.Id}", caller: bob.Principal);

        Assert.NotNull(await api.FindByApiKeyAsync(key.Text));
    }

    [Fact]
    public async Task What_a_key_cannot_be_is_said_by_field()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());

        using var bad = await api.PostAsync("api-keys", new { name = "", scopes = Unknown }, user.Principal);
        using var late = await api.PostAsync("api-keys", new { name = "late", expires_at = DateTimeOffset.UtcNow.AddDays(-1) }, user.Principal);
        using var malformed = await api.PostAsync("api-keys/not-an-id/rotate", new { }, user.Principal);

        var errors = (await Problem.ExpectAsync(bad, HttpStatusCode.UnprocessableEntity)).GetProperty("errors");
        Assert.Equal(["name", "scopes"], errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
        Assert.True((await Problem.ExpectAsync(late, HttpStatusCode.UnprocessableEntity)).GetProperty("errors").TryGetProperty("expires_at", out _));
        await Problem.ExpectAsync(malformed, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_request_that_is_sent_again_under_its_Idempotency_Key_makes_one_key_and_gets_its_text_again()
    {
        var api = fixture.Api;
        var (ada, bob) = (await api.SignUpAsync(), await api.SignUpAsync());
        var name = Guid.NewGuid().ToString();

        var first = await CreateAs(ada, new { name = "once" }, HttpStatusCode.Created);
        var again = await CreateAs(ada, new { name = "once" }, HttpStatusCode.Created);

        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.NotNull(await api.FindByApiKeyAsync(again.GetProperty("key").GetString()!));
        await CreateAs(ada, new { name = "another" }, HttpStatusCode.UnprocessableEntity);
        Assert.NotEqual(first.GetProperty("id").GetGuid(), (await CreateAs(bob, new { name = "once" }, HttpStatusCode.Created)).GetProperty("id").GetGuid());
        Assert.Equal(1, (await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "api-keys", caller: ada.Principal)).GetProperty("total").GetInt32());

        // What did not succeed may be tried again.
        name = Guid.NewGuid().ToString();
        await CreateAs(ada, new { name = "too much", scopes = AuthApi.OnlyAdmin }, HttpStatusCode.Forbidden);
        await CreateAs(ada, new { name = "less" }, HttpStatusCode.Created);

        Task<JsonElement> CreateAs(SignedIn user, object draft, HttpStatusCode status) =>
            api.ExpectAsync(status, HttpMethod.Post, "api-keys", draft, user.Principal, ("Idempotency-Key", name));
    }

    [Fact]
    public async Task Twenty_requests_at_once_under_one_Idempotency_Key_make_one_key()
    {
        var api = fixture.Api;
        var user = await api.SignUpAsync();
        var name = Guid.NewGuid().ToString();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var answer = await api.SendAsync(HttpMethod.Post, "api-keys", new { name = "once" }, user.Principal, ("Idempotency-Key", name));
            return answer.StatusCode;
        }));

        Assert.Contains(HttpStatusCode.Created, statuses);
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{status}"));
        Assert.Equal(1, (await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "api-keys", caller: user.Principal)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_last_use_is_told_in_batches_and_never_goes_back()
    {
        var (api, user) = (fixture.Api, await fixture.Api.SignUpAsync());
        var key = await CreateAsync(api, user, new { name = "used" });
        var latest = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

        foreach (var at in new[] { latest, latest.AddDays(-1) })
        {
            var uses = new[] { new { key_id = key.Id, at }, new { key_id = Guid.NewGuid(), at } };
            await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/internal/api-keys/uses", new { uses }, GatewayPrincipal.Instance);
        }

        var list = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "api-keys", caller: user.Principal);
        Assert.Equal(latest, list.GetProperty("api_keys")[0].GetProperty("last_used_at").GetDateTimeOffset());
    }

    private static async Task<Key> CreateAsync(AuthApi api, SignedIn owner, object draft) =>
        Key.Of(await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "api-keys", draft, owner.Principal));

    private static async Task<JsonElement> LogInAsync(AuthApi api, Key key) =>
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "api-key-login", caller: (await api.FindByApiKeyAsync(key.Text))!.Principal);

    private sealed record Key(Guid Id, string Text)
    {
        public static Key Of(JsonElement answer) => new(answer.GetProperty("id").GetGuid(), answer.GetProperty("key").GetString()!);
    }
}
