using System.IO.Compression;

namespace Gaia.Tests.Cards;

/// <summary>CHARX files, which are zip files.</summary>
internal static class CardZip
{
    public static byte[] With(params (string Name, byte[] Content)[] files)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return file.ToArray();
    }
}
