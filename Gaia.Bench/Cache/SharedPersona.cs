using Gaia.Bench.Cache.Nodes;

namespace Gaia.Bench.Cache;

/// <summary>A persona that two nodes hold and one of them changes.</summary>
internal sealed class SharedPersona(ICacheNode writer, ICacheNode reader)
{
    private readonly Guid id = Guid.CreateVersion7();
    private SamplePersona current = SamplePersona.New(Guid.Empty);
    private int loads;

    public async Task WarmAsync(CancellationToken ct)
    {
        await writer.GetAsync(id, LoadAsync, ct);
        await reader.GetAsync(id, LoadAsync, ct);
    }

    /// <summary>A reader that holds nothing would see a change in the source without being told of it.</summary>
    public async Task RequireHitAsync(CancellationToken ct)
    {
        var before = Volatile.Read(ref loads);
        await reader.GetAsync(id, LoadAsync, ct);
        if (Volatile.Read(ref loads) != before)
        {
            throw new InvalidOperationException("The reading node did not hold what was about to change.");
        }
    }

    public Task ChangeAsync(long version, CancellationToken ct)
    {
        Volatile.Write(ref current, SamplePersona.New(id, version));
        return writer.ChangedAsync(id, version, ct);
    }

    public long Read(CancellationToken ct) => reader.GetAsync(id, LoadAsync, ct).AsTask().GetAwaiter().GetResult().Version;

    private ValueTask<SamplePersona> LoadAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref loads);
        return new(Volatile.Read(ref current));
    }
}
