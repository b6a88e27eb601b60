namespace Gaia.Bench.Cache.Nodes;

/// <summary>One node of a service that caches personas: its own memory and its own connections, whatever the make of its cache.</summary>
internal interface ICacheNode : IAsyncDisposable
{
    /// <summary>Warnings and errors that this node has logged.</summary>
    int Warnings { get; }

    ValueTask<SamplePersona> GetAsync(Guid id, Func<CancellationToken, ValueTask<SamplePersona>> load, CancellationToken ct);

    /// <summary>Returns when the node, cut off, answers nothing more of what it holds from memory alone; at once if its cache knows no such thing.</summary>
    Task WaitUntilUntrustedAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Reads although the local copy must not be trusted, by whatever the cache has for that.</summary>
    ValueTask<SamplePersona> GetUntrustedAsync(Guid id, Func<CancellationToken, ValueTask<SamplePersona>> load, CancellationToken ct);

    /// <summary>Tells the cache that the persona was changed to a new version in the database.</summary>
    Task ChangedAsync(Guid id, long version, CancellationToken ct);
}
