namespace Aspire.Hosting.ApplicationModel;

/// <summary>Aspire's rule for names of resources and endpoints: 1 to 64 ASCII letters, digits and single hyphens, a letter first, no hyphen last.</summary>
internal static class ResourceNames
{
    private const int Limit = 64;

    public static void Validate(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);

        var valid = name.Length is > 0 and <= Limit
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-')
            && char.IsAsciiLetter(name[0])
            && name[^1] is not '-'
            && !name.Contains("--", StringComparison.Ordinal);

        if (!valid)
        {
            throw new ArgumentException(
                $"{kind} name '{name}' is invalid: 1 to {Limit} ASCII letters, digits and single hyphens, a letter first, no hyphen last.", nameof(name));
        }
    }

    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name as part of an environment variable: what is not a letter, digit or underscore becomes an underscore.</summary>
    public static string ForEnvironment(string name)
    {
        var encoded = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }
}
