using System.Diagnostics;
using System.Net;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;
using Gaia.Tests.Databases;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Npgsql;
using static Gaia.Tests.Regions.RegionPersonas;

namespace Gaia.Tests.Regions;

/// <summary>A region that has followed becomes home, with a standby of home's Postgres, and nothing is lost unawares.</summary>
public sealed class PromotionTests : IAsyncLifetime
{
    private const string Log = "gaia-cache";

    /// <summary><c>./run.sh regions promote fra</c>, without building what the tests have been built with.</summary>
    private const string Script = $". scripts/prepare.sh; . scripts/regions.sh; build() {{ :; }}; regions_main promote {RegionServers.Away}";

    private readonly StartedServers started = new();
    private readonly TwoRegions regions = new();
    private FaultProxy replication = null!;
    private PostgresServer standby = null!;

    private GatewayApi Home => new(regions.Home);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        started.Keep(regions);
        await regions.InitializeAsync();
        replication = started.Keep(FaultProxy.Start(regions.Postgres.Port));
        standby = started.Keep(await PostgresServer.StartStandbyAsync(replication.Port, Ct));
    }

    public ValueTask DisposeAsync() => started.DisposeAsync();

    [Fact]
    public async Task Region_takes_the_place_of_a_home_that_is_lost()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        var persona = await CreateAsync(Home, admin, "kept");
        var (gone, stays) = (await Home.SignUpAsync(), await Home.SignUpAsync());
        await Home.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: gone.AccessToken);
        await StandbyHasEverythingAsync();
        Assert.Contains("chat at home still run: stop them first", (await PromoteAsync(Resources.Chat)).Error, StringComparison.Ordinal);

        await LoseHomeAsync();
        Assert.Matches("home does not answer, so what it has changed since .+ is not known. --lose 0 accepts that", (await PromoteAsync(Resources.Auth)).Error);
        Assert.Equal((0, ""), await PromoteAsync(Resources.Auth, "--lose", "0"));
        Assert.Equal((0, ""), await PromoteAsync(Resources.Chat, "--lose", "0"));
        var gateway = new GatewayApi(await StartNewHomeAsync());

        Assert.Equal("kept", await DescriptionAsync(gateway, persona));
        await Eventually.IsTrueAsync(async () => await gateway.StatusOfAsync(stays.AccessToken) == HttpStatusCode.OK, ct: Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, await gateway.StatusOfAsync(gone.AccessToken));
        await ChangeAsync(gateway, admin, persona, "changed");
        Assert.Equal("changed", await DescriptionAsync(gateway, persona));
        await gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: stays.AccessToken);
        await Eventually.IsTrueAsync(async () => await gateway.StatusOfAsync(stays.AccessToken) == HttpStatusCode.Unauthorized, ct: Ct);
        Assert.Null((await StreamAsync(regions.Servers.AwayNats)).Config.Mirror);
    }

    [Fact]
    public async Task Changes_that_the_standby_does_not_have_are_not_lost_unless_somebody_says_so()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        var persona = await CreateAsync(Home, admin, "before");
        var user = await Home.SignUpAsync();
        await ExecuteAsync(regions.Postgres, "CREATE DATABASE assetdb");
        await StandbyHasEverythingAsync();
        replication.Cut();
        await ChangeAsync(Home, admin, persona, "after");
        await Home.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken);

        // A planned move: the services end in order, their servers go on.
        await regions.Home.TerminateAsync(Ct);
        await regions.Chat.TerminateAsync(Ct);
        await regions.Auth.TerminateAsync(Ct);

        Assert.Matches($@"up to \d+ changes of {Log} would be lost\. Wait until the database has them, or accept the loss by --lose \d+", (await PromoteAsync(Resources.Chat)).Error);
        Assert.Matches(@"up to 1 changes of GAIA_AUTH would be lost", (await PromoteAsync(Resources.Auth)).Error);
        Assert.Equal((0, ""), await PromoteAsync(Resources.Auth, "--check", "--lose", "1"));

        await regions.Postgres.FreezeAsync(Ct);
        Assert.Contains("primary is silent", (await PromoteAsync(Resources.Asset, "--check")).Error, StringComparison.Ordinal);
        await regions.Postgres.ThawAsync(Ct);

        replication.Heal();
        await ExecuteAsync(standby, "SELECT pg_wal_replay_pause()");
        await ExecuteAsync(regions.Postgres, "CREATE TABLE written_last ()");
        await Eventually.IsTrueAsync(
            async () => (await PromoteAsync(Resources.Asset, "--check", "--lose", "0")).Error.Contains("has not applied all that its primary has written", StringComparison.Ordinal), ct: Ct);
        await ExecuteAsync(standby, "SELECT pg_wal_replay_resume()");

        await Eventually.IsTrueAsync(async () => await PromoteAsync(Resources.Chat, "--check") == (0, ""), ct: Ct);
        Assert.Equal(
            (0, ""),
            await ServiceCommand.RunAsync(
                new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", Script]) { WorkingDirectory = Publishing.Publisher.Repository },
                new()
                {
                    ["DATABASE_URL"] = $"postgres://postgres@127.0.0.1:{standby.Port}",
                    ["NATS_URL"] = regions.Servers.AwayNats.Url,
                }));
        Assert.Equal("after", await DescriptionAsync(new(await StartNewHomeAsync()), persona));
    }

    private Task<(int Code, string Error)> PromoteAsync(string service, params string[] options) =>
        ServiceCommand.RunAsync(service, NewHome(service), ["promote", .. options]);

    /// <summary>At once, with everything that it had in memory.</summary>
    private async Task LoseHomeAsync()
    {
        await regions.Servers.HomeNats.KillAsync(Ct);
        await regions.Home.KillAsync(Ct);
        await regions.Chat.KillAsync(Ct);
        await regions.Auth.KillAsync(Ct);
        await regions.Postgres.KillAsync(Ct);
    }

    private async Task<GatewayServer> StartNewHomeAsync()
    {
        await regions.Away.KillAsync(Ct);
        var auth = started.Keep(await GaiaService.StartAsync(Resources.Auth, NewHome(Resources.Auth), Ct));
        var chat = started.Keep(await GaiaService.StartAsync(Resources.Chat, NewHome(Resources.Chat), Ct));
        return started.Keep(await GatewayServer.StartAsync(TwoRegions.Gateway(NewHome(Resources.Gateway), auth.Port, chat.Port), Ct));
    }

    private Dictionary<string, string> NewHome(string service) => new()
    {
        [$"ConnectionStrings:{service}db"] = standby.ConnectionStringTo($"{service}db"),
        ["ConnectionStrings:nats"] = regions.Servers.AwayNats.Url,
        ["ConnectionStrings:redis"] = regions.Servers.AwayRedis.ConnectionString,
        ["IDENTITY_KEY"] = AuthServer.IdentityKey,
        ["HOME_REGION"] = RegionServers.Away,
        ["GAIA_REGION"] = RegionServers.Away,
    };

    private static async Task ExecuteAsync(PostgresServer server, string sql)
    {
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>Waits until the standby says that it has what the log at home has.</summary>
    private async Task StandbyHasEverythingAsync() => await Eventually.IsTrueAsync(
        async () =>
        {
            var end = (long)(await StreamAsync(regions.Servers.HomeNats)).State.LastSeq;
            await using var database = NpgsqlDataSource.Create(standby.ConnectionStringTo("chatdb"));
            await using var query = database.CreateCommand("SELECT sequence FROM cache_outbox_position");
            return await query.ExecuteScalarAsync(Ct) is long sequence && sequence >= end;
        },
        ct: Ct);

    private static async Task<NATS.Client.JetStream.Models.StreamInfo> StreamAsync(NatsServer server)
    {
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url });
        return (await new NatsJSContext(nats).GetStreamAsync(Log, cancellationToken: Ct)).Info;
    }
}
