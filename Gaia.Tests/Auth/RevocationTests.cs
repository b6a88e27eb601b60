using System.Net;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.Serializers.Json;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class RevocationTests(AuthFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_ending_is_in_the_log_in_order_and_without_gaps()
    {
        await using var auth = await fixture.StartAsync("endings");
        var api = new AuthApi(auth);
        var admin = await api.SignInAsAdministratorAsync();
        var user = await api.SignUpAsync();
        var other = await api.SignInAsync(user.Email);
        var key = (await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "api-keys", new { name = "k" }, user.Principal)).GetProperty("id").GetGuid();

        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "password", new { current_password = AuthApi.Password, new_password = "a different one" }, user.Principal);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"api-keys/{key}/rotate", caller: user.Principal);
        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"api-keys/{key}", caller: user.Principal);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", caller: user.Principal);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"users/{user.Id}/scopes", new { scopes = AuthApi.OnlyChat }, admin.Principal);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"users/{user.Id}/disable", caller: admin.Principal);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", new { everywhere = true }, admin.Principal);

        var log = await api.RevocationsAsync();
        Assert.Equal(Enumerable.Range(1, 7).Select(i => (long)i), log.Revocations.Select(r => r.Position));
        Assert.Equal(7, log.Position);
        Assert.Equal(
            [
                (RevocationReason.PasswordChanged, other.Principal.CredentialId!),
                (RevocationReason.KeyChanged, key.ToString()),
                (RevocationReason.KeyRevoked, key.ToString()),
                (RevocationReason.SignedOut, user.Principal.CredentialId!),
                (RevocationReason.ScopesChanged, user.Id.ToString()),
                (RevocationReason.UserDisabled, user.Id.ToString()),
                (RevocationReason.SignedOut, admin.Id.ToString()),
            ],
            log.Revocations.Select(r => (r.Reason, r.Holder.ToString())));
        Assert.Equal([6L, 7L], (await api.RevocationsAsync(after: 5)).Revocations.Select(r => r.Position));
    }

    [Fact]
    public async Task Parallel_endings_take_positions_without_gaps()
    {
        await using var auth = await fixture.StartAsync("parallel");
        var api = new AuthApi(auth);
        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.SignUpAsync()));

        await Task.WhenAll(users.Select(u => api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", new { everywhere = true }, u.Principal)));

        var log = await api.RevocationsAsync();
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), log.Revocations.Select(r => r.Position));
        Assert.Equal(users.Select(u => u.Id).Order(), log.Revocations.Select(r => r.Holder).Order());
    }

    [Fact]
    public async Task Every_ending_is_published_also_what_happened_while_NATS_was_away()
    {
        await using var nats = await NatsServer.StartAsync(ct: Ct);
        await using var auth = await fixture.StartAsync("published", new() { ["NATS_URL"] = $"nats://127.0.0.1:{nats.Port}" });
        var api = new AuthApi(auth);
        var (first, second) = (await api.SignUpAsync(), await api.SignUpAsync());
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", caller: first.Principal);

        await nats.KillAsync(Ct);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", caller: second.Principal);
        Assert.Equal(2, (await api.RevocationsAsync()).Position);
        await nats.RestartAsync(Ct);

        var messages = await ReadAsync(nats, 2);
        Assert.Equal([1L, 2L], messages.Select(m => m.Data!.Position));
        Assert.Equal([first.Principal.CredentialId, second.Principal.CredentialId], messages.Select(m => m.Data!.Holder.ToString()));
        Assert.All(messages, m => Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", m.Headers!["traceparent"].ToString()));
    }

    [Fact]
    public async Task The_internal_routes_answer_nobody_but_the_gateway()
    {
        var admin = await fixture.Api.SignInAsAdministratorAsync();

        foreach (var path in new[] { "/internal/revocations", $"/internal/principals/api-keys/{new string('0', 64)}" })
        {
            await fixture.Api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, path, caller: admin.Principal);
            await fixture.Api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, path);
            using var client = new HttpClient { BaseAddress = fixture.Auth.Address };
            using var direct = await client.GetAsync(path, Ct);
            await Problem.ExpectAsync(direct, HttpStatusCode.Unauthorized);
        }
    }

    private static async Task<List<INatsJSMsg<Revocation>>> ReadAsync(NatsServer server, int count)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{server.Port}" });
        var jetStream = new NatsJSContext(connection);
        var found = new List<INatsJSMsg<Revocation>>();
        await Eventually.PassesAsync(
            async () =>
            {
                found.Clear();
                var consumer = await jetStream.CreateOrderedConsumerAsync(Revocation.Stream, cancellationToken: Ct);
                var options = new NatsJSFetchOpts { MaxMsgs = count, Expires = TimeSpan.FromSeconds(1) };
                await foreach (var message in consumer.FetchAsync(options, new NatsJsonSerializer<Revocation>(EventJson.Options), Ct))
                {
                    found.Add(message);
                }

                Assert.Equal(count, found.Count);
            },
            TimeSpan.FromSeconds(60),
            Ct);
        return found;
    }
}
