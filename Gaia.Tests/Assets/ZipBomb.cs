using System.IO.Compression;

namespace Gaia.Tests.Assets;

/// <summary>Small files that unpack to a gigabyte.</summary>
internal static class ZipBomb
{
    private const int Blocks = 1024;

    public static byte[] Create()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("zeros", CompressionLevel.SmallestSize).Open())
        {
            Fill(entry);
        }

        return file.ToArray();
    }

    public static byte[] CreateGzip()
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            Fill(gzip);
        }

        return file.ToArray();
    }

    private static void Fill(Stream stream)
    {
        var zeros = new byte[1024 * 1024];
        for (var block = 0; block < Blocks; block++)
        {
            stream.Write(zeros);
        }
    }
}
