using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Secrets;

/// <summary>Reads every line that the resources of a graph write, from the first to the last, and keeps those with a secret or an unwanted word in them.</summary>
internal sealed class LogWatch : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> found = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> unwanted = new();
    private readonly string[] unwantedWords;
    private readonly Task watching;
    private long lines;

    public LogWatch(DistributedApplication app, params string[] unwantedWords)
    {
        this.unwantedWords = unwantedWords;
        var logs = app.Services.GetRequiredService<ResourceLoggerService>();
        var resources = app.Services.GetRequiredService<DistributedApplicationModel>().Resources;
        watching = Task.WhenAll(resources.Select(resource => Task.Run(() => WatchAsync(logs, resource))));
    }

    public IEnumerable<string> Found => found;

    /// <summary>Lines with a word that was unwanted.</summary>
    public IEnumerable<string> Unwanted => unwanted;

    /// <summary>How many lines were read.</summary>
    public long Lines => Interlocked.Read(ref lines);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    private async Task WatchAsync(ResourceLoggerService logs, IResource resource)
    {
        // Not disposed: a stream of the logs of replicas does not always end when it is cancelled, and all of them end with the graph.
        var batches = logs.WatchAsync(resource).GetAsyncEnumerator(stop.Token);
        try
        {
            while (await batches.MoveNextAsync().AsTask().WaitAsync(stop.Token))
            {
                foreach (var line in batches.Current)
                {
                    Interlocked.Increment(ref lines);
                    if (SecretScan.Find(line.Content).FirstOrDefault() is { } secret)
                    {
                        found.Enqueue($"{resource.Name}: \"{secret}\" in: {line.Content}");
                    }

                    if (Array.Exists(unwantedWords, word => line.Content.Contains(word, StringComparison.Ordinal)))
                    {
                        unwanted.Enqueue($"{resource.Name}: {line.Content}");
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The graph ends.
        }
    }
}
