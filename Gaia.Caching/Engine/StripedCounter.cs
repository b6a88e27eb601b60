using System.Runtime.InteropServices;

namespace Gaia.Caching.Engine;

/// <summary>A counter cheap enough for the hit path: one padded cell per processor, so that threads do not fight for a cache line.</summary>
internal sealed class StripedCounter
{
    private readonly Cell[] cells = new Cell[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount)];

    public long Value
    {
        get
        {
            var sum = 0L;
            foreach (ref var cell in cells.AsSpan())
            {
                sum += Volatile.Read(ref cell.Count);
            }

            return sum;
        }
    }

    /// <returns>The count of this processor's cell: good for taking a sample of every so many.</returns>
    public long Add(long amount = 1) => Interlocked.Add(ref cells[Thread.GetCurrentProcessorId() & (cells.Length - 1)].Count, amount);

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Cell
    {
        [FieldOffset(64)]
        public long Count;
    }
}
