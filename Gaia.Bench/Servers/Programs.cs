namespace Gaia.Bench.Servers;

/// <summary>Programs of the machine that a measure would like to use and does without when they are missing.</summary>
internal static class Programs
{
    /// <returns>Null when it is not installed.</returns>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Append("/usr/local/sbin")
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>What to do about those that are missing; null when none is.</summary>
    public static string? Advice(params (string Program, string Package)[] wanted)
    {
        var missing = wanted.Where(program => Find(program.Program) is null).ToList();
        return missing.Count == 0
            ? null
            : $"Without {string.Join(" and ", missing.Select(program => program.Program))}: apt-get install {string.Join(' ', missing.Select(program => program.Package))}";
    }
}
