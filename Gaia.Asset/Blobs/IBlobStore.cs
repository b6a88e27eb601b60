namespace Gaia.Asset.Blobs;

/// <summary>
/// Where bytes lie. A blob is written once, under a name that is never used again, and then only read or removed. A store that does not answer is an
/// <see cref="UnavailableException"/>.
/// </summary>
internal interface IBlobStore
{
    /// <summary>Takes a finished local file in. It is durable when this returns; the file may have been moved away.</summary>
    Task PutAsync(Blob blob, string file, CancellationToken ct);

    /// <returns>A seekable stream of known length; null when the blob was removed meanwhile.</returns>
    Task<Stream?> OpenAsync(Blob blob, CancellationToken ct);

    /// <summary>Removes the bytes; nothing happens when there are none.</summary>
    Task DeleteAsync(Blob blob, CancellationToken ct);
}
