using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Staging;

/// <summary>Receives streams into local files, hashing on the way. A stream that breaks off leaves nothing.</summary>
internal sealed class StagingArea
{
    private const int BufferSize = 128 * 1024;
    private const int HeadSize = 4096;

    private readonly string folder;
    private readonly DriveInfo volume;

    // Free bytes of the volume when a write found it full.
    private long fullAt = -1;

    public StagingArea(IOptions<StorageOptions> options)
    {
        folder = Path.Combine(Path.GetFullPath(options.Value.Path), "staging");
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(Path.Combine(Path.GetFullPath(options.Value.Path), "blobs"));
        volume = new DriveInfo(folder);
    }

    /// <summary>Whether a write found the volume full, and there is no more room since.</summary>
    public bool IsFull => Volatile.Read(ref fullAt) is >= 0 and var free && volume.AvailableFreeSpace <= free;

    /// <param name="body">Read to its end.</param>
    /// <param name="limit">Bytes.</param>
    /// <param name="ct">Breaks off.</param>
    /// <exception cref="ContentBrokenException">The stream ended too early.</exception>
    /// <exception cref="ContentTooLargeException">The stream has more than <paramref name="limit"/> bytes.</exception>
    public async Task<StagedContent> ReceiveAsync(Stream body, long limit, CancellationToken ct)
    {
        var path = Path.Combine(folder, $"{Guid.CreateVersion7():n}");
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                Options = FileOptions.Asynchronous,
            });
            var content = await CopyAsync(body, file, limit, ct);
            file.Flush(flushToDisk: true);
            return content;
        }
        catch (Exception failure)
        {
            File.Delete(path);
            if (DiskErrors.IsFull(failure))
            {
                Volatile.Write(ref fullAt, volume.AvailableFreeSpace);
            }

            throw;
        }
    }

    /// <summary>Removes what crashed writers left: files that nobody has written to since <paramref name="before"/>.</summary>
    public int RemoveAbandoned(DateTimeOffset before)
    {
        var removed = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(f => f.LastWriteTimeUtc < before))
        {
            file.Delete();
            removed++;
        }

        return removed;
    }

    private static async Task<StagedContent> CopyAsync(Stream body, FileStream file, long limit, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var head = Array.Empty<byte>();
        var size = 0L;
        try
        {
            // Blocks are filled before they are hashed and written: a network delivers in small pieces.
            while (await FillAsync(buffer, body, ct) is var read and > 0)
            {
                size += read;
                if (size > limit)
                {
                    throw new ContentTooLargeException();
                }

                head = head.Length == 0 ? buffer[..Math.Min(read, HeadSize)] : head;
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new(file.Name, size, Convert.ToHexStringLower(hash.GetHashAndReset()), head);
    }

    private static async Task<int> FillAsync(byte[] buffer, Stream body, CancellationToken ct)
    {
        try
        {
            return await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            throw new ContentBrokenException(broken);
        }
    }
}

/// <summary>More bytes came than may come.</summary>
internal sealed class ContentTooLargeException() : IOException("The content is larger than allowed.");

/// <summary>Fewer bytes came than were announced.</summary>
internal sealed class ContentBrokenException(Exception cause) : IOException("The content breaks off.", cause);
