namespace Gaia.Testing.Caching.Advice;

/// <summary>Made-up accesses of the kinds that caches meet. The same seed gives the same accesses.</summary>
internal static class AccessTraces
{
    private const int ReadsPerSecond = 1_000;

    /// <summary>Some keys are read far more often than others, and nothing changes.</summary>
    public static IEnumerable<CacheAccess> Zipf(int reads, int keys, double exponent, int seed = 1)
    {
        var (random, zipf) = (new Random(seed), new ZipfNumbers(keys, exponent));
        return Enumerable.Range(0, reads).Select(read => Read(read, zipf.Next(random)));
    }

    /// <summary>Every tenth read goes through all of a great many keys, in their order.</summary>
    public static IEnumerable<CacheAccess> ScanOverHotSet(int reads, int hot, int scanned, int seed = 1)
    {
        var (random, zipf) = (new Random(seed), new ZipfNumbers(hot, 0.99));
        return Enumerable.Range(0, reads).Select(read => Read(read, read % 10 is 0 ? hot + (read / 10 % scanned) : zipf.Next(random)));
    }

    /// <summary>In the middle, other keys begin to be read and those of before are no longer.</summary>
    public static IEnumerable<CacheAccess> PhaseChange(int reads, int keys, int seed = 1)
    {
        var (random, zipf) = (new Random(seed), new ZipfNumbers(keys, 0.9));
        return Enumerable.Range(0, reads).Select(read => Read(read, zipf.Next(random) + (read < reads / 2 ? 0 : keys)));
    }

    /// <summary>One access in a hundred changes a key; values are read again about as often as they expire.</summary>
    public static IEnumerable<CacheAccess> WithInvalidations(int reads, int keys, double exponent, int seed = 1)
    {
        var (random, zipf) = (new Random(seed), new ZipfNumbers(keys, exponent));
        return Enumerable.Range(0, reads).Select(read => Read(read, zipf.Next(random)) with { Invalidates = random.Next(100) is 0 });
    }

    /// <summary>Values of a key are always of one size, from 50 to 1,000 letters.</summary>
    private static CacheAccess Read(int read, int key) => new(TimeSpan.FromMilliseconds(read * 1_000.0 / ReadsPerSecond), key, 50 + (key * 7_919 % 951));
}
