using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Users;

namespace Gaia.Auth.Accounts;

/// <summary>The first administrator: <c>ADMIN_EMAIL</c> and <c>ADMIN_PASSWORD</c>, both or neither.</summary>
internal sealed class AdministratorOptions : IValidatableObject
{
    public const string Section = "Administrator";

    [EmailText]
    public string? Email { get; set; }

    [AcceptablePassword]
    public string? Password { get; set; }

    public void Read(IConfiguration settings)
    {
        Email = settings["ADMIN_EMAIL"] is { Length: > 0 } email ? email : Email;
        Password = settings["ADMIN_PASSWORD"] is { Length: > 0 } password ? password : Password;
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Email is null != Password is null)
        {
            yield return new("ADMIN_EMAIL and ADMIN_PASSWORD belong together: set both or neither.");
        }
    }
}
