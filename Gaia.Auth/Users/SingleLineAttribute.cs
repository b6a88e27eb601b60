using System.ComponentModel.DataAnnotations;

namespace Gaia.Auth.Users;

/// <summary>Text without control characters: a name. Postgres refuses some of them, and no name needs any.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class SingleLineAttribute() : ValidationAttribute("The field {0} must not contain control characters.")
{
    public override bool IsValid(object? value) => value is not string text || !text.Any(char.IsControl);
}
