namespace Aspire.Hosting.Engine;

internal static class Programs
{
    /// <summary>Debian keeps servers in sbin, which is not in every user's PATH.</summary>
    private static readonly string[] AlsoLookIn = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

    public static string? TryFind(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(AlsoLookIn)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    public static string Find(string program, string resource, string remedy) =>
        TryFind(program) ?? throw new StartFailure(resource, $"{program} is not installed", remedy);
}
