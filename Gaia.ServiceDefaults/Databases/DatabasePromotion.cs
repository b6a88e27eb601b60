using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

/// <summary>Makes the server of one database, if it is a standby, one that is written to.</summary>
/// <param name="scopes">Of the service.</param>
/// <param name="databaseOf">The database, of a scope.</param>
internal sealed class DatabasePromotion(IServiceScopeFactory scopes, Func<IServiceProvider, DatabaseFacade> databaseOf)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>A standby that has heard nothing for half a minute, by Postgres' own settings, asks its primary for a sign of life.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether the server has everything that its primary has written, as the primary itself says from now on.</summary>
    /// <param name="waits">Whether to wait for the primary's next sign of life, for 40 seconds at most.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<StandbyState> LookAsync(bool waits, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = databaseOf(scope.ServiceProvider);
        var since = await database.SqlQuery<DateTime>($"""SELECT clock_timestamp() AS "Value" """).SingleAsync(ct);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // A user that may not look into the receiver finds nothing in its columns, and has to say that it does not matter.
            var state = await database.SqlQuery<int>(
                $"""
                SELECT CASE
                    WHEN NOT pg_is_in_recovery() THEN {(int)StandbyState.Primary}
                    WHEN latest_end_lsn > pg_last_wal_replay_lsn() THEN {(int)StandbyState.Behind}
                    WHEN last_msg_receipt_time >= {since} THEN {(int)StandbyState.Complete}
                    ELSE {(int)StandbyState.Unknown}
                END AS "Value"
                FROM (SELECT 1) AS server LEFT JOIN pg_stat_wal_receiver ON true
                """).SingleAsync(ct);
            if ((StandbyState)state is StandbyState.Primary or StandbyState.Complete || !waits || TimeProvider.System.GetElapsedTime(started) > LongestSilence)
            {
                return (StandbyState)state;
            }

            await Task.Delay(BetweenLooks, ct);
        }
    }

    /// <returns>False when the server was no standby.</returns>
    /// <exception cref="TimeoutException">It still is one after a minute.</exception>
    public async Task<bool> PromoteAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = databaseOf(scope.ServiceProvider);
        database.SetCommandTimeout(Longest * 2);
        if (!await database.SqlQuery<bool>($"""SELECT pg_is_in_recovery() AS "Value" """).SingleAsync(ct))
        {
            return false;
        }

        return await database.SqlQuery<bool>($"""SELECT pg_promote(wait_seconds => {(int)Longest.TotalSeconds}) AS "Value" """).SingleAsync(ct)
            ? true
            : throw new TimeoutException($"the server is still a standby {Longest.TotalSeconds} s after it was promoted");
    }
}

/// <summary>What is known of a server that is to be promoted.</summary>
internal enum StandbyState
{
    /// <summary>It is written to already.</summary>
    Primary,

    /// <summary>It has applied everything that its primary has.</summary>
    Complete,

    /// <summary>It has not applied what its primary has told it of.</summary>
    Behind,

    /// <summary>Its primary is silent.</summary>
    Unknown,
}
