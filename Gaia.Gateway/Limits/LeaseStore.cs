using System.Collections.Concurrent;
using Gaia.Caching;
using Gaia.Caching.Store;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gaia.Gateway.Limits;

/// <summary>What Redis granted.</summary>
/// <param name="Granted">How many of the requests that wait may pass; they are charged already.</param>
/// <param name="Credit">How many more may pass before Redis is told.</param>
/// <param name="UntilTat">Microseconds from the question to the theoretical arrival time.</param>
/// <param name="Idle">For how long the quota was free so far, in microseconds: what the next question tells as <see cref="Spending.Idle"/>.</param>
internal readonly record struct Grant(int Granted, int Credit, long UntilTat, long Idle);

/// <summary>
/// The limiter's side of Redis. Every question is answered within the deadline or not at all; after a question without answer the key's primary counts as
/// unavailable until a probe in the background is answered, so that no request waits for it.
/// </summary>
internal sealed partial class LeaseStore(
    IConnectionMultiplexer redis,
    RedisPrimaries primaries,
    RedisLedger ledger,
    CachingOptions caching,
    IOptions<RateLimitOptions> options,
    ILogger<LeaseStore> logger)
{
    private const string LedgerName = "rate_limit";
    private readonly TimeSpan deadline = options.Value.RedisDeadline;
    private readonly IDatabase database = redis.GetDatabase();

    /// <summary>By primary, a key that lies there: by it a probe finds the primary, whichever server that is by then.</summary>
    private readonly ConcurrentDictionary<string, RedisKey> unavailable = new();

    public bool IsUnavailable(RedisKey key) => !unavailable.IsEmpty && unavailable.ContainsKey(PrimaryOf(key));

    public RedisKey KeyOf(RateLimitPolicy policy, Identifier who) => KeyOf(policy, who.ToString());

    /// <param name="policy">The policy.</param>
    /// <param name="who"><see cref="Identifier"/> as a text.</param>
    public RedisKey KeyOf(RateLimitPolicy policy, string who) => $"{caching.KeyPrefix}rate_limit:{who}:{policy.WindowName}";

    /// <returns>Null when Redis is unavailable.</returns>
    public async ValueTask<Grant?> AskAsync(RedisKey key, RateLimitPolicy policy, Spending spending, int wanted, LeaseTerms terms)
    {
        if (IsUnavailable(key))
        {
            return null;
        }

        var answer = await AnsweredAsync(key, db => db.ScriptEvaluateAsync(
            LeaseScript.Text,
            [key],
            [policy.Interval, policy.Window, spending.Count, spending.Age, spending.Idle, wanted, terms.Largest, terms.Share, Slack(terms)]));
        if (answer is null)
        {
            return null;
        }

        var grant = new Grant((int)answer[0], (int)answer[1], (long)answer[2], (long)answer[3]);
        ledger.Count(LedgerName, LeaseScript.Commands(grant.Granted + spending.Count > 0));
        return grant;
    }

    /// <summary>Asks whether primaries that were unavailable are back.</summary>
    public async Task ProbeAsync() => await Task.WhenAll(unavailable.Select(async known =>
    {
        try
        {
            ledger.Count(LedgerName);
            await database.KeyExistsAsync(known.Value).WaitAsync(deadline);
            unavailable.TryRemove(known);
            LogBack();
        }
        catch (Exception error) when (IsAbsence(error))
        {
            // Still unavailable; the next probe asks again.
        }
    }));

    /// <summary>Milliseconds that a key outlives its TAT, so that a charge on credit still finds it.</summary>
    private static long Slack(LeaseTerms terms) => (long)(terms.Life.TotalMilliseconds * 2) + 1_000;

    private static bool IsAbsence(Exception error) => error is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    private string PrimaryOf(RedisKey key) => primaries.AddressOf(key)?.ToString() ?? "";

    private async ValueTask<T?> AnsweredAsync<T>(RedisKey key, Func<IDatabase, Task<T>> command)
    {
        Task<T>? asked = null;
        try
        {
            ledger.Count(LedgerName);
            asked = command(database);
            return await asked.WaitAsync(deadline);
        }
        catch (Exception error) when (IsAbsence(error))
        {
            // A late answer may still fail; nobody waits for it, and the finalizer must not report it.
            _ = asked?.ContinueWith(static late => late.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
            if (error is TimeoutException)
            {
                primaries.ReportTimeout(key);
            }

            if (unavailable.TryAdd(PrimaryOf(key), key))
            {
                LogAway(error.Message);
            }

            return default;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer the rate limiter ({Why}): this node enforces its share of each limit alone")]
    private partial void LogAway(string why);

    [LoggerMessage(LogLevel.Information, "Redis answers the rate limiter again")]
    private partial void LogBack();
}

/// <summary>Requests that passed without Redis being told.</summary>
/// <param name="Count">How many.</param>
/// <param name="Age">Microseconds since the first of them.</param>
/// <param name="Idle"><see cref="Grant.Idle"/> before the first of them: only what the quota was free since then can have been theirs.</param>
internal readonly record struct Spending(int Count, long Age, long Idle)
{
    /// <summary>As <see cref="Idle"/>: no free time can have been theirs, so they are charged in full.</summary>
    public const long AllOfIt = long.MaxValue;
}

/// <summary>On what terms nodes may let requests pass on credit.</summary>
/// <param name="Largest">The most requests of one lease.</param>
/// <param name="Share">A lease is what is left divided by this.</param>
/// <param name="Life">How long a lease lasts.</param>
/// <param name="IsOnlyNode">Whether it is certain that no other gateway counts.</param>
internal sealed record LeaseTerms(int Largest, int Share, TimeSpan Life, bool IsOnlyNode);
