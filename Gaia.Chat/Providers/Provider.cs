using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Gaia.Chat.Providers;

/// <summary>An upstream with its connections, its retries and its breaker, which all its models share.</summary>
internal sealed class Provider(ProviderOptions options, Func<string, IChatClient> connect, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, IChatClient> clients = new(StringComparer.Ordinal);

    public string Name => options.Name;

    public ProviderOptions Options => options;

    public IChatClient Client(string model) => clients.GetOrAdd(model, connect);

    /// <summary>Around a call up to its first token: afterwards a repetition would say things twice.</summary>
    public ResiliencePipeline UntilFirstToken { get; } = Pipeline(options, clock);

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    private static ResiliencePipeline Pipeline(ProviderOptions options, TimeProvider clock)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = clock };
        if (options.Retries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ProviderFailure>(f => f.IsWorthRepeating),
                MaxRetryAttempts = options.Retries,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            });
        }

        return pipeline
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ProviderFailure>(f => f.IsProvidersFault),
                FailureRatio = 0.5,
                MinimumThroughput = 8,
                SamplingDuration = TimeSpan.FromSeconds(20),
                BreakDuration = TimeSpan.FromSeconds(5),
            })
            .Build();
    }
}
