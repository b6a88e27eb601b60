using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

internal static class Password
{
    private const string LowerCase = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Specials = "-_.{}~()*+!";

    public static string Generate(GenerateParameterDefault rules)
    {
        (string Characters, bool Allowed, int Least)[] classes =
        [
            (LowerCase, rules.Lower, rules.MinLower),
            (UpperCase, rules.Upper, rules.MinUpper),
            (Digits, rules.Numeric, rules.MinNumeric),
            (Specials, rules.Special, rules.MinSpecial),
        ];

        var alphabet = string.Concat(classes.Where(c => c.Allowed).Select(c => c.Characters));
        if (alphabet.Length == 0 || classes.Any(c => c.Least > 0 && !c.Allowed))
        {
            throw new ArgumentException("The rules of a generated parameter contradict each other.", nameof(rules));
        }

        var required = classes.SelectMany(c => RandomNumberGenerator.GetItems<char>(c.Characters, c.Least)).ToArray();
        var rest = RandomNumberGenerator.GetItems<char>(alphabet, Math.Max(0, rules.MinLength - required.Length));
        char[] password = [.. required, .. rest];
        RandomNumberGenerator.Shuffle<char>(password);
        return new(password);
    }
}
