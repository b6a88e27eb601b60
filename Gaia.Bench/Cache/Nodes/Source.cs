namespace Gaia.Bench.Cache.Nodes;

/// <summary>A database of one persona that takes its time and counts how often it is asked.</summary>
internal sealed class Source(TimeSpan time)
{
    private int runs;

    public int Runs => Volatile.Read(ref runs);

    public async ValueTask<SamplePersona> LoadAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref runs);
        await Task.Delay(time, ct);
        return SamplePersona.New(Guid.Empty);
    }
}
