using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Gaia.Chat.Providers;

/// <summary>An upstream with its connections, its retries and its breaker, which all its models share.</summary>
internal sealed partial class Provider(ProviderOptions options, Func<string, IChatClient> connect, TimeProvider clock, ILogger<Provider> log) : IDisposable
{
    private readonly ConcurrentDictionary<string, IChatClient> clients = new(StringComparer.Ordinal);

    public string Name => options.Name;

    public ProviderOptions Options => options;

    public IChatClient Client(string model) => clients.GetOrAdd(model, connect);

    /// <summary>Around a call up to its first token: afterwards a repetition would say things twice.</summary>
    public ResiliencePipeline UntilFirstToken { get; } = Pipeline(options, clock, log);

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    private static ResiliencePipeline Pipeline(ProviderOptions options, TimeProvider clock, ILogger<Provider> log)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = clock };
        if (options.Retries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ProviderException>(f => f.IsWorthRepeating),
                MaxRetryAttempts = options.Retries,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            });
        }

        return pipeline
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ProviderException>(f => f.IsProvidersFault),
                FailureRatio = 0.5,
                MinimumThroughput = options.BreakerCalls,
                SamplingDuration = TimeSpan.FromSeconds(20),
                BreakDuration = TimeSpan.FromSeconds(5),
                OnOpened = opened =>
                {
                    LogAway(log, options.Name, opened.Outcome.Exception?.Message);
                    return default;
                },
                OnClosed = _ =>
                {
                    LogBack(log, options.Name);
                    return default;
                },
            })
            .Build();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Provider {Provider} is not asked for a while: {Reason}")]
    private static partial void LogAway(ILogger log, string provider, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Provider {Provider} answers again")]
    private static partial void LogBack(ILogger log, string provider);
}
