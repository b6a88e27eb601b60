namespace Gaia;

/// <summary>
/// An environment variable that users set. Services are configured by it, the AppHost hands it on, the reference lists it, and the publishers know from here
/// what is a secret.
/// </summary>
/// <param name="Name">As users set it.</param>
/// <param name="Meaning">For the reference.</param>
public sealed record EnvironmentVariable(string Name, string Meaning)
{
    private const int LongestShown = 100;

    /// <summary>What holds without it, in words; empty when that is nothing, or the default of the option that it sets.</summary>
    public string Default { get; init; } = "";

    /// <summary>Who reads it; none means all of them.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>A password, a key, or a URL that may have one in it: never written to a file.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What the AppHost takes for itself, or makes for the services: not handed on as it stands.</summary>
    public bool IsAppHosts { get; init; }

    /// <summary>What it may hold and configures; null when it is read where it is used.</summary>
    internal VariableValue? Value { get; init; }

    public bool IsReadBy(string service) => Services is [] || Services.Contains(service);

    /// <summary>The one line that says what is wrong with a value.</summary>
    internal string Refuse(string value) => $"{Name} is {Shown(value)}: expected {Value!.Allowed}.";

    private string Shown(string value)
    {
        // Whatever follows a user's name in a URL is a password, also in a URL that cannot be read.
        if ((IsSecret && Value is not { IsShown: true }) || value.Contains('@', StringComparison.Ordinal) || value.Contains("pass", StringComparison.OrdinalIgnoreCase))
        {
            return "(not shown)";
        }

        var printable = string.Concat(value.Take(LongestShown).Select(character => char.IsControl(character) ? '?' : character));
        return $"\"{printable}{(value.Length > LongestShown ? "…" : "")}\"";
    }
}
