using System.Net;
using System.Text.Json;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class SigningKeyTests(AuthFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_are_published_before_they_sign_and_as_long_as_a_token_of_theirs_lives()
    {
        await using var brisk = await fixture.StartAsync("brisk", new()
        {
            ["SigningKeys:Period"] = "00:00:05",
            ["SigningKeys:PublishAhead"] = "00:00:01",
            ["SigningKeys:Reload"] = "00:00:01",
        });
        var api = new AuthApi(brisk);
        var before = await api.SignUpAsync();
        var (signer, next) = (KeyOf(before), (await PublishedAsync(api)).Single(k => k != KeyOf(before)));

        SignedIn after = before;
        await Eventually.IsTrueAsync(async () => KeyOf(after = await api.SignInAsync(before.Email)) != signer, TimeSpan.FromSeconds(60), Ct);

        Assert.Equal(next, KeyOf(after));
        Assert.True(await api.AcceptsAsync(before.AccessToken));
        Assert.Contains(signer, await PublishedAsync(api));
        await Eventually.IsTrueAsync(async () => (await PublishedAsync(api)).Any(k => k != signer && k != next), ct: Ct);
    }

    [Fact]
    public async Task A_command_lets_the_next_key_sign()
    {
        await using var auth = await fixture.StartAsync("rotated", new() { ["SigningKeys:PublishAhead"] = "00:00:00" });
        var api = new AuthApi(auth);
        var admin = await api.SignInAsAdministratorAsync();

        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "signing-keys/rotate", caller: admin.Principal);

        var after = await api.SignInAsAdministratorAsync();
        Assert.NotEqual(KeyOf(admin), KeyOf(after));
        Assert.True(await api.AcceptsAsync(admin.AccessToken));
        Assert.Equal(3, (await PublishedAsync(api)).Count);
    }

    [Fact]
    public async Task A_withdrawn_key_takes_its_tokens_with_it()
    {
        await using var auth = await fixture.StartAsync("withdrawn");
        var api = new AuthApi(auth);
        var admin = await api.SignInAsAdministratorAsync();

        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"signing-keys/{Guid.Parse(KeyOf(admin))}", caller: admin.Principal);

        Assert.False(await api.AcceptsAsync(admin.AccessToken));
        Assert.DoesNotContain(KeyOf(admin), await PublishedAsync(api));
        Assert.True(await api.AcceptsAsync((await api.SignInAsAdministratorAsync()).AccessToken));
        var revocation = Assert.Single((await api.RevocationsAsync()).Revocations);
        Assert.Equal((RevocationReason.SigningKeyWithdrawn, Guid.Parse(KeyOf(admin))), (revocation.Reason, revocation.Holder));
    }

    [Fact]
    public async Task Keys_outlive_a_restart_and_are_the_same_on_every_node()
    {
        await using var one = await fixture.StartAsync("shared");
        var user = await new AuthApi(one).SignUpAsync();
        await using var other = await fixture.StartAsync("shared");

        Assert.True(await new AuthApi(other).AcceptsAsync(user.AccessToken));
        await one.RestartAsync(Ct);
        Assert.True(await new AuthApi(one).AcceptsAsync(user.AccessToken));
        Assert.Equal(KeyOf(user), KeyOf(await new AuthApi(other).SignInAsync(user.Email)));
    }

    [Fact]
    public async Task Only_administrators_command_keys()
    {
        var user = await fixture.Api.SignUpAsync();

        await fixture.Api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "signing-keys/rotate", caller: user.Principal);
        await fixture.Api.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "signing-keys/rotate");
    }

    [Fact]
    public async Task The_metadata_leads_to_the_keys()
    {
        var metadata = await fixture.Api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/.well-known/openid-configuration");

        var issuer = metadata.GetProperty("issuer").GetString()!;
        Assert.Equal($"{issuer}/.well-known/jwks.json", metadata.GetProperty("jwks_uri").GetString());
        Assert.Equal(issuer, ForgedToken.Open((await fixture.Api.SignUpAsync()).AccessToken).Claims["iss"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_key_set_shows_no_private_half()
    {
        var set = await fixture.Api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/.well-known/jwks.json");

        Assert.All(set.GetProperty("keys").EnumerateArray(), k => Assert.False(k.TryGetProperty("d", out JsonElement _)));
    }

    private static string KeyOf(SignedIn user) => ForgedToken.Open(user.AccessToken).Header["kid"]!.GetValue<string>();

    private static async Task<List<string>> PublishedAsync(AuthApi api) =>
        [.. (await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/.well-known/jwks.json")).GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
}
