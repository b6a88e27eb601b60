namespace Gaia.Asset.MediaTypes;

/// <summary>Bytes at a fixed place that tell a type, whatever a client calls it.</summary>
/// <param name="Types">The media types that content with these bytes may be; the first is what it is called when the client names none.</param>
/// <param name="Parts">All of them must be there.</param>
internal sealed record MediaSignature(string[] Types, params MediaSignature.Part[] Parts)
{
    /// <summary>Archives hold anything, in any size once unpacked, and Gaia does not look inside.</summary>
    public bool IsArchive { get; init; }

    public bool Matches(ReadOnlySpan<byte> head)
    {
        foreach (var part in Parts)
        {
            if (head.Length < part.Offset + part.Bytes.Length || !head[part.Offset..].StartsWith(part.Bytes))
            {
                return false;
            }
        }

        return true;
    }

    internal sealed record Part(int Offset, byte[] Bytes);
}
