using System.Net;
using Gaia.Tests.Admission;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Gaia.Tests.Revocations;

/// <summary>Revocations and known credentials on two gateways while Redis, NATS or Auth is killed, frozen or cut off, or the stream is lost.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class RevocationOutageTests(GatewayFixture fixture)
{
    private GatewayApi One => new(fixture.One);

    private GatewayApi Two => new(fixture.Two);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_holds_while_Redis_is_away()
    {
        var user = await One.SignUpAsync();
        var (id, key) = await One.CreateKeyAsync(user.AccessToken);
        await AdmittedAsync(token: user.AccessToken);
        await AdmittedAsync(key: key);
        await fixture.Redis.KillAsync(Ct);
        try
        {
            await AdmittedAsync(key: key);
            await One.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/auth/api-keys/{id}", token: user.AccessToken);
            await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken);

            await RefusedAsync(key: key);
            await RefusedAsync(token: user.AccessToken);
        }
        finally
        {
            await fixture.Redis.RestartAsync(Ct);
        }
    }

    [Fact]
    public async Task It_holds_while_NATS_is_away()
    {
        var user = await One.SignUpAsync();
        await AdmittedAsync(token: user.AccessToken);
        await fixture.Nats.KillAsync(Ct);
        try
        {
            await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken);

            await RefusedAsync(token: user.AccessToken);
        }
        finally
        {
            await fixture.Nats.RestartAsync(Ct);
        }
    }

    [Fact]
    public async Task While_nobody_can_say_what_is_revoked_nobody_is_let_in()
    {
        var user = await One.SignUpAsync();
        await AdmittedAsync(token: user.AccessToken);
        await fixture.Nats.KillAsync(Ct);
        fixture.AuthLink.Cut();
        try
        {
            await fixture.BecomeAsync(HttpStatusCode.ServiceUnavailable, user.AccessToken, null);

            // Whoever needs no credential is not concerned.
            Assert.Equal(HttpStatusCode.OK, await One.StatusOfAsync(path: "/"));
        }
        finally
        {
            fixture.AuthLink.Heal();
            await fixture.Nats.RestartAsync(Ct);
        }

        await fixture.BecomeAsync(HttpStatusCode.OK, user.AccessToken, null);
    }

    [Fact]
    public async Task While_Auth_is_away_its_stream_is_enough()
    {
        var user = await One.SignUpAsync();
        await AdmittedAsync(token: user.AccessToken);
        fixture.AuthLink.Cut();
        try
        {
            // Chat is not there either; what matters is that its absence is what the caller is told.
            for (var i = 0; i < 20; i++)
            {
                using var answer = await One.SendAsync(HttpMethod.Get, "/api/v1/chat/personas", token: user.AccessToken);
                await Problem.ExpectAsync(answer, HttpStatusCode.ServiceUnavailable, "Service chat unavailable");
            }
        }
        finally
        {
            fixture.AuthLink.Heal();
        }
    }

    [Fact]
    public async Task A_lost_stream_is_created_again_although_Auth_is_frozen_and_known_credentials_go_on()
    {
        const int Attempts = 5;
        var user = await One.SignUpAsync();
        await using var nats = new NatsConnection(new NatsOpts { Url = fixture.Nats.Url });

        // A gateway that the machine leaves without processor time for almost a second cannot know what it missed, and must wait for Auth.
        for (var attempt = 1; !await GoesOnWithoutAuth(); attempt++)
        {
            Assert.True(attempt < Attempts, "Known credentials were refused each time.");
        }

        await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken);
        await RefusedAsync(token: user.AccessToken);

        async Task<bool> GoesOnWithoutAuth()
        {
            await AdmittedAsync(token: user.AccessToken);
            await fixture.Auth.FreezeAsync(Ct);
            try
            {
                await new NatsJSContext(nats).DeleteStreamAsync(Revocation.Stream, Ct);

                // For three times as long as a gateway goes on without any proof.
                var started = TimeProvider.System.GetTimestamp();
                while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(3))
                {
                    if (!await IsKnownTo(One) || !await IsKnownTo(Two))
                    {
                        return false;
                    }
                }

                return true;
            }
            finally
            {
                await fixture.Auth.ThawAsync(Ct);
            }
        }

        async Task<bool> IsKnownTo(GatewayApi gateway)
        {
            using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/v1/usage", token: user.AccessToken);
            return (await answer.Content.ReadAsStringAsync(Ct)).Contains("Service chat unavailable", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_keys_that_verify_tokens_are_answered_while_Auth_is_frozen()
    {
        const string Path = "/.well-known/jwks.json";
        await Eventually.IsTrueAsync(async () => await IsCachedForLongEnough(One) && await IsCachedForLongEnough(Two), TimeSpan.FromMinutes(2), Ct);
        await fixture.Auth.FreezeAsync(Ct);
        try
        {
            using var answer = await Get(Two);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("\"kid\"", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Auth.ThawAsync(Ct);
        }

        static async Task<bool> IsCachedForLongEnough(GatewayApi gateway)
        {
            using var answer = await Get(gateway);
            return answer.Headers.Age < TimeSpan.FromSeconds(20);
        }

        static Task<HttpResponseMessage> Get(GatewayApi gateway) => gateway.SendAsync(HttpMethod.Get, Path, headers: ("Host", "gaia.example"));
    }

    [Fact]
    public async Task A_stream_that_was_lost_gets_back_everything_that_is_still_in_force()
    {
        var user = await One.SignUpAsync();
        await One.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken);
        await using var nats = new NatsConnection(new NatsOpts { Url = fixture.Nats.Url });
        var jetStream = new NatsJSContext(nats);
        await jetStream.DeleteStreamAsync(Revocation.Stream, Ct);

        await Eventually.PassesAsync(
            async () =>
            {
                var stream = (await jetStream.GetStreamAsync(Revocation.Stream, cancellationToken: Ct)).Info;
                Assert.True(RevocationStreamDefinition.IsComplete(stream.Config));
                Assert.True(stream.State.Messages > 0);
            },
            ct: Ct);
    }

    private Task AdmittedAsync(string? token = null, string? key = null) => fixture.BecomeAsync(HttpStatusCode.OK, token, key);

    private Task RefusedAsync(string? token = null, string? key = null) => fixture.BecomeAsync(HttpStatusCode.Unauthorized, token, key);
}
