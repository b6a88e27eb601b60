using System.ComponentModel.DataAnnotations;

namespace Gaia.Auth.Users;

[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class KnownScopesAttribute() : ValidationAttribute($"The field {{0}} may list {string.Join(", ", Scopes.All)}.")
{
    public override bool IsValid(object? value) => value is null || (value is string[] scopes && scopes.All(s => Scopes.All.Contains(s, StringComparer.Ordinal)));
}
