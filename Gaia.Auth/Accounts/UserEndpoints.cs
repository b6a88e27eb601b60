using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Accounts;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/auth").WithTags("Users");
        accounts.MapPost("/register", Register.Handle).WithName("Register").LimitPasswordHashing();
        accounts.MapPost("/password", ChangePassword.Handle).WithName("ChangePassword").RequireAuthorization().LimitPasswordHashing();
        accounts.MapGet("/me", Me).WithName("GetMe").RequireAuthorization();

        var users = routes.MapGroup("/api/v1/auth/users").WithTags("Users").RequireScope(Scopes.Admin);
        users.MapGet("/", List).WithName("ListUsers");
        users.MapPost("/{id}/disable", UserAdministration.DisableAsync).WithName("DisableUser");
        users.MapPost("/{id}/enable", UserAdministration.EnableAsync).WithName("EnableUser");
        users.MapPut("/{id}/scopes", UserAdministration.SetScopesAsync).WithName("SetUserScopes");
    }

    private static async Task<MeAnswer> Me(CurrentUser caller, AuthDb db, CancellationToken ct) =>
        new(await db.Users.Where(u => u.Id == caller.Id).Select(UserView.From).SingleAsync(ct), caller.AuthType, caller.Scopes);

    private static async Task<UserList> List(AuthDb db, CancellationToken ct, [Range(1, 100)] int limit = 50, Guid? cursor = null)
    {
        // Ids grow with time: the cursor is the last one seen.
        var found = await db.Users
            .Where(u => cursor == null || u.Id > cursor)
            .OrderBy(u => u.Id)
            .Take(limit + 1)
            .Select(UserRecord.From)
            .ToListAsync(ct);
        var page = found.Take(limit).ToList();
        return new(page, found.Count > limit ? page[^1].Id : null);
    }
}

internal sealed record MeAnswer(UserView User, AuthType AuthType, IReadOnlyList<string> Scopes);

internal sealed record UserList(IReadOnlyList<UserRecord> Users, Guid? NextCursor);
