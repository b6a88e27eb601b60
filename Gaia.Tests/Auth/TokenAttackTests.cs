using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class TokenAttackTests(AuthFixture fixture)
{
    private static readonly string[] HeaderTricks =
    [
        "../../../dev/null", "' OR 1=1 --", "", "00000000000000000000000000000000", "|/bin/true",
    ];

    [Fact]
    public async Task An_access_token_of_ours_is_accepted() => Assert.True(await fixture.Api.AcceptsAsync((await fixture.Api.SignUpAsync()).AccessToken));

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    public async Task A_token_without_a_signature_is_refused(string algorithm)
    {
        var (header, claims) = ForgedToken.Open((await fixture.Api.SignUpAsync()).AccessToken);
        header["alg"] = algorithm;

        Assert.False(await fixture.Api.AcceptsAsync(ForgedToken.Write(header, claims, _ => [])));
    }

    [Fact]
    public async Task A_public_key_is_no_shared_secret()
    {
        var (header, claims) = ForgedToken.Open((await fixture.Api.SignUpAsync()).AccessToken);
        var jwks = await fixture.Api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/.well-known/jwks.json");
        var key = jwks.GetProperty("keys").EnumerateArray().Single(k => k.GetProperty("kid").GetString() == (string?)header["kid"]);
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = System.Buffers.Text.Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), Y = System.Buffers.Text.Base64Url.DecodeFromChars(key.GetProperty("y").GetString()) },
        });
        header["alg"] = "HS256";

        foreach (var secret in new[] { ecdsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(ecdsa.ExportSubjectPublicKeyInfoPem()), Encoding.UTF8.GetBytes(key.GetRawText()) })
        {
            Assert.False(await fixture.Api.AcceptsAsync(ForgedToken.WriteHs256(claims, secret, header)));
        }
    }

    [Fact]
    public async Task The_foreign_issuers_secret_does_not_speak_for_us()
    {
        var (header, claims) = ForgedToken.Open((await fixture.Api.SignUpAsync()).AccessToken);
        header["alg"] = "HS256";

        Assert.False(await fixture.Api.AcceptsAsync(ForgedToken.WriteHs256(claims, Encoding.UTF8.GetBytes(ExternalIssuerTests.Secret), header)));
    }

    [Fact]
    public async Task A_key_that_the_token_brings_along_is_ignored()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(false).Q;
        var (header, claims) = ForgedToken.Open((await fixture.Api.SignUpAsync()).AccessToken);
        header["jku"] = "http://127.0.0.1:1/jwks.json";
        header["x5u"] = "http://127.0.0.1:1/cert.pem";
        header["jwk"] = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = System.Buffers.Text.Base64Url.EncodeToString(point.X),
            ["y"] = System.Buffers.Text.Base64Url.EncodeToString(point.Y),
        };

        Assert.False(await fixture.Api.AcceptsAsync(ForgedToken.Write(header, claims, data => own.SignData(data, HashAlgorithmName.SHA256))));
    }

    [Fact]
    public async Task A_key_id_is_only_ever_looked_up()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (header, claims) = ForgedToken.Open((await fixture.Api.SignUpAsync()).AccessToken);

        foreach (var trick in HeaderTricks)
        {
            header["kid"] = trick;
            Assert.False(await fixture.Api.AcceptsAsync(ForgedToken.Write(header, claims, data => own.SignData(data, HashAlgorithmName.SHA256))));
        }
    }

    [Theory]
    [InlineData("aud", "anon")]
    [InlineData("iss", "https://elsewhere.example")]
    [InlineData("scope", "admin")]
    [InlineData("sub", "00000000-0000-0000-0000-000000000001")]
    public async Task A_changed_claim_breaks_the_signature(string claim, string value)
    {
        var token = (await fixture.Api.SignUpAsync()).AccessToken;
        var (header, claims) = ForgedToken.Open(token);
        claims[claim] = value;

        Assert.False(await fixture.Api.AcceptsAsync(ForgedToken.Write(header, claims, _ => System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[2]))));
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9..")]
    [InlineData("{}")]
    public async Task What_is_no_token_is_refused_without_an_error(string text) => Assert.False(await fixture.Api.AcceptsAsync(text));

    [Fact]
    public async Task A_token_is_refused_in_the_second_it_expires()
    {
        await using var hasty = await fixture.StartAsync("hasty", new() { ["Tokens:AccessTokenLifetime"] = "00:00:02" });
        var api = new AuthApi(hasty);
        var user = await api.SignUpAsync();
        var expiry = user.Principal.ExpiresAt!.Value;

        await Eventually.IsTrueAsync(() => DateTimeOffset.UtcNow >= expiry, ct: TestContext.Current.CancellationToken);

        Assert.False(await api.AcceptsAsync(user.AccessToken));
    }
}
