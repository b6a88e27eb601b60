using System.Diagnostics;
using System.Net;
using Npgsql;

namespace Gaia.Tests.Admission;

/// <summary>How often somebody who invents keys gets the database to look for one, as Postgres itself logs it.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class InventedKeysTests(GatewayFixture fixture) : IAsyncLifetime
{
    private const int LimitPerMinute = 20;

    private GatewayServer server = null!;
    private GatewayApi gateway = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private int Lookups => fixture.Postgres.Log.Split('\n').Count(line => line.Contains("FROM api_keys", StringComparison.Ordinal));

    public async ValueTask InitializeAsync()
    {
        server = await fixture.StartAsync(new() { ["RateLimits:Policies:unknown-credential:Limit"] = $"{LimitPerMinute}" });
        gateway = new(server);
        await ConfigureAsync("SET log_statement = 'all'");

        // From here on a lookup leaves a line.
        await Eventually.IsTrueAsync(
            async () =>
            {
                await new GatewayApi(server).StatusOfAsync(key: ApiKeyText.Create("dev"));
                return Lookups > 0;
            },
            ct: Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await ConfigureAsync("RESET log_statement");
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_key_with_a_wrong_checksum_is_never_looked_for()
    {
        var before = Lookups;

        for (var i = 0; i < 300; i++)
        {
            var key = ApiKeyText.Create("dev");
            Refused(await new GatewayApi(server).StatusOfAsync(key: key[..^1] + (key[^1] == 'x' ? 'y' : 'x')));
        }

        Assert.Equal(before, Lookups);
    }

    [Fact]
    public async Task Keys_with_a_right_checksum_are_looked_for_as_often_as_the_limit_allows()
    {
        var (before, started) = (Lookups, Stopwatch.GetTimestamp());

        for (var i = 0; i < 300; i++)
        {
            Refused(await gateway.StatusOfAsync(key: ApiKeyText.Create("dev")));
        }

        // On credit a node may let a little more pass than the limit.
        var allowed = LimitPerMinute + Math.Ceiling(Stopwatch.GetElapsedTime(started).TotalMinutes * LimitPerMinute) + 2;
        Assert.InRange(Lookups - before, 1, allowed);
    }

    private async Task ConfigureAsync(string change)
    {
        await using var database = NpgsqlDataSource.Create(fixture.Postgres.ConnectionString);
        foreach (var statement in new[] { $"ALTER SYSTEM {change}", "SELECT pg_reload_conf()" })
        {
            await using var command = database.CreateCommand(statement);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private static void Refused(HttpStatusCode status) => Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests, $"{status}");
}
