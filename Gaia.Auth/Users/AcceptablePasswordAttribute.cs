using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;

namespace Gaia.Auth.Users;

/// <summary>A password that somebody may choose: long enough, and not one of those that are tried first (NIST SP 800-63B, 3.1.1.2).</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class AcceptablePasswordAttribute() : ValidationAttribute("The field {0} is not acceptable.")
{
    public const int Shortest = 8;
    public const int Longest = 128;

    private static readonly FrozenSet<string> Common = ReadCommon().ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => value switch
    {
        null => ValidationResult.Success,
        string { Length: < Shortest or > Longest } => new($"A password has {Shortest} to {Longest} characters."),
        string password when IsCommon(password) => new("This password is one of the first that an attacker tries."),
        string => ValidationResult.Success,
        _ => new("A password is text."),
    };

    /// <summary>Digits and marks at the end are what people add to a common password, and what attackers add too.</summary>
    public static bool IsCommon(string password) =>
        Common.Contains(password)
        || Common.Contains(password.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '!', '?', '.', '#', '$', '*', '@'))
        || password.AsSpan().IndexOfAnyExcept(password[0]) < 0;

    /// <summary>A password that says the account's own name protects it from nobody.</summary>
    public static bool Repeats(string password, string email) =>
        password.Equals(email.Trim(), StringComparison.OrdinalIgnoreCase)
        || password.Equals(email.Trim().Split('@')[0], StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> ReadCommon()
    {
        using var list = typeof(AcceptablePasswordAttribute).Assembly.GetManifestResourceStream("CommonPasswords.txt")!;
        using var lines = new StreamReader(list);
        while (lines.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
