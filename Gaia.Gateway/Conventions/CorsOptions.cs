using System.ComponentModel.DataAnnotations;

namespace Gaia.Gateway.Conventions;

internal sealed class CorsOptions : IValidatableObject
{
    public const string Section = "Cors";

    /// <summary><c>ALLOWED_ORIGINS</c>: comma separated, such as <c>https://app.example.com</c>; <c>*</c> for all. Empty: none but the gateway's own.</summary>
    public string AllowedOrigins { get; set; } = "";

    public string[] Origins() => AllowedOrigins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from origin in Origins()
        where origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == origin)
        select new ValidationResult($"ALLOWED_ORIGINS has \"{origin}\": expected origins such as https://app.example.com, comma separated, or *.");
}
