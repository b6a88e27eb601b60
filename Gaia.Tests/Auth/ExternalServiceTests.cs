using System.Net;
using Gaia.Tests.Admission;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Auth;

/// <summary>A service that is no part of Gaia takes our access tokens, with .NET's own JwtBearer, which knows nothing but our address.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class ExternalServiceTests(GatewayFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_knows_our_users_through_rotations_of_our_keys_and_nobody_else()
    {
        var port = FreePort.Next();
        var address = $"http://127.0.0.1:{port}";
        await using var auth = await fixture.StartAuthAsync("trusted_abroad", new() { ["PUBLIC_URL"] = address, ["SigningKeys:PublishAhead"] = "00:00:00" });
        await using var server = await fixture.StartAsync(new() { ["services:auth:http:0"] = auth.Address.ToString() }, port);
        var gateway = new GatewayApi(server);
        await using var abroad = await StartAsync(address);
        using var client = new HttpClient { BaseAddress = new Uri(abroad.Urls.Single()) };

        var before = await gateway.SignUpAsync();
        Assert.Equal((HttpStatusCode.OK, $"{before.Id}"), await WhoIs(before.AccessToken));

        for (var rotation = 0; rotation < 2; rotation++)
        {
            var admin = await gateway.SignInAsAdministratorAsync();
            await gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/signing-keys/rotate", token: admin.AccessToken);
            var after = await gateway.SignInAsync(before.Email);
            Assert.NotEqual(ForgedToken.Open(before.AccessToken).Header["kid"]!.ToString(), ForgedToken.Open(after.AccessToken).Header["kid"]!.ToString());
            await Eventually.IsTrueAsync(async () => await WhoIs(after.AccessToken) == (HttpStatusCode.OK, $"{before.Id}"), ct: Ct);
            Assert.Equal(HttpStatusCode.OK, (await WhoIs(before.AccessToken)).Status);
        }

        var stranger = await new GatewayApi(fixture.One).SignUpAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await WhoIs(stranger.AccessToken)).Status);
        var (header, claims) = ForgedToken.Open(before.AccessToken);
        claims["sub"] = $"{stranger.Id}";
        Assert.Equal(HttpStatusCode.Unauthorized, (await WhoIs(ForgedToken.Write(header, claims, _ => new byte[64]))).Status);

        async Task<(HttpStatusCode Status, string Who)> WhoIs(string token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/who");
            request.Headers.Authorization = new("Bearer", token);
            using var answer = await client.SendAsync(request, Ct);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
        }
    }

    private static async Task<WebApplication> StartAsync(string authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            (bearer.Authority, bearer.Audience) = (authority, "authenticated");
            (bearer.RequireHttpsMetadata, bearer.MapInboundClaims) = (false, false);
        });
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{FreePort.Next()}");
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/who", (HttpContext context) => context.User.FindFirst("sub")!.Value).RequireAuthorization();
        await app.StartAsync(Ct);
        return app;
    }
}
