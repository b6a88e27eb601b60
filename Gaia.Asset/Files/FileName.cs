using System.Text;

namespace Gaia.Asset.Files;

/// <summary>Names that clients give. They are shown and sent back, and never touch a file system.</summary>
internal static class FileName
{
    private const string Fallback = "file";

    /// <summary>The last part of a path in anyone's notation, without control characters, at most <see cref="StoredFile.NameLimit"/> characters.</summary>
    public static string Clean(string? given)
    {
        var last = (given ?? "").Split('/', '\\')[^1];
        var name = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            // Direction overrides make "gpj.exe" of "exe.jpg".
            if (!Rune.IsControl(rune) && Rune.GetUnicodeCategory(rune) is not System.Globalization.UnicodeCategory.Format
                && name.Length + rune.Utf16SequenceLength <= StoredFile.NameLimit)
            {
                name.Append(rune);
            }
        }

        var clean = name.ToString().Trim(' ', '.');
        return clean.Length == 0 ? Fallback : clean;
    }
}
