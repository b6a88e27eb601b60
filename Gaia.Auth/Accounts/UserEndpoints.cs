using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Accounts;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/auth").WithTags("Users");
        accounts.MapPost("/register", Register.Handle).WithName("Register").AllowAnonymous().LimitPasswordHashing()
            .WithSummary("Create an account").WithDescription("Creates an account with an e-mail address and a password, and signs in to it.")
            .FailsWith(StatusCodes.Status409Conflict, "An account with this e-mail address exists.")
            .FailsWith(StatusCodes.Status429TooManyRequests, "There were too many attempts with this e-mail address.");
        accounts.MapPost("/password", ChangePassword.Handle).WithName("ChangePassword").RequireAuthorization().LimitPasswordHashing()
            .WithSummary("Change the password").WithDescription("Replaces the caller's password and ends all of their other sessions.")
            .FailsWith(StatusCodes.Status403Forbidden, "The current password is wrong.")
            .FailsWith(StatusCodes.Status409Conflict, "The password was changed by another request.")
            .FailsWith(StatusCodes.Status429TooManyRequests, "There were too many attempts with this account.");
        accounts.MapGet("/me", Me).WithName("GetMe").RequireAuthorization()
            .WithSummary("Get the caller").WithDescription("Shows the user behind the credential, which kind of credential it is, and its scopes.");

        var users = routes.MapGroup("/api/v1/auth/users").WithTags("Users").RequireScope(Scopes.Admin);
        users.MapGet("/", List).WithName("ListUsers").WithSummary("List users").WithDescription("All accounts, oldest first, in pages.");
        users.MapPost("/{id}/disable", UserAdministration.DisableAsync).WithName("DisableUser").FailsForUsers()
            .WithSummary("Disable a user").WithDescription("Ends all sessions of an account and refuses its credentials, its API keys too.");
        users.MapPost("/{id}/enable", UserAdministration.EnableAsync).WithName("EnableUser").FailsForUsers()
            .WithSummary("Enable a user").WithDescription("Lets a disabled account sign in again. Its API keys are valid again.");
        users.MapPut("/{id}/scopes", UserAdministration.SetScopesAsync).WithName("SetUserScopes").FailsForUsers()
            .WithSummary("Set the scopes of a user")
            .WithDescription("Replaces what an account may do. Its access tokens are refused from then on; a refresh brings new ones.");
    }

    private static RouteHandlerBuilder FailsForUsers(this RouteHandlerBuilder route) => route
        .FailsWith(StatusCodes.Status404NotFound, "No user has this id.")
        .FailsWith(StatusCodes.Status409Conflict, "It is the caller's own account.");

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
