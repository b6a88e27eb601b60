using Gaia.Asset.Links;
using Microsoft.Net.Http.Headers;

namespace Gaia.Asset.Files;

/// <summary>Who may read an asset: its owner, and whoever has a signed link to it.</summary>
internal sealed class FileReader(FileLookup files, AssetLinks links, CurrentUser user)
{
    /// <summary>Kept by the client, and asked about each time: the asset may be deleted, or its link expired.</summary>
    public static CacheControlHeaderValue Revalidated { get; } = new() { Private = true, NoCache = true };

    public async Task<FileReading> FindAsync(Guid id, string requestMethod, LinkQuery link, CancellationToken ct)
    {
        var linked = link.Signature is not null;
        if (linked ? !links.Opens(id, requestMethod, link) : !user.IsAuthenticated)
        {
            return new(null, linked ? FileProblems.BadLink : TypedResults.Challenge());
        }

        return await files.FindAsync(id, ct) is { } file && (linked || file.OwnerId == user.Id) ? new(file, null) : new(null, FileProblems.NotFound);
    }
}

/// <summary>A file that may be read, or what to answer instead.</summary>
internal readonly record struct FileReading(StoredFile? File, IResult? Refusal);
