using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Admission;

[Collection(nameof(GatewayFixture))]
public sealed class ForgedTokensAtTheGatewayTests(GatewayFixture fixture)
{
    private GatewayApi Gateway => new(fixture.One);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    public async Task A_token_without_a_signature_is_refused(string algorithm) => await RefusesAsync((header, claims) =>
    {
        header["alg"] = algorithm;
        return ForgedToken.Write(header, claims, _ => []);
    });

    [Fact]
    public async Task A_public_key_is_no_shared_secret()
    {
        var keys = await Gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/.well-known/jwks.json");
        foreach (var key in keys.GetProperty("keys").EnumerateArray())
        {
            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new() { X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()) },
            });
            foreach (var secret in new[] { ecdsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(ecdsa.ExportSubjectPublicKeyInfoPem()) })
            {
                await RefusesAsync((header, claims) =>
                {
                    header["alg"] = "HS256";
                    return ForgedToken.WriteHs256(claims, secret, header);
                });
            }
        }
    }

    [Theory]
    [InlineData("jku", "https://attacker.example/jwks.json")]
    [InlineData("x5u", "https://attacker.example/cert.pem")]
    [InlineData("kid", "../../../dev/null")]
    [InlineData("kid", "' OR 1=1 --")]
    [InlineData("kid", "00000000000000000000000000000000")]
    public async Task A_header_does_not_choose_the_key(string name, string value) => await RefusesAsync((header, claims) =>
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        header[name] = value;
        return ForgedToken.Write(header, claims, data => own.SignData(data, HashAlgorithmName.SHA256));
    });

    [Theory]
    [InlineData("aud", "somebody-else")]
    [InlineData("iss", "https://attacker.example")]
    [InlineData("scope", "admin")]
    [InlineData("sub", "00000000-0000-0000-0000-000000000001")]
    public async Task A_changed_claim_breaks_the_signature(string name, string value)
    {
        var token = (await Gateway.SignUpAsync()).AccessToken;
        var (header, claims) = ForgedToken.Open(token);
        claims[name] = value;
        var signature = Base64Url.DecodeFromChars(token.Split('.')[2]);

        Assert.Equal(HttpStatusCode.Unauthorized, await Gateway.StatusOfAsync(ForgedToken.Write(header, claims, _ => signature)));
    }

    [Fact]
    public async Task An_expired_token_is_refused_in_the_same_second_although_it_is_cached()
    {
        await using var auth = await fixture.StartAuthAsync("brief", new() { ["Tokens:AccessTokenLifetime"] = "00:00:05" });
        await using var server = await fixture.StartAsync(new() { ["services:auth:http:0"] = auth.Address.ToString() });
        var gateway = new GatewayApi(server);
        var user = await gateway.SignUpAsync();
        var expiry = user.Principal.ExpiresAt!.Value;
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync(user.AccessToken));

        await Eventually.IsTrueAsync(
            async () =>
            {
                var late = DateTimeOffset.UtcNow >= expiry;
                var status = await gateway.StatusOfAsync(user.AccessToken);
                Assert.True(!late || status == HttpStatusCode.Unauthorized, $"{status} after expiry");
                return late;
            },
            ct: Ct);
    }

    [Fact]
    public async Task A_new_signing_key_is_known_to_the_request_that_first_shows_it()
    {
        var admin = await Gateway.SignInAsAdministratorAsync();
        for (var i = 0; i < 2; i++)
        {
            await Gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/signing-keys/rotate", token: admin.AccessToken);
            var user = await Gateway.SignUpAsync();

            Assert.Equal(HttpStatusCode.OK, await Gateway.StatusOfAsync(user.AccessToken));
            Assert.Equal(HttpStatusCode.OK, await new GatewayApi(fixture.Two).StatusOfAsync(user.AccessToken));
        }
    }

    private async Task RefusesAsync(Func<JsonObject, JsonObject, string> forge)
    {
        var (header, claims) = ForgedToken.Open((await Gateway.SignUpAsync()).AccessToken);

        Assert.Equal(HttpStatusCode.Unauthorized, await Gateway.StatusOfAsync(forge(header, claims)));
    }
}
