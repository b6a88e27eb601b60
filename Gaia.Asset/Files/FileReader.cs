using Gaia.Asset.Links;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset.Files;

/// <summary>Who may read an asset: its owner, and whoever has a signed link to it.</summary>
internal sealed class FileReader(AssetDb db, AssetLinks links, CurrentUser user)
{
    public async Task<FileReading> Find(Guid id, string requestMethod, LinkQuery link, CancellationToken ct)
    {
        if (link.Signature is not null)
        {
            return links.Opens(id, requestMethod, link) ? await Find(db.Files.Where(f => f.Id == id), ct) : new(null, FileProblems.BadLink);
        }

        return user.Id is { } owner
            ? await Find(db.Files.Where(f => f.Id == id && f.OwnerId == owner), ct)
            : new(null, TypedResults.Challenge());
    }

    private static async Task<FileReading> Find(IQueryable<StoredFile> files, CancellationToken ct) =>
        await files.AsNoTracking().Include(f => f.Blob).SingleOrDefaultAsync(ct) is { } file ? new(file, null) : new(null, FileProblems.NotFound);
}

/// <summary>A file that may be read, or what to answer instead.</summary>
internal readonly record struct FileReading(StoredFile? File, IResult? Refusal);
