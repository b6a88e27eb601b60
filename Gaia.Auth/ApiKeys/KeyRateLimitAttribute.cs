using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.ApiKeys;

/// <summary>Requests per minute, from one to as many as a user has with all keys together.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class KeyRateLimitAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var most = validationContext.GetRequiredService<IOptions<UserRateLimitOptions>>().Value.PerMinute;
        return value is null || (value is int limit && limit >= 1 && limit <= most)
            ? ValidationResult.Success
            : new($"The limit of a key must be from 1 to {most} requests per minute, which is its owner's.", [validationContext.MemberName!]);
    }
}
