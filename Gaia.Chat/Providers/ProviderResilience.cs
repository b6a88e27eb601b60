using Microsoft.Extensions.Caching.Memory;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Gaia.Chat.Providers;

/// <summary>
/// The retries and the circuit breaker of a provider. The breaker counts distinct requests: one that failed and is sent again by the same user counts once,
/// so that the retries of one client do not make the provider unavailable for everybody.
/// </summary>
internal sealed partial class ProviderResilience : IDisposable
{
    private const int FailuresRemembered = 10_000;

    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    private readonly MemoryCache failures = new(new MemoryCacheOptions { SizeLimit = FailuresRemembered });
    private readonly CircuitBreakerStateProvider breakerState = new();
    private readonly ResiliencePipeline retries;
    private readonly ResiliencePipeline breaker;

    public ProviderResilience(ProviderOptions options, TimeProvider clock, ILogger<Provider> log)
    {
        retries = Retries(options, clock);
        breaker = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ProviderException>(e => e.IsProviderFault),
                FailureRatio = 0.5,
                MinimumThroughput = options.BreakerCalls,
                SamplingDuration = SamplingDuration,
                BreakDuration = BreakDuration,
                StateProvider = breakerState,
                OnOpened = opened =>
                {
                    LogOpened(log, options.Name, opened.Outcome.Exception?.Message);
                    return default;
                },
                OnClosed = _ =>
                {
                    LogClosed(log, options.Name);
                    return default;
                },
            })
            .Build();
    }

    /// <param name="attempt">The call.</param>
    /// <param name="fingerprint">The same for every repetition of the request.</param>
    /// <param name="ct">Cancels the wait between attempts.</param>
    /// <exception cref="BrokenCircuitException">The provider failed too often of late.</exception>
    public async Task<T> ExecuteAsync<T>(Func<Task<T>> attempt, Func<int> fingerprint, CancellationToken ct)
    {
        if (failures.Count > 0 && breakerState.CircuitState is CircuitState.Closed && failures.TryGetValue(fingerprint(), out _))
        {
            return await RetryAsync(attempt, ct);
        }

        try
        {
            return await breaker.ExecuteAsync(async token => await RetryAsync(attempt, token), ct);
        }
        catch (ProviderException e) when (e.IsProviderFault)
        {
            failures.Set(fingerprint(), true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = SamplingDuration });
            throw;
        }
    }

    public void Dispose() => failures.Dispose();

    private async Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken ct) => await retries.ExecuteAsync(async _ => await attempt(), ct);

    private static ResiliencePipeline Retries(ProviderOptions options, TimeProvider clock) => options.Retries == 0
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ProviderException>(e => e.IsTransient),
                MaxRetryAttempts = options.Retries,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Circuit breaker opened for provider {Provider}: {Reason}")]
    private static partial void LogOpened(ILogger log, string provider, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Circuit breaker closed for provider {Provider}")]
    private static partial void LogClosed(ILogger log, string provider);
}
