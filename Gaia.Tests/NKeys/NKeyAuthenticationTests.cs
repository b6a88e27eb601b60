using NATS.Client.Core;
using NATS.NKeys;
using Xunit;

namespace Gaia.Tests.NKeys;

/// <summary>NATS.Net and a real nats-server accept, and refuse, what NATS.NKeys makes.</summary>
public sealed class NKeyAuthenticationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generated_seeds_are_admitted_by_a_server_that_demands_their_public_key()
    {
        for (var round = 0; round < 5; round++)
        {
            using var user = KeyPair.CreatePair(PrefixByte.User);
            await using var server = await NKeyNatsServer.StartAsync(user.GetPublicKey(), Ct);
            await using var nats = new NatsConnection(Options(server, user.GetPublicKey(), user.GetSeed()));

            await nats.ConnectAsync();

            await using var greetings = await nats.SubscribeCoreAsync<string>("greetings", cancellationToken: Ct);
            await nats.PublishAsync("greetings", "hello", cancellationToken: Ct);
            Assert.Equal("hello", (await greetings.Msgs.ReadAsync(Ct)).Data);
        }
    }

    [Fact]
    public async Task Another_users_seed_is_refused()
    {
        using var admitted = KeyPair.CreatePair(PrefixByte.User);
        using var stranger = KeyPair.CreatePair(PrefixByte.User);
        await using var server = await NKeyNatsServer.StartAsync(admitted.GetPublicKey(), Ct);

        await using var underOwnName = new NatsConnection(Options(server, stranger.GetPublicKey(), stranger.GetSeed()));
        await Assert.ThrowsAnyAsync<NatsException>(async () => await underOwnName.ConnectAsync());

        await using var underStolenName = new NatsConnection(Options(server, admitted.GetPublicKey(), stranger.GetSeed()));
        await Assert.ThrowsAnyAsync<NatsException>(async () => await underStolenName.ConnectAsync());
    }

    private static NatsOpts Options(NKeyNatsServer server, string publicKey, string seed) => NatsOpts.Default with
    {
        Url = server.Url,
        AuthOpts = NatsAuthOpts.Default with { NKey = publicKey, Seed = seed },
    };
}
