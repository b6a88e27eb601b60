using System.Linq.Expressions;

namespace Gaia.Asset.Files;

/// <summary>An asset as the API shows it.</summary>
internal sealed record FileView(Guid Id, string Name, string ContentType, long Size, string Sha256, DateTimeOffset CreatedAt, string Url)
{
    public static readonly Expression<Func<StoredFile, FileView>> From = f =>
        new(f.Id, f.Name, f.ContentType, f.Blob.Size, f.Blob.Sha256, f.CreatedAt, FileRoutes.ContentOf(f.Id));

    public static Func<StoredFile, FileView> Of { get; } = From.Compile();
}
