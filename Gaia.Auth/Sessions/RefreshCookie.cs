namespace Gaia.Auth.Sessions;

/// <summary>
/// The refresh token of a browser's session, where no script can read it. It is sent to these routes alone, by pages of the same site alone, and accepted
/// only with a header that no form and no link can set.
/// </summary>
internal static class RefreshCookie
{
    private const string Name = "gaia_refresh";
    private const string Path = "/api/v1/auth";
    private const string ScriptHeader = "X-Requested-With";

    /// <summary>The answer without its refresh token, which goes into the cookie.</summary>
    public static SessionAnswer Move(SessionAnswer answer, HttpResponse response, TimeSpan lifetime)
    {
        response.Cookies.Append(Name, answer.Session.RefreshToken!, Options(lifetime));
        return answer with { Session = answer.Session with { RefreshToken = null } };
    }

    /// <returns>Null when there is none, or when the request may be another site's.</returns>
    public static string? Read(HttpRequest request) => request.Headers.ContainsKey(ScriptHeader) ? request.Cookies[Name] : null;

    public static void Delete(HttpContext context)
    {
        if (context.Request.Cookies.ContainsKey(Name))
        {
            context.Response.Cookies.Delete(Name, Options(null));
        }
    }

    private static CookieOptions Options(TimeSpan? lifetime) => new() { Path = Path, HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, MaxAge = lifetime };
}
