using Gaia.Auth.Tokens;
using Gaia.Auth.Users;

namespace Gaia.Auth.Sessions;

internal sealed record SessionAnswer(UserView User, SessionView Session)
{
    public static SessionAnswer Of(UserView user, AccessToken access, string refreshToken) =>
        new(user, new(access.Text, refreshToken, "bearer", access.ExpiresIn, access.ExpiresAt));
}

/// <param name="RefreshToken">Null when it is in a cookie.</param>
/// <param name="ExpiresIn">Seconds until the access token expires.</param>
internal sealed record SessionView(string AccessToken, string? RefreshToken, string TokenType, int ExpiresIn, DateTimeOffset ExpiresAt);
