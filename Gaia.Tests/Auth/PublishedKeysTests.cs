using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gaia.Tests.Admission;

namespace Gaia.Tests.Auth;

/// <summary>A foreign issuer that shares no secret but publishes its keys, asked through a gateway.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class PublishedKeysTests(GatewayFixture fixture) : IAsyncLifetime
{
    private readonly IssuerServer issuer = new();
    private AuthServer auth = null!;
    private GatewayServer server = null!;

    private GatewayApi Gateway => new(server);

    public async ValueTask InitializeAsync()
    {
        auth = await fixture.StartAuthAsync($"published_{Guid.NewGuid():n}", issuer.Settings);
        server = await fixture.StartAsync(new() { ["services:auth:http:0"] = auth.Address.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await auth.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task Its_users_come_in_and_stay_the_same_through_a_rotation()
    {
        await issuer.StartAsync();
        var subject = Guid.NewGuid().ToString();
        var before = await WhoIsAsync(issuer.Sign(subject));

        issuer.Rotate();
        var next = issuer.Sign(subject);

        await BecomesAsync(HttpStatusCode.OK, () => issuer.Sign(subject));
        Assert.Equal(before, await WhoIsAsync(next));

        // RSA, as most issuers have it.
        using var rsa = RSA.Create(2_048);
        issuer.Rotate(rsa);
        await BecomesAsync(HttpStatusCode.OK, () => issuer.Sign(subject));
        Assert.Equal(before, await WhoIsAsync(issuer.Sign(subject)));
    }

    [Fact]
    public async Task Whoever_is_not_meant_stays_out()
    {
        await issuer.StartAsync();
        await BecomesAsync(HttpStatusCode.OK, () => issuer.Sign("somebody"));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] wrong =
        [
            issuer.Sign("somebody", (_, claims) => claims["aud"] = "somebody-else"),
            issuer.Sign("somebody", (_, claims) => claims.Remove("aud")),
            issuer.Sign("somebody", (_, claims) => claims["iss"] = "https://attacker.example"),
            issuer.Sign("somebody", (_, claims) => claims["exp"] = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeSeconds()),
            issuer.Sign("somebody", (_, claims) => claims["nbf"] = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds()),
            issuer.Sign("somebody", (header, _) => header["kid"] = "key-99"),
            issuer.Sign("somebody", (header, _) => header["crit"] = new JsonArray("b64")),
            Forged("none", _ => []),
            Forged("HS256", data => HMACSHA256.HashData(issuer.PublishedBytes, data)),
            Forged("ES256", data => own.SignData(data, HashAlgorithmName.SHA256)),
        ];

        foreach (var token in wrong)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Gateway.StatusOfAsync(token));
        }
    }

    [Fact]
    public async Task A_key_that_it_withdrew_is_no_longer_believed()
    {
        await issuer.StartAsync();
        await BecomesAsync(HttpStatusCode.OK, () => issuer.Sign("somebody"));
        var old = issuer.Sign("somebody", (_, claims) => claims["jti"] = "never shown");

        issuer.Rotate();
        issuer.WithdrawOld();
        await BecomesAsync(HttpStatusCode.OK, () => issuer.Sign("somebody"));

        Assert.Equal(HttpStatusCode.Unauthorized, await Gateway.StatusOfAsync(old));
    }

    [Fact]
    public async Task While_it_was_never_heard_nobody_is_called_a_liar_and_what_it_said_holds_while_it_is_away()
    {
        using var early = await Gateway.SendAsync(HttpMethod.Get, GatewayApi.Me, token: issuer.Sign("somebody"));
        await Problem.ExpectAsync(early, HttpStatusCode.ServiceUnavailable);
        var validated = await Gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/validate", new { token = issuer.Sign("somebody") });
        Assert.False(validated.GetProperty("valid").GetBoolean());

        await issuer.StartAsync();
        await BecomesAsync(HttpStatusCode.OK, () => issuer.Sign("somebody"));
        await issuer.StopAsync();

        Assert.Equal(HttpStatusCode.OK, await Gateway.StatusOfAsync(issuer.Sign("somebody else")));
    }

    [Fact]
    public async Task Invented_key_ids_do_not_make_it_read_over_and_over()
    {
        await issuer.StartAsync();
        await BecomesAsync(HttpStatusCode.OK, () => issuer.Sign("somebody"));
        var (before, clock) = (issuer.Readings, System.Diagnostics.Stopwatch.StartNew());

        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Gateway.StatusOfAsync(issuer.Sign("somebody", (header, _) => header["kid"] = $"invented-{i}")));
        }

        // At most one in two seconds.
        Assert.InRange(issuer.Readings - before, 0, 1 + (clock.Elapsed.TotalSeconds / 2));
    }

    private Task BecomesAsync(HttpStatusCode status, Func<string> token) => Eventually.IsTrueAsync(async () => await Gateway.StatusOfAsync(token()) == status, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    private async Task<Guid> WhoIsAsync(string token) =>
        (await Gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, GatewayApi.Me, token: token)).GetProperty("user").GetProperty("id").GetGuid();

    private string Forged(string algorithm, Func<byte[], byte[]> sign)
    {
        var (header, claims) = ForgedToken.Open(issuer.Sign("somebody"));
        header["alg"] = algorithm;
        return ForgedToken.Write(header, claims, sign);
    }
}
