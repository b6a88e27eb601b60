using Gaia.Auth.Users;

namespace Gaia.Auth.Sessions;

internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/api/v1/auth").WithTags("Sessions");

        sessions.MapPost("/login", Login.Handle).WithName("Login").AllowAnonymous().LimitPasswordHashing()
            .WithSummary("Sign in").WithDescription("Begins a session with e-mail address and password: an access token for the API, and a refresh token for the next one. "
                + "Pages in a browser set `cookie`: the refresh token is then in a cookie that no script can read, and not in the answer.")
            .FailsWith(StatusCodes.Status401Unauthorized, "The e-mail address or the password is wrong, or the account is disabled.")
            .FailsWith(StatusCodes.Status429TooManyRequests, "There were too many attempts with this e-mail address.");
        routes.MapPost("/api/v1/admin/sign-in-codes", SignInCode.Handle).WithName("CreateSignInCode").WithTags("Sessions").RequireScope(Scopes.Admin)
            .WithSummary("Create a sign-in code")
            .WithDescription("A code that begins a session of the caller without a password, once and within ten minutes: it is exchanged as a `refresh_token`, "
                + "and opens the console as `/console#code=CODE`.");
        sessions.MapPost("/refresh", Refresh.Handle).WithName("RefreshSession").AllowAnonymous()
            .WithSummary("Refresh a session")
            .WithDescription("Exchanges a refresh token for a new access token and the next refresh token. One that is used again later ends the session. "
                + "Without `refresh_token` it is the cookie's, which is accepted only with a header `X-Requested-With`. With `cookie` the next one goes into the cookie.")
            .FailsWith(StatusCodes.Status401Unauthorized, "The refresh token is unknown, expired or used.");
        sessions.MapPost("/logout", Logout.Handle).WithName("Logout").RequireAuthorization()
            .WithSummary("Sign out").WithDescription("Ends the session of the access token, or all sessions of the caller when `everywhere` is true. API keys stay valid.");
    }
}
