namespace Gaia;

/// <summary>How long the body of an upload may be, given the largest file: the gateway ends what is longer, and Asset what is still too long without the form.</summary>
public static class UploadLimit
{
    /// <summary>Bytes of the largest file, unless <c>ASSET_MAX_BYTES</c> says otherwise.</summary>
    public const long DefaultFile = 100 << 20;

    // What a form may add to its file.
    private const int FormOverhead = 64 * 1024;

    /// <returns>Bytes.</returns>
    public static long Body(long file) => Math.Min(file, long.MaxValue - FormOverhead) + FormOverhead;
}
