using System.Linq.Expressions;

namespace Gaia.Auth.Users;

/// <summary>A user as the user sees it.</summary>
internal sealed record UserView(Guid Id, string? Email, string? Name)
{
    public static readonly Expression<Func<User, UserView>> From = u => new(u.Id, u.Email, u.Name);

    public static UserView Of(User user) => new(user.Id, user.Email, user.Name);
}

/// <summary>A user as an administrator sees it.</summary>
internal sealed record UserRecord(
    Guid Id, string? Email, string? Name, string[] Scopes, string? Issuer, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt)
{
    public static readonly Expression<Func<User, UserRecord>> From = u => new(u.Id, u.Email, u.Name, u.Scopes, u.Issuer, u.CreatedAt, u.DisabledAt);
}
