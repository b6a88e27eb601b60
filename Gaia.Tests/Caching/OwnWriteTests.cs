using System.Net;
using Gaia.Tests.Admission;

namespace Gaia.Tests.Caching;

/// <summary>An acknowledged write is never followed by an older read: not at all through the same gateway, and not beyond the bound through another.</summary>
public sealed class OwnWriteTests(OwnWriteServers servers) : IClassFixture<OwnWriteServers>
{
    /// <summary>Writes per case that are acknowledged although something breaks meanwhile.</summary>
    private const int Acknowledged = 2;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    /// <summary>Leaves the processor to the other tests.</summary>
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("postgres", true)]
    [InlineData("postgres", false)]
    [InlineData("redis", true)]
    [InlineData("redis", false)]
    [InlineData("nats", true)]
    [InlineData("nats", false)]
    [InlineData("postgres+redis", true)]
    [InlineData("postgres+redis", false)]
    [InlineData("postgres+nats", true)]
    [InlineData("postgres+nats", false)]
    [InlineData("redis+nats", true)]
    [InlineData("redis+nats", false)]
    public Task Whoever_wrote_reads_nothing_older_although_these_break_at_a_random_moment_of_the_write(string names, bool killed) =>
        BreakAsync(names, killed, Acknowledged, Bound * 1.2);

    [Fact]
    public Task Nor_while_Postgres_is_unavailable_for_a_minute() => BreakAsync("postgres", killed: true, acknowledgements: 1, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task The_choice_of_a_persona_is_read_by_who_made_it_from_every_replica_without_Redis_and_NATS()
    {
        var persona = await OwnPersona.MakeAsync(servers.One);
        var other = await OwnPersona.AddAsync(servers.One, persona.Token);
        await ChooseAsync(persona, persona.Id);
        await Eventually.PassesAsync(() => ExpectChoiceAsync(persona, persona.Id), TimeSpan.FromMinutes(1), Stop);
        await Task.WhenAll(servers.Servers.Redis.FreezeAsync(Stop), servers.Servers.Nats.FreezeAsync(Stop));
        try
        {
            await ChooseAsync(persona, other);

            await ExpectChoiceAsync(persona, other);
        }
        finally
        {
            await Task.WhenAll(servers.Servers.Redis.ThawAsync(Stop), servers.Servers.Nats.ThawAsync(Stop));
        }
    }

    /// <param name="names">The servers that break.</param>
    /// <param name="killed">Or frozen.</param>
    /// <param name="acknowledgements">How many writes are to be acknowledged although they break meanwhile.</param>
    /// <param name="outage">For how long, while both gateways are read from.</param>
    private async Task BreakAsync(string names, bool killed, int acknowledgements, TimeSpan outage)
    {
        var broken = servers.Named(names);
        var persona = await OwnPersona.MakeAsync(servers.One);
        var window = TimeSpan.FromMilliseconds(40);
        var number = 0;
        for (var acknowledged = 0; acknowledged < acknowledgements;)
        {
            // Both gateways hold the last value in memory.
            await Eventually.PassesAsync(
                async () =>
                {
                    Assert.True(await persona.ChangeAsync(servers.One, ++number));
                    Assert.Equal([number, number], await persona.ReadAsync(servers.One));
                    Assert.Equal([number, number], await persona.ReadAsync(servers.Two));
                },
                TimeSpan.FromMinutes(1),
                Stop);

            var write = persona.ChangeAsync(servers.One, ++number);
            await Task.Delay(window * Random.Shared.NextDouble(), Stop);
            await Task.WhenAll(broken.Select(server => killed ? server.KillAsync(Stop) : server.FreezeAsync(Stop)));
            try
            {
                if (await write)
                {
                    acknowledged++;
                    await ExpectNothingOlderAsync(persona, number, outage);
                }
                else
                {
                    window *= 1.25;
                }
            }
            finally
            {
                await Task.WhenAll(broken.Select(server => killed ? server.RestartAsync(CancellationToken.None) : server.ThawAsync(CancellationToken.None)));
            }

            Assert.All(await persona.ReadAsync(servers.One), told => Assert.InRange(told, number - 1, number));
        }
    }

    private async Task ExpectNothingOlderAsync(OwnPersona persona, int number, TimeSpan outage)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since) < outage)
        {
            var bounded = TimeProvider.System.GetElapsedTime(since) > Bound;
            var (one, two) = (persona.ReadAsync(servers.One), persona.ReadAsync(servers.Two));
            Assert.All(await one, told => Assert.Equal(number, told));
            Assert.All(await two, told => Assert.InRange(told, bounded ? number : number - 1, number));
            await Task.Delay(BetweenReads, Stop);
        }
    }

    /// <summary>Asks as often as every replica of Chat has its turn.</summary>
    private async Task ExpectChoiceAsync(OwnPersona persona, string chosen)
    {
        for (var i = 0; i < 6; i++)
        {
            var current = await new GatewayApi(servers.One).ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{OwnPersona.Path}/current", token: persona.Token);
            Assert.Equal(chosen, current.GetProperty("persona").GetProperty("id").GetString());
        }
    }

    private async Task ChooseAsync(OwnPersona persona, string id) =>
        await new GatewayApi(servers.One).ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{OwnPersona.Path}/set", new { persona_id = id }, persona.Token);
}
