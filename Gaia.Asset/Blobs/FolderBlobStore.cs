using Gaia.Asset.Staging;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Blobs;

/// <summary>Blobs as files, in a folder that all replicas share. The staging folder lies beside it, so that taking a file in is a rename.</summary>
internal sealed class FolderBlobStore(IOptions<StorageOptions> options) : IBlobStore
{
    private readonly string root = Path.Combine(Path.GetFullPath(options.Value.Path), "blobs");

    public Task PutAsync(Blob blob, string file, CancellationToken ct)
    {
        var target = PathOf(blob);
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderSync.Flush(root);
        }

        File.Move(file, target);
        FolderSync.Flush(folder);
        return Task.CompletedTask;
    }

    public Task<Stream?> OpenAsync(Blob blob, CancellationToken ct)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(
                PathOf(blob), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task DeleteAsync(Blob blob, CancellationToken ct)
    {
        if (File.Exists(PathOf(blob)))
        {
            File.Delete(PathOf(blob));
        }

        return Task.CompletedTask;
    }

    private string PathOf(Blob blob) => Path.Combine(root, blob.Key);
}
