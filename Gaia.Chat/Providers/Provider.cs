using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>An upstream with its connections and its resilience, which all its models share.</summary>
internal sealed class Provider(ProviderOptions options, Func<string, IChatClient> connect, TimeProvider clock, ILogger<Provider> log) : IDisposable
{
    private readonly ConcurrentDictionary<string, IChatClient> clients = new(StringComparer.Ordinal);

    public string Name => options.Name;

    public ProviderOptions Options => options;

    /// <summary>For what is forwarded to the provider as it is; null when it has no such API.</summary>
    public OpenAIConnection? OpenAI { get; init; }

    /// <summary>Around a call up to its first token: a later repetition would say things twice.</summary>
    public ProviderResilience Resilience { get; } = new(options, clock, log);

    public IChatClient Client(string model) => clients.GetOrAdd(model, connect);

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }

        Resilience.Dispose();
    }
}
