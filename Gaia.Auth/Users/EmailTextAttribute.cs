using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Gaia.Auth.Users;

/// <summary>An e-mail address as people type it.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed partial class EmailTextAttribute() : ValidationAttribute("The field {0} must be an e-mail address.")
{
    public override bool IsValid(object? value) => value is null || (value is string { Length: <= User.EmailLimit } text && Form().IsMatch(text));

    // One @ between two parts without blanks or control characters: anything stricter refuses addresses that exist.
    [GeneratedRegex(@"^\s*[^\s@\p{C}]+@[^\s@\p{C}]+\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
