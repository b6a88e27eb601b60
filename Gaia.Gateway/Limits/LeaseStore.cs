using Gaia.Caching;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gaia.Gateway.Limits;

/// <summary>What Redis granted.</summary>
/// <param name="Granted">How many of the requests that wait may pass; they are charged already.</param>
/// <param name="Credit">How many more may pass before Redis is told.</param>
/// <param name="UntilTat">Microseconds from the question to the theoretical arrival time.</param>
internal readonly record struct Grant(int Granted, int Credit, long UntilTat);

/// <summary>
/// The limiter's side of Redis. Every question is answered within the deadline or not at all; after a question without answer Redis counts as away until
/// a probe in the background is answered, so that no request waits for it.
/// </summary>
internal sealed partial class LeaseStore(IConnectionMultiplexer redis, CachingOptions caching, IOptions<RateLimitOptions> options, ILogger<LeaseStore> logger)
{
    private readonly TimeSpan deadline = options.Value.RedisDeadline;
    private readonly IDatabase database = redis.GetDatabase();
    private volatile bool away;

    public bool IsAway => away;

    public RedisKey KeyOf(RateLimitPolicy policy, Identifier who) => $"{caching.KeyPrefix}rate_limit:{who}:{policy.WindowName}";

    /// <returns>Null when Redis is away.</returns>
    public async ValueTask<Grant?> AskAsync(RedisKey key, RateLimitPolicy policy, Spending spending, int wanted, LeaseTerms terms)
    {
        if (away)
        {
            return null;
        }

        var answer = await Answered(db => db.ScriptEvaluateAsync(
            LeaseScript.Text,
            [key],
            [policy.Interval, policy.Window, spending.Count, spending.Age, wanted, terms.Largest, terms.Share, Slack(terms)]));
        return answer is null ? null : new Grant((int)answer[0], (int)answer[1], (long)answer[2]);
    }

    /// <summary>
    /// Charges what passed on credit. The grant left the TAT no earlier than its own time, so adding to it charges as of then; the expiry is renewed in
    /// case the key was lost meanwhile.
    /// </summary>
    /// <returns>False when Redis is away.</returns>
    public async ValueTask<bool> ChargeAsync(RedisKey key, RateLimitPolicy policy, int count, LeaseTerms terms) =>
        !away && await Answered<bool?>(async db =>
        {
            var charged = db.StringIncrementAsync(key, (long)Math.Ceiling(count * policy.Interval));
            await db.KeyExpireAsync(key, TimeSpan.FromMicroseconds(policy.Window) + TimeSpan.FromMilliseconds(Slack(terms)));
            await charged;
            return true;
        }) is true;

    /// <summary>Asks whether Redis is back.</summary>
    public async Task ProbeAsync()
    {
        try
        {
            await database.PingAsync().WaitAsync(deadline);
            away = false;
            LogBack();
        }
        catch (Exception error) when (IsAbsence(error))
        {
            // Still away; the next probe asks again.
        }
    }

    /// <summary>Milliseconds that a key outlives its TAT, so that a charge on credit still finds it.</summary>
    private static long Slack(LeaseTerms terms) => (long)(terms.Life.TotalMilliseconds * 2) + 1_000;

    private static bool IsAbsence(Exception error) => error is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    private async ValueTask<T?> Answered<T>(Func<IDatabase, Task<T>> command)
    {
        Task<T>? asked = null;
        try
        {
            asked = command(database);
            return await asked.WaitAsync(deadline);
        }
        catch (Exception error) when (IsAbsence(error))
        {
            // A late answer may still fail; nobody waits for it, and the finalizer must not report it.
            _ = asked?.ContinueWith(static late => late.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
            if (!away)
            {
                away = true;
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
internal readonly record struct Spending(int Count, long Age);

/// <summary>On what terms nodes may let requests pass on credit.</summary>
/// <param name="Largest">The most requests of one lease.</param>
/// <param name="Share">A lease is what is left divided by this.</param>
/// <param name="Life">How long a lease lasts.</param>
/// <param name="IsOnlyNode">Whether it is certain that no other gateway counts.</param>
internal sealed record LeaseTerms(int Largest, int Share, TimeSpan Life, bool IsOnlyNode);
