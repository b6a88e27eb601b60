namespace Gaia.Bench.Servers;

/// <summary>Finds programs that some benchmarks need.</summary>
internal static class Programs
{
    /// <returns>The path; null when it is not installed.</returns>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Append("/usr/local/sbin")
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Gets how to install those that are missing; null when none is.</summary>
    public static string? InstallHint(params (string Program, string Package)[] wanted)
    {
        var missing = wanted.Where(program => Find(program.Program) is null).ToList();
        return missing.Count == 0
            ? null
            : $"Without {string.Join(" and ", missing.Select(program => program.Program))}: apt-get install {string.Join(' ', missing.Select(program => program.Package))}";
    }
}
