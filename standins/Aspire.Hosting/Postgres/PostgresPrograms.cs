namespace Aspire.Hosting.Engine;

/// <summary>Finds the server's programs: distributions keep them out of PATH, one folder per version.</summary>
internal static class PostgresPrograms
{
    private static readonly string[] Versioned =
    [
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin",
        "/usr/libexec/postgresql*",
    ];

    public static string Find(string program, string resource, string remedy) =>
        Programs.TryFind(program)
        ?? Versioned.SelectMany(Folders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new StartFailure(resource, $"{program} is not installed", remedy);

    /// <summary>The folders that match a path with one asterisk, the highest version first.</summary>
    private static IEnumerable<string> Folders(string pattern)
    {
        var parts = pattern.Split('/');
        var star = Array.FindIndex(parts, part => part.Contains('*', StringComparison.Ordinal));
        var parent = string.Join('/', parts[..star]);
        return Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, parts[star])
                .OrderByDescending(folder => int.TryParse(string.Concat(Path.GetFileName(folder).Where(char.IsAsciiDigit)), out var version) ? version : 0)
                .Select(folder => string.Join('/', [folder, .. parts[(star + 1)..]]))
            : [];
    }
}
