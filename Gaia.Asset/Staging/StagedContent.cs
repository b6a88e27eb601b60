namespace Gaia.Asset.Staging;

/// <summary>Content that was received whole and lies on the local disk. Disposing removes the file, unless the store has taken it.</summary>
/// <param name="Path">The local file, under a name of ours.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Head">The first bytes, which tell the type.</param>
internal sealed record StagedContent(string Path, long Size, string Sha256, ReadOnlyMemory<byte> Head) : IDisposable
{
    public void Dispose() => File.Delete(Path);
}
