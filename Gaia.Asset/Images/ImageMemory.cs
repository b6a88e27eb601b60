using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Images;

/// <summary>What all transforms at work hold at once, in megabytes; who does not fit in waits for its turn.</summary>
internal sealed class ImageMemory(IOptions<ImageOptions> options) : IDisposable
{
    private const long Megabyte = 1024 * 1024;

    private readonly int all = options.Value.MemoryMegabytes;

    /// <summary>Even the smallest transform keeps a core busy: no more of them at once than two per core.</summary>
    private readonly int least = Math.Max(1, options.Value.MemoryMegabytes / (2 * Environment.ProcessorCount));

    private readonly ConcurrencyLimiter limiter = new(new() { PermitLimit = options.Value.MemoryMegabytes, QueueLimit = int.MaxValue });

    /// <param name="bytes">More than there is at all counts as all of it: it then works alone.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IDisposable> HoldAsync(long bytes, CancellationToken ct) =>
        await limiter.AcquireAsync((int)Math.Clamp(bytes / Megabyte + 1, least, all), ct);

    public void Dispose() => limiter.Dispose();
}
