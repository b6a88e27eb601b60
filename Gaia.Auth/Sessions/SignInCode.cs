using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Auth.Sessions;

/// <summary>
/// Lets an administrator sign in once without a password, such as by the link that <c>./run.sh</c> prints: the code is the first refresh token of a session that
/// nobody holds yet. Whoever comes with it later than the first one ends the session, as with any refresh token.
/// </summary>
internal static class SignInCode
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public static async Task<Results<Ok<Answer>, ProblemHttpResult>> Handle(CurrentUser caller, SessionStart sessions, CancellationToken ct) =>
        await sessions.StartForCodeAsync(caller.Id!.Value, Lifetime, ct) is { } code
            ? TypedResults.Ok(new Answer(code, (int)Lifetime.TotalSeconds))
            : TypedResults.Problem(Problems.NotAuthenticated, statusCode: StatusCodes.Status401Unauthorized);

    /// <param name="ExpiresIn">Seconds.</param>
    internal sealed record Answer(string Code, int ExpiresIn);
}
