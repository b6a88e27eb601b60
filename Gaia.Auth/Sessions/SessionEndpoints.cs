using Gaia.Auth.Users;

namespace Gaia.Auth.Sessions;

internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/api/v1/auth").WithTags("Sessions");

        sessions.MapPost("/login", Login.Handle).WithName("Login").LimitPasswordHashing();
        sessions.MapPost("/refresh", Refresh.Handle).WithName("RefreshSession");
        sessions.MapPost("/logout", Logout.Handle).WithName("Logout").RequireAuthorization();
    }
}
